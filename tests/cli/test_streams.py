"""Standard streams that are closed, full or of few letters."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.site import ROOT, bare_site

NOBODY = "postgresql://nobody@127.0.0.1:1/nowhere"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = bare_site(tmp_path_factory.mktemp("site"))
    about = root / "themes" / "emerald" / "theme.toml"
    text = about.read_text("utf-8")
    description = next(line for line in text.splitlines() if line.startswith("description"))
    about.write_text(text.replace(description, 'description = "Green 緑"'), "utf-8")
    return root


def run(site: Path, line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command line of a shell; $Q is the program."""
    done = subprocess.run(
        ["sh", "-c", line],
        cwd=site, capture_output=True, text=True, check=False, timeout=120,
        env={
            "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT),
            "Q": f"{sys.executable} -m generator", **environment,
        },
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    assert "fault in qwikfolio" not in done.stderr
    assert "Exception ignored" not in done.stderr
    return done


@pytest.mark.parametrize("words", ["--help", "--version", "theme list", "build --help"])
def test_a_full_disk_is_told(site: Path, words: str) -> None:
    done = run(site, f"$Q {words} >/dev/full")
    assert done.returncode == 1
    assert done.stderr.startswith("error: the result can't be printed: No space left on device\n")


def test_a_result_that_has_nowhere_to_go_is_an_error(site: Path) -> None:
    done = run(site, "$Q theme list >&-")
    assert done.returncode == 1
    assert done.stderr.startswith("error: the result can't be printed: it was closed before")


@pytest.mark.parametrize("stderr", ["2>&-", "2>/dev/full"])
def test_errors_that_nobody_hears_change_no_exit_code(site: Path, stderr: str) -> None:
    assert run(site, f"$Q theme list {stderr}").returncode == 0
    assert run(site, f"$Q db migrate --database-url {NOBODY} {stderr}").returncode == 1
    assert run(site, f"$Q build --nonsense {stderr}").returncode == 2
    assert run(site, f"$Q theme list <&- >&- {stderr}").returncode == 1


def test_letters_that_a_terminal_lacks_are_written_as_escapes(site: Path) -> None:
    done = run(site, "$Q theme list", PYTHONIOENCODING="latin-1")
    assert done.returncode == 0
    assert r"Green \u7dd1" in done.stdout


def test_a_command_needs_no_home_and_no_locale(site: Path) -> None:
    assert run(site, "$Q theme list", LC_ALL="C").returncode == 0
    assert run(site, "$Q theme list", HOME="/nonexistent", LANG="xx_XX").returncode == 0


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_the_list_of_themes_fits_the_columns_and_breaks_no_path(site: Path, width: int) -> None:
    lines = run(site, "$Q theme list", COLUMNS=str(width)).stdout.splitlines()
    paths = [f"  this site: {path}" for path in (site / "themes").iterdir()]
    assert set(paths) <= set(lines)
    assert all(len(line) <= width for line in lines if line not in paths and "bundled" not in line)
