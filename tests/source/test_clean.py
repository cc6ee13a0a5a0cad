"""Cleaning: what is common goes a short way, and it leads where the long one does."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from generator.source.clean import line, prose

# Every kind of character that a rule speaks of, close together.
TRICKY = st.text("ab \n\r\t\x07\x85\u00a0\u200b\u2028\u3164\u2800\ufffe\U0001f469", max_size=8)
TEXTS = st.text("ab \n", max_size=6) | TRICKY | st.text()


@given(TEXTS)
def test_white_space_around_a_line_changes_nothing(text: str) -> None:
    """Text that a terminal could print goes the short way; a line break sends it the long one."""
    assert line(text) == line(f"{text}\n") == line(f"\n{text}")


@given(TEXTS)
def test_white_space_around_prose_changes_nothing(text: str) -> None:
    """A tab is what sends it the long way."""
    assert prose(text) == prose(f"{text}\t") == prose(f"\t{text}")


@given(TEXTS)
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    assert line(line(text)) == line(text)
    assert prose(prose(text)) == prose(text)


@given(TEXTS)
def test_a_line_has_no_break_and_no_white_space_to_spare(text: str) -> None:
    kept = line(text)
    if kept is not None:
        assert kept == " ".join(kept.split())


def test_what_is_only_fillers_is_not_seen() -> None:
    assert line("\u3164 \u2800") is None
    assert prose("\u3164\n\u2800") is None


def test_every_character_is_kept_but_those_that_html_forbids() -> None:
    def forbidden(code: int) -> bool:
        control = unicodedata.category(chr(code)) == "Cc" and chr(code) not in "\t\n"
        return control or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF

    codes = [code for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF and code != ord("\r")]
    kept = prose(f"a{''.join(map(chr, codes))}z")
    assert kept == f"a{''.join(chr(code) for code in codes if not forbidden(code))}z"
