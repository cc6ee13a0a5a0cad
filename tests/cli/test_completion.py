"""The completion of the command line, as bash, zsh and fish do it."""

import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete

from generator.cli import cli
from tests.site import ROOT, bare_site

pytestmark = pytest.mark.programs

PATIENCE = 120  # seconds
CASES = {
    "qwikfolio bui": "build",
    "qwikfolio build --dry": "--dry-run",
    "qwikfolio build --engine da": "dask",
    "qwikfolio theme docs eme": "emerald",
    "qwikfolio -C .. theme new mine --inherits oc": "ocean",
    "qwikfolio db mig": "migrate",
    "qwikfolio theme check the": "themes/",
    "qwikfolio build --output pub": "public/",
    "qwikfolio stats ada --html not": "notes.html",
}
"""What is typed, and what it becomes."""
SETUP = {
    "bash": 'source <(_QWIKFOLIO_COMPLETE=bash_source qwikfolio); echo "re""ady"\n',
    "zsh": "autoload -Uz compinit && compinit -u -D; "
    'eval "$(_QWIKFOLIO_COMPLETE=zsh_source qwikfolio)"; echo "re""ady"\n',
}
SETUP_FISH = "_QWIKFOLIO_COMPLETE=fish_source qwikfolio | source"
PROGRAM = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site, below another of the same themes; its database is nowhere."""
    root = bare_site(tmp_path_factory.mktemp("outer"))
    inner = bare_site(root / "inner")
    (inner / "public").mkdir()
    (inner / "notes.html").touch()
    return inner


def environment() -> dict[str, str]:
    scripts = str(Path(sys.executable).parent)
    return {
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": "/nonexistent",
        "TERM": "dumb",
        "PS1": "$ ",
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere",
    }


class Shell:
    """A shell at a terminal of its own."""

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self._said = b""

    def type(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    def until(self, text: str) -> None:
        """Read what it shows until a text has come."""
        end = time.monotonic() + PATIENCE
        while text.encode() not in self._said:
            readable, _, _ = select.select([self._terminal], [], [], max(0, end - time.monotonic()))
            assert readable, f"no {text!r} in {self._said.decode(errors='replace')!r}"
            self._said += os.read(self._terminal, 10_000)
        self._said = self._said.partition(text.encode())[2]


@contextmanager
def opened(name: str, folder: Path) -> Iterator[Shell]:
    assert shutil.which(name), "run `make tools`"
    ours, theirs = os.openpty()
    with subprocess.Popen(
        PROGRAM[name],
        cwd=folder,
        env=environment(),
        preexec_fn=lambda: os.login_tty(theirs),  # noqa: PLW1509 - no thread of ours forks
    ):
        os.close(theirs)
        try:
            shell = Shell(ours)
            shell.type(SETUP[name])
            shell.until("ready\r\n")
            yield shell
        finally:
            os.close(ours)  # it gets a SIGHUP


@pytest.mark.parametrize("name", PROGRAM)
def test_tab_completes_commands_options_choices_themes_and_files(name: str, site: Path) -> None:
    with opened(name, site) as shell:
        for typed, becomes in CASES.items():
            shell.type(f"{typed}\t")
            shell.until(f"{typed.rpartition(' ')[0]} {becomes}")
            shell.type("\x15")  # Ctrl-U: an empty line again


def test_fish_completes_the_same(site: Path) -> None:
    assert shutil.which("fish"), "run `make tools`"
    asked = "".join(f"complete -C '{typed}'; echo --;" for typed in CASES)
    done = subprocess.run(
        ["fish", "--no-config", "-c", f"{SETUP_FISH}; {asked}"],
        cwd=site, env=environment(), capture_output=True, text=True, check=True, timeout=PATIENCE,
    )  # fmt: skip
    answers = done.stdout.split("--\n")
    for answer, (typed, becomes) in zip(answers, CASES.items(), strict=False):
        offered = [line.partition("\t")[0] for line in answer.splitlines()]
        assert becomes in offered, typed


def completed(*words: str) -> list[str]:
    *before, incomplete = words
    completion = ShellComplete(cli, {}, "qwikfolio", "_QWIKFOLIO_COMPLETE")
    return [item.value for item in completion.get_completions(list(before), incomplete)]


def test_every_command_and_option_is_offered() -> None:
    def look(command: click.Command, words: tuple[str, ...]) -> None:
        options = {opt for it in command.params for opt in it.opts if opt.startswith("--")}
        assert options <= set(completed(*words, "--"))
        if isinstance(command, click.Group):
            context = click.Context(command)
            names = command.list_commands(context)
            assert set(names) <= set(completed(*words, ""))
            for name in names:
                below = command.get_command(context, name)
                assert below is not None
                look(below, (*words, name))

    look(cli, ())


def test_outside_of_a_site_nothing_is_offered_and_nothing_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert completed("theme", "docs", "") == []
    (tmp_path / "qwikfolio.toml").write_text("[not toml")
    assert completed("theme", "docs", "") == []
    assert capfd.readouterr() == ("", "")
    assert [path.name for path in tmp_path.iterdir()] == ["qwikfolio.toml"]


def test_the_names_of_commands_are_offered_without_importing_them() -> None:
    code = (
        "import sys\n"
        "from tests.cli.test_completion import completed\n"
        "before = set(sys.modules)\n"
        "assert 'build' in completed('')\n"
        "print(*(set(sys.modules) - before))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not {name for name in done.stdout.split() if name.startswith(("generator", "psycopg"))}
