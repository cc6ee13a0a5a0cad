"""Markdown is rendered in three ways, to the same bytes; the dearest is for what is rare."""

import re
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.database.invented import TABLES
from generator.render.commonmark import commonmark_html
from generator.render.fast_markdown import fast_html
from generator.render.markdown import plain, to_html

# What means something in Markdown, and what stands next to it.
FRAGMENTS = """
* ** *** _ __ ` `` ``` ~~~ [ ] ( ) ]( ![ [a](https://x.org) [b](x.org⎵"t") [c](<x.org>)
![i](x.org) [x]:⎵y ]: [^1] ⎵ ⎵⎵ ⎵⎵⎵ ⎵⎵⎵⎵ ⏎ ⏎⏎ ⏎⏎⏎ -⎵ *⎵ +⎵ 1.⎵ 2)⎵ 1234567890.⎵ - = --- ===
>⎵ > # #⎵ ##⎵ ######⎵ ⎵# ⏎-⎵ ⏎⎵⎵-⎵ ⏎⎵ ⏎⎵⎵⎵ ⏎>⎵ ⏎1.⎵ ⏎#⎵ ⏎---⏎ ⏎***⏎ \\ \\* \\⏎ ⎵⎵⏎ \\⎵⏎
& &amp; &copy; &#35; &#x0; &nbsp; < <3 <a> </b> <!-- --> <https://x.org> <a@b.co> <? <! " ' |
⏎-|-⏎ -⎵[⎵]⎵ :// https://x.org mailto:a@b.co (https://a.b/(c)d) (javascript:a) { } $ ^ ~ : . ?
! a b foo 1 é ß 日本 ا “ ” – 🚀 © 😀 \t \r \x00 \x0b \x85 \xa0 \u202f \u2028 \u3000 \ufeff \u0301
"""
MARKS = [mark.replace("⎵", " ").replace("⏎", "\n") for mark in re.split("[ \n]", FRAGMENTS) if mark]

fragments = st.lists(st.sampled_from(MARKS), min_size=1, max_size=6, unique=True).flatmap(
    lambda few: st.lists(
        st.sampled_from(few) | st.tuples(st.sampled_from(few), st.integers(2, 30)), max_size=30
    )
)
hostile = fragments.map(
    lambda parts: "".join(part if isinstance(part, str) else part[0] * part[1] for part in parts)
)


@settings(max_examples=500, deadline=None)
@given(hostile | st.text() | st.lists(st.sampled_from(MARKS)).map("".join), st.integers(2, 6))
def test_all_ways_lead_to_the_same_bytes(text: str, level: int) -> None:
    assert to_html(text, level) == commonmark_html(text, level, breaks=True)


@settings(max_examples=200, deadline=None)
@given(hostile)
def test_plain_text_is_what_is_left_without_tags(text: str) -> None:
    assert plain(text) == to_html(text).striptags()


@pytest.mark.parametrize(
    "text",
    [
        "a\n---",
        "> a\n> ===",
        "    indented",
        "- one\n\n      indented",
        "\tindented",
        "> a\n    # b",
        "[a]: https://x.org",
        "one\\ \ntwo",
        "*\n\n\n*",
        "- `\n !`",
        "1. `\n -`",
        "1. `\n - \n`",
        '[a](x.org "t\n ")',
        "[" * 21 + "a](x.org)",
        "[" * 30 + "]" * 30 + "(x.org)",
        "> " * 30 + "a",
        "- " * 30 + "a",
        "*\xa0a*\n\xa0b",
        "\xa0b\xa0",
        "**\U0001fae8a**",
        "<b>bold</b> <https://x.org> <a@b.co>",
        "<div>\n*a*\n</div>",
        "[a](javascript:b) [c](/d)",
        "![a *b*](https://x.org/a.png)",
        "```py\na < b\n```\n\n- c\n  ```\n  d",
        "\x00 \ud800",
        " one \n two \n",
        "one \ntwo",
        "one ",
        "one\xa0",
        "one\r\ntwo\x00",
        "1. one",
        "<https://x.org/%C3%A9>",
        "one\\\ntwo",
        "",
    ],
)
def test_what_engines_dispute_is_left_to_the_one_that_is_right(text: str) -> None:
    assert to_html(text) == commonmark_html(text, 3, breaks=True)


def test_every_character_stands_beside_emphasis_alike() -> None:
    marks = [c for c in map(chr, range(0x80, 0x110000)) if c.isprintable() and not c.isalnum()]
    text = "\n\n".join(f"x{c}**{c}a** a**{c}**b" for c in marks)
    assert fast_html(text, 3) == commonmark_html(text, 3, breaks=True)


PLAIN = [
    "Counts bicycles with a camera that can't recognise a face, because it “never” sees one.",
    'I live in Łódź – with 2 cats.\nI write (mostly) code: C++, C#, F#.\n\nSay "hello"!',
    "日本語も話します。",
]
ORDINARY = [
    "I'm **Ada** — I build *things* with `python` & love.",
    "# About me\n\nText.\n\n## What I do\n\n- **Backend**: `Django`\n- *Frontend*\n  - Vue\n\n1. a",
    "- one\n- two\n\n- three\n\n> A quote.\n\n---\n\nBye!",
    'See [my blog](https://x.org/a_b "Blog") and [GitHub](github.com/ada) or [m](mailto:a@b.co).',
    "🚀 **🚀 I <3 snake_case_names**, R&D, AT&amp;T\n· 5 * 3",
    *(line.split("\t")[6].replace(r"\n", "\n") for line in TABLES["public.portfolios"][1](1)),
]


def engines_after(*texts: str) -> set[str]:
    """The engines a fresh process has imported after it rendered the texts."""
    program = (
        "import sys; from generator.render.markdown import to_html\n"
        "for text in sys.argv[1:]: to_html(text)\n"
        "print(*{'pyromark', 'markdown_it'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", program, *texts]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


def test_plain_words_need_no_engine() -> None:
    assert engines_after(*PLAIN) == set()


def test_ordinary_markdown_needs_the_fast_engine_alone() -> None:
    assert engines_after(*ORDINARY) == {"pyromark"}
    assert engines_after(*ORDINARY, "[a]: b") == {"pyromark", "markdown_it"}


@pytest.mark.parametrize("text", [*PLAIN, *ORDINARY])
def test_what_is_ordinary_is_rendered_as_ever(text: str) -> None:
    assert to_html(text, 2) == commonmark_html(text, 2, breaks=True)


@pytest.mark.parametrize(
    "run",
    [
        "*",
        "`",
        "`a\n b",
        "*a **b ",
        "a\n> ",
        "\n= ",
        "\n>",
        "[a](b ",
        "<a ",
        "- ",
        "a\n\n",
        "&a;",
        "a ",
    ],
)
def test_a_long_text_takes_time_in_proportion(run: str) -> None:
    begun = time.process_time()
    fast_html("a" + run * (100_000 // len(run)) + "*", 3)
    assert time.process_time() - begun < 1  # a second; it takes a twentieth
