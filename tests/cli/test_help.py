"""`--help` of every command: nothing is cut, and every option is told in sentences."""

import re
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner
from rich.cells import cell_len

from generator import __version__
from generator.cli import _COMMANDS, cli, main
from generator.cli.common import summary
from generator.model.problem import quote

LONGEST_SUMMARY = 66  # columns: beside the longest name, on one line of 80


def walk(command: click.Command = cli, name: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command below another, and itself, by its words."""
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            assert found is not None
            yield from walk(found, f"{name} {below}".strip())


COMMANDS = dict(walk())
each = pytest.mark.parametrize("name", COMMANDS, ids=lambda name: name or "qwikfolio")


@each
@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_no_line_is_too_long_and_nothing_is_cut(
    name: str, width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr(sys, "argv", ["qwikfolio", *name.split(), "--help"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 0
    text = capsys.readouterr().out
    for line in text.splitlines():
        assert cell_len(line) <= width or len(line.split()) == 1, line
    assert not re.search(r"(?<!\[ARGS\])(?<!SLUG)\.\.\.|…", text)
    for below, command in COMMANDS.items():
        if below.rpartition(" ")[0] == name and below:
            assert summary(command) in " ".join(text.split())


@each
def test_a_summary_is_a_sentence_that_fits_on_a_line(name: str) -> None:
    text = summary(COMMANDS[name])
    assert text == COMMANDS[name].short_help
    assert re.fullmatch(r"[A-Z].*\w\.", text), quote(text)
    assert len(text) <= LONGEST_SUMMARY


@pytest.mark.parametrize("name", _COMMANDS)
def test_the_list_of_commands_says_what_they_say_themselves(name: str) -> None:
    """The list is shown without importing them."""
    assert _COMMANDS[name][1] == summary(COMMANDS[name])


@each
def test_every_option_and_argument_is_told_in_sentences(name: str) -> None:
    for option in COMMANDS[name].params:
        text = re.sub(r" \[default: [^]]+\]$", "", option.help or "")
        assert re.fullmatch(r"[A-Z].*\.", text, re.DOTALL), f"{name} {option.name}: {text!r}"


@each
def test_every_command_has_the_common_options(name: str) -> None:
    options = {opt for option in COMMANDS[name].params for opt in option.opts}
    assert {"-C", "-q", "--quiet"} <= options


@pytest.mark.parametrize("option", ["-V", "--version"])
def test_the_version_is_told(option: str) -> None:
    assert CliRunner().invoke(cli, [option]).output == f"qwikfolio, version {__version__}\n"
