"""The documentation names nothing that isn't there: files, headings, commands, tests."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from generator.cli import cli

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
LARGEST_PICTURE = 200_000  # bytes

by_name = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def tokens(page: Path) -> Iterator[Token]:
    """Every token of a page, those inside of others too."""
    for token in MarkdownIt("commonmark").enable("table").parse(page.read_text("utf-8")):
        yield token
        yield from token.children or ()


def anchors(page: Path) -> set[str]:
    """The headings of a page as the forge makes them into anchors."""
    found, inside = set(), False
    for token in tokens(page):
        if inside and token.type == "inline":
            text = re.sub(r"[^\w\- ]", "", token.content.lower())
            found.add(text.replace(" ", "-"))
        inside = token.type == "heading_open"
    return found


def code(page: Path) -> Iterator[str]:
    """Every line of code of a page, in blocks and in running text."""
    for token in tokens(page):
        if token.type == "fence" and token.info in {"", "sh", "console"}:
            yield from token.content.splitlines()
        elif token.type == "code_inline":
            yield token.content


def commands(page: Path) -> set[str]:
    """Every `qwikfolio …` of a page, up to the first word that stands for something else."""
    found = set()
    for line in code(page):
        match = re.match(r"(?:\$ |\w+=\S+ )*(?:\.venv/bin/)?(qwikfolio(?: .*)?)$", line.strip())
        if match:
            found.add(re.split(r" (?:…|\[|[A-Z]+\b|[>|&])", match[1])[0].strip())
    return found


def not_built() -> set[str]:
    """The list of docs/architecture.md."""
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    return set(re.findall(r"`(qwikfolio [^`]+)`", text.split("## Not built yet")[1]))


def resolve(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that a line names, and the words left for it.

    Raises:
        click.UsageError: There is no such command.
    """
    command: click.Command = cli
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        _name, found, words = command.resolve_command(click.Context(command), words)
        assert found is not None
        command = found
    return command, words


def exists(words: list[str]) -> bool:
    """Whether there is a command of this name, with the option if one is named."""
    try:
        command, rest = resolve(words)
    except click.UsageError:
        return False
    return set(rest) <= {name for option in command.params for name in option.opts}


@by_name
def test_every_link_leads_somewhere(page: Path) -> None:
    for token in tokens(page):
        address = str(token.attrs.get("href") or token.attrs.get("src") or "")
        if not address or re.match(r"https?:|mailto:", address):
            continue
        file, _, anchor = address.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), f"{page.name}: {address}"
        assert not anchor or anchor in anchors(target), f"{page.name}: {address}"


@by_name
def test_every_command_can_be_given(page: Path) -> None:
    for line in commands(page) - not_built():
        try:
            command, words = resolve(shlex.split(line)[1:])
            if not isinstance(command, click.Group):
                # Its help option is made once, as the group has it.
                group = click.Context(cli, **cli.context_settings)
                command.make_context(command.name, words, parent=group)
        except click.exceptions.Exit:
            pass  # --help
        except click.MissingParameter:
            pass  # it stands for something else, and was cut off
        except click.UsageError as error:
            pytest.fail(f"{page.name}: `{line}`: {error.message}")


def test_commands_are_found_in_the_documentation() -> None:
    """Lest the two tests around this one pass for want of anything to look at."""
    assert {"qwikfolio build", "qwikfolio db migrate"} <= commands(ROOT / "docs" / "operating.md")
    assert len(not_built()) > 5


@pytest.mark.parametrize("line", sorted(not_built()))
def test_what_is_said_not_to_be_built_is_not(line: str) -> None:
    assert not exists(shlex.split(line)[1:]), "take it from the list in docs/architecture.md"
    assert exists(["build", "--full"])


@by_name
def test_every_file_and_test_that_is_named_exists(page: Path) -> None:
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    for token in tokens(page):
        name = token.content
        if token.type != "code_inline":
            continue
        if re.fullmatch(r"(generator|tests|docs|themes|content|scripts)/[\w./-]+", name):
            assert (ROOT / name).exists(), f"{page.name}: {name}"
        elif re.fullmatch(r"test_\w+…?", name):
            assert f"def {name.rstrip('…')}" in sources, f"{page.name}: {name}"


def test_every_rule_that_has_a_test_is_in_the_architecture() -> None:
    source = (ROOT / "tests" / "build" / "test_rules.py").read_text("utf-8")
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    for number in set(re.findall(r"def test_rule_(\d+)_", source)):
        assert f"| {number} | **" in text
        assert f"`test_rule_{number}_" in text


def test_every_picture_is_small_and_shown() -> None:
    shown = {
        (page.parent / str(token.attrs["src"])).resolve()
        for page in PAGES
        for token in tokens(page)
        if token.type == "image"
    }
    pictures = set((ROOT / "docs" / "images").iterdir())
    assert pictures == shown
    assert all(path.stat().st_size < LARGEST_PICTURE for path in pictures)


def test_no_file_names_a_folder_of_somebody_s_machine_or_where_packages_come_from() -> None:
    """Such a line holds for one machine only."""
    machine = re.compile(r"(?<![\w.*])/(?:work|home|root|Users|opt|tmp)/[\w.]")
    registry = re.compile(r"pypi[.]org|pythonhosted[.]org|npmjs[.]org|--index[-]url")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    names = [ROOT / name for name in listed.stdout.split("\0") if name]
    assert names
    for path in names:
        if not path.exists():  # removed, and not committed yet
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        for pattern in (machine, registry):
            found = pattern.search(text)
            assert found is None, f"{path.relative_to(ROOT)}: {found and found[0]}"
