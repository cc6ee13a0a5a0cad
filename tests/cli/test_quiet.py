"""`-q` in each command: no summary, no progress; results, warnings and errors stay."""

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from generator.cli import cli
from generator.cli.terminal import BuildListener
from tests.site import Site

pytestmark = pytest.mark.slow


def run(site: Site, *words: str, quiet: bool = True) -> Result:
    words = ("-C", str(site.root), *(("-q",) if quiet else ()), *words)
    return CliRunner().invoke(cli, words, catch_exceptions=False)


@pytest.fixture
def ada(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    site.person("ada", website="nonsense")
    monkeypatch.setenv("DATABASE_URL", site.url)
    monkeypatch.chdir(tmp_path)
    return site


def test_a_quiet_build_says_what_is_wrong_and_nothing_else(ada: Site) -> None:
    """As for cron, which sends a mail of whatever is printed."""
    done = run(ada, "build")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "'nonsense' is not an http or https address" in done.stderr
    ada.execute("UPDATE portfolios SET website = NULL")
    done = run(ada, "build")
    assert (done.exit_code, done.output) == (0, "")
    assert "1 portfolio" in run(ada, "build", quiet=False).stdout


@pytest.mark.parametrize(
    "words",
    [
        ("db", "migrate"),
        ("db", "seed", "--yes"),
        ("db", "unseed", "--yes", "--synthetic"),
        ("theme", "new", "mine"),
        ("theme", "docs", "--output", "context.md"),
        ("theme", "check", "--quick"),
        ("stats", "ada", "--html", "ada.html"),
    ],
    ids=" ".join,
)
def test_what_was_done_is_not_told(ada: Site, words: tuple[str, ...]) -> None:
    (ada.root / "content" / "portfolios").mkdir()
    done = run(ada, *words)
    assert (done.exit_code, done.output) == (0, "")


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        (("build", "--json"), '{"output":'),
        (("build", "--dry-run"), "would be written:"),
        (("build", "--metrics"), "stage"),
        (("stats", "ada"), "Ada (/ada/)"),
        (("theme", "list"), "base"),
        (("theme", "docs"), "# "),
        (("--version",), "qwikfolio, version"),
        (("theme", "--help"), "Usage:"),
    ],
    ids=lambda it: " ".join(it) if isinstance(it, tuple) else "",
)
def test_what_was_asked_for_is_printed(ada: Site, words: tuple[str, ...], printed: str) -> None:
    done = run(ada, *words)
    assert done.exit_code == 0
    assert done.stdout.startswith(printed)


def test_errors_are_told(ada: Site) -> None:
    ada.execute("DELETE FROM portfolios")
    (ada.root / "themes" / "emerald" / "theme.toml").write_text("[")
    done = run(ada, "theme", "check", "--quick")
    assert done.exit_code == 1
    assert "emerald" in done.stdout


def test_a_quiet_build_draws_no_progress_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("generator.cli.terminal.is_quiet", lambda: True)
    assert BuildListener()._bar is None
    monkeypatch.setattr("generator.cli.terminal.is_quiet", lambda: False)
    assert BuildListener()._bar is not None
