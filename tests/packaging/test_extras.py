"""The extras: what works without them, and what is said where one is missing."""

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import get_args

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from generator.errors import MissingExtraError
from generator.extras import Extra, extra, folder_of
from tests.packaging.installation import Installation, closure, requirements
from tests.site import ROOT, Site

wheel = pytest.mark.xdist_group("wheel")

EXTRAS = get_args(Extra)
SITE = '[site]\nurl = "https://people.example"\n'
EMBEDDED = f"{SITE}[database]\nembedded = true\n"
NOBODY = "--database-url=postgresql://nobody@127.0.0.1:1/nothing"

MISSING = [
    ("beacon", "beacon"),
    ("preview", "serve"),
    ("check", "theme check"),
    ("check", "theme check --quick"),
    ("check", "theme check --json"),
    ("embedded", "build"),
    ("embedded", "build --dry-run"),
    ("embedded", "watch"),
    ("embedded", "db migrate"),
    ("embedded", "db seed"),
    ("dask", f"build --engine dask {NOBODY}"),
    ("dask", f"build --engine dask --scheduler tcp://127.0.0.1:1 {NOBODY}"),
    ("store", f"build --output s3://people/live {NOBODY}"),
    ("store", f"build --dry-run --output s3://people/live {NOBODY}"),
    ("store", f"watch --output gs://people/live {NOBODY}"),
]


@wheel
@pytest.mark.parametrize(("name", "line"), MISSING)
def test_a_missing_extra_is_told_with_the_command_that_adds_it(
    installed: Installation, tmp_path: Path, name: str, line: str
) -> None:
    (tmp_path / "qwikfolio.toml").write_text(SITE if NOBODY in line else EMBEDDED)
    done = installed.run(tmp_path, *line.split())
    assert done.returncode == 1
    said = re.sub(r"^\S+Z ", "", done.stderr, flags=re.MULTILINE)  # a watch tells the time
    assert re.match(
        rf"error: [^\n]+ needs the extra \[{name}\], which is not installed \(no module \w+\)\n"
        rf'  to do: pip install "qwikfolio-publisher\[{name}\]"(, [^\n]+)?\n\Z',
        said,
    )
    left = {it.name for it in tmp_path.iterdir()} - {"qwikfolio.toml"}
    assert not left & {"output", "postgres", "themes"}


@wheel
@pytest.mark.parametrize("line", ["", "build", "watch", "serve", "beacon", "theme check", "db"])
def test_help_needs_no_extra(installed: Installation, tmp_path: Path, line: str) -> None:
    done = installed.run(tmp_path, *line.split(), "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage: ")


@wheel
def test_a_site_of_a_real_database_needs_no_extra(
    installed: Installation, tmp_path: Path, site: Site
) -> None:
    """Neither its builds nor its watch, its figures or its schema."""
    site.person("ada")
    folder = tmp_path / "people"
    folder.mkdir()
    (folder / "qwikfolio.toml").write_text(f'{SITE}[database]\nurl = "{site.url}"\n')

    for words in (("db", "migrate"), ("build",), ("build", "--full"), ("stats", "ada")):
        done = installed.run(folder, *words)
        assert (done.returncode, done.stderr) == (0, ""), words
    assert "Ada" in (folder / "output" / "ada" / "index.html").read_text()

    with installed.running(folder, "watch") as watch:
        watch.wait_for("watching the database and the themes")
        site.person("bob")
        watch.wait_for("bob")
    assert (folder / "output" / "bob" / "index.html").exists()


def test_the_package_alone_asks_for_no_library_of_an_extra() -> None:
    always = set(requirements())
    for name in EXTRAS:
        named = {canonicalize_name(Requirement(it).name) for it in {*requirements([name])} - always}
        assert named, name
        assert not named & closure(), name


def test_a_library_that_is_missing_is_told_whichever_it_is() -> None:
    with pytest.raises(MissingExtraError) as caught, extra("store", "this"):
        folder_of("no_such_library")
    assert caught.value.what == (
        "this needs the extra [store], which is not installed (no module no_such_library)"
    )
    with pytest.raises(MissingExtraError), extra("store", "this"):
        import_module("no_such_library.part")


def test_a_fault_of_the_package_itself_is_not_taken_for_a_missing_extra() -> None:
    with pytest.raises(ModuleNotFoundError, match=r"generator\.no_such_module"), extra("dask", "x"):
        import_module("generator.no_such_module")


def test_importing_the_package_imports_nothing_else() -> None:
    """So that a command waits for no more than it needs."""
    code = (
        "import sys; before = set(sys.modules); import generator;"
        "print(*sorted(it for it in set(sys.modules) - before if not it.startswith('_')))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, check=True, text=True
    )
    ours = {it for it in done.stdout.split() if it.partition(".")[0] not in sys.stdlib_module_names}
    assert ours == {"generator"}
