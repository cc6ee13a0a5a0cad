"""Lines as wide as COLUMNS or the terminal says; what is copied from them stays whole."""

import fcntl
import io
import os
import struct
import termios

import pytest
from rich.cells import cell_len

from generator.cli.lines import columns, is_colored, wrap, wrap_message


class Terminal(io.StringIO):
    """A stream that somebody reads."""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COLUMNS", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


def test_columns_are_those_of_the_environment_then_of_the_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert columns(io.StringIO()) is None
    assert columns(None) is None
    assert columns(Terminal()) == 80
    for given, width in {"40": 40, "200": 200, "1": 20, "0": 80, "-3": 80, "wide": 80}.items():
        monkeypatch.setenv("COLUMNS", given)
        assert columns(Terminal()) == width
    monkeypatch.setenv("COLUMNS", "60")
    assert columns(io.StringIO()) == 60


def test_a_real_terminal_says_how_wide_it_is() -> None:
    ours, theirs = os.openpty()
    try:
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 63, 0, 0))
        with os.fdopen(theirs, "w") as stream:
            assert columns(stream) == 63
    finally:
        os.close(ours)


def test_colours_are_for_terminals_that_want_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_colored(Terminal())
    assert not is_colored(io.StringIO())
    monkeypatch.setenv("TERM", "dumb")
    assert not is_colored(Terminal())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not is_colored(Terminal())


TEXTS = (
    "The site is in /srv/a/very/long/path/of/folders/that/nobody/may/break/output and nowhere else",
    "run `qwikfolio build --allow-removals 12 --output public` once, with the same options",
    "日本語の名前はとても長いので何行にもなります。ほんとうに長いので",
    "see https://people.example/a/long/address/that/is/copied?with=a&query=too for more of it",
    "\x1b[1m/srv/themes/x/theme.toml:2\x1b[0m: \x1b[31merror\x1b[0m QF103: there is no such field",
)


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
@pytest.mark.parametrize("text", TEXTS)
def test_lines_are_broken_between_words_and_only_where_they_are_too_long(
    text: str, width: int
) -> None:
    lines = wrap(text, width, "    ").split("\n")
    kept = ("/", "`", "https:")
    for line in lines:
        is_kept = any(mark in line for mark in kept)
        assert cell_len(line.replace("\x1b[1m", "").replace("\x1b[0m", "")) <= width or is_kept
    assert all(line.startswith("    ") for line in lines[1:])
    assert "".join(text.split()) == "".join("".join(lines).split())
    for word in text.split(" "):
        assert "/" not in word or any(word in line for line in lines)
    if "`" in text:
        assert any("`qwikfolio build --allow-removals 12 --output public`" in it for it in lines)


def test_what_fits_is_left_as_it_is() -> None:
    assert wrap("a  b   c", 8) == "a  b   c"
    assert wrap("any length " * 100, None) == "any length " * 100


def test_a_message_is_continued_below_what_it_says_and_its_place_is_never_broken() -> None:
    text = (
        "error: the output folder can't be used\n"
        "  where: /srv/a folder of/a long  name\n"
        "  to do: make room for it, or name another folder with --output"
    )
    assert wrap_message(text, 30) == (
        "error: the output folder can't\n"
        "  be used\n"
        "  where: /srv/a folder of/a long  name\n"
        "  to do: make room for it, or\n"
        "         name another folder\n"
        "         with --output"
    )
