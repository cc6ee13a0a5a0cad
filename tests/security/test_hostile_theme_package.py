"""An installed package that says it brings a theme: nothing of it is run, and it holds up nobody.

Whoever installs a package with pip has run its build already; what is held here is that having it
installed, and building a site, runs no more of it, reads nothing from elsewhere and ends.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from generator.errors import ThemeError
from generator.theme.find import find_folders, load_themes
from generator.theme.folder import LARGEST
from tests.site import ROOT, Site
from tests.theme.folders import write_theme

RUN = "import pathlib; pathlib.Path(__file__).with_name('was-run').touch(); raise SystemExit('run')"


class Packages:
    """A folder of installed packages, on the import path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def install(self, value: str, name: str = "evil") -> None:
        """A distribution whose entry point has a value."""
        info = self.folder / f"{name}-1.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
        (info / "entry_points.txt").write_text(f"[qwikfolio.themes]\n{name} = {value}\n")

    def theme(
        self, path: str = "evil", about: str = "", files: Mapping[str, str] | None = None
    ) -> Path:
        """A package that is a theme, with code in each of its folders."""
        place, _, name = f"{self.folder}/{path}".rpartition("/")
        theme = write_theme(Path(place), name, about, files)
        for folder in (theme, *theme.parents):
            if folder == self.folder:
                break
            (folder / "__init__.py").write_text(RUN)
        return theme


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Packages]:
    folder = tmp_path / "packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    yield Packages(folder)
    assert list(folder.rglob("was-run")) == []
    assert not [name for name in sys.modules if name.partition(".")[0] == "evil"]


def test_nothing_of_a_package_is_run_however_deep_its_theme_is(packages: Packages) -> None:
    theme = packages.theme("evil/inner/theme")
    packages.install("evil.inner.theme")
    assert find_folders(())["theme"].path == theme
    code = packages.folder / "evil_code"
    code.mkdir()
    (code / "theme.toml").write_text('name = "other"\nversion = "1"\n')
    (code / "__init__.py").write_text(RUN)
    (code / "templates").mkdir()
    (code / "templates" / "x.py").write_text(RUN)
    packages.install("evil_code", "other")
    found = {it.about.name for it in find_folders(()).values() if it.origin == "package"}
    assert found == {"theme", "other"}


@pytest.mark.parametrize(
    "value",
    [
        "evil:attribute", "evil.module", "evil.", ".evil", "..", "evil/../../x", "__main__", "sys",
        "os.path", "no_such_package", "1", "evil..inner", "evil.inner:x [extra]", "evil inner",
    ],
)  # fmt: skip
def test_what_names_no_package_is_refused_by_name(packages: Packages, value: str) -> None:
    (packages.theme() / "module.py").write_text(RUN)
    packages.install(value)
    with pytest.raises(ThemeError, match="the installed theme 'evil' names") as caught:
        find_folders(())
    assert caught.value.where == "entry point qwikfolio.themes"


def test_a_package_can_not_take_the_name_of_a_theme_of_the_site(packages: Packages) -> None:
    theme = packages.theme("evil")
    (theme / "theme.toml").write_text('name = "emerald"\nversion = "1"\n')
    packages.install("evil")
    with pytest.raises(ThemeError, match="two themes are named 'emerald'") as caught:
        load_themes([ROOT / "themes"], required="emerald")
    assert str(theme) in str(caught.value)


@pytest.mark.parametrize("link", ["theme.toml", "static/x.css", "templates", "strings/en.toml"])
def test_what_is_elsewhere_is_not_published_by_a_link(
    packages: Packages, tmp_path: Path, link: str
) -> None:
    theme = packages.theme()
    packages.install("evil")
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "x.html").write_text("somebody else's")
    (theme / link).unlink(missing_ok=True)
    (theme / link).parent.mkdir(exist_ok=True)
    (theme / link).symlink_to(secret)
    with pytest.raises(ThemeError, match="leads out of the theme's folder"):
        find_folders(())


BLOCK = "{{% block a{} %}}{{% endblock %}}"
DEEP = ".".join(["a"] * 30_000) + " = 1\n"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("theme.toml", 'name = "evil"\nversion = "1"\n' + DEEP),
        ("theme.toml", "[a]\n" * 10_000),
        ("strings/en.toml", DEEP),
        ("templates/portfolio.html", "".join(map(BLOCK.format, range(10**6)))),
        ("templates/portfolio.html", "{% if x %}" * 10_000),
    ],
)  # fmt: skip
def test_a_file_that_would_take_for_ever_is_refused_by_its_size(
    packages: Packages, path: str, text: str
) -> None:
    packages.theme(files={path: text})
    packages.install("evil")
    with pytest.raises(ThemeError, match=r"a file of the theme has [\d,]+ bytes; [\d,]+ are the"):
        find_folders(())


def test_a_file_that_would_fill_the_memory_is_not_read(packages: Packages) -> None:
    theme = packages.theme(files={"static/x.css": ""})
    packages.install("evil")
    os.truncate(theme / "static" / "x.css", 10**12)  # of which nothing is on disk
    with pytest.raises(ThemeError, match=r"1,000,000,000,000 bytes; 10,000,000 are the most"):
        find_folders(())


def test_many_files_are_refused_by_their_number_and_sum(packages: Packages) -> None:
    theme = packages.theme(files={f"static/{number}.css": "" for number in range(1_001)})
    packages.install("evil")
    with pytest.raises(ThemeError, match="may have 1,000 files"):
        find_folders(())
    for number in range(6):
        os.truncate(theme / "static" / f"{number}.css", LARGEST["static"])
    (theme / "static" / "1000.css").unlink()
    with pytest.raises(ThemeError, match="50,000,000 bytes in all"):
        find_folders(())


@pytest.mark.parametrize(
    "name", ["a\nb.css", "a\udcff.css", "a\u202eb.css", "\x1b[2J.css", "a\\b.css"]
)
def test_a_name_that_no_address_or_message_can_have_is_refused(
    packages: Packages, name: str
) -> None:
    packages.theme(files={f"static/{name}": "x"})
    packages.install("evil")
    with pytest.raises(ThemeError, match="can't be named") as caught:
        find_folders(())
    assert str(caught.value).replace("\n", " ").isprintable()


def test_parents_without_end_are_refused(packages: Packages, tmp_path: Path) -> None:
    for number in range(30):
        write_theme(tmp_path / "deep", f"t{number}", f'inherits = "t{number + 1}"')
    write_theme(tmp_path / "deep", "t30")
    with pytest.raises(ThemeError, match="may have 10 parents"):
        load_themes([tmp_path / "deep"], required="t0")
    packages.theme("evil", 'inherits = "evil"')
    packages.install("evil")
    with pytest.raises(ThemeError, match="inherits from itself"):
        load_themes((), required="evil")


IMPORT = '@import "_%d.css";\n'


@pytest.mark.parametrize(
    ("times", "depth", "reason"),
    [(10, 9, "with what it imports it has"), (1, 900, "import each other more than 20 deep")],
)
def test_style_sheets_that_grow_without_end_are_refused(
    packages: Packages, times: int, depth: int, reason: str
) -> None:
    parts = {f"static/_{n}.css": IMPORT % (n + 1) * times for n in range(depth)}
    packages.theme(files={**parts, f"static/_{depth}.css": "x" * 100, "static/t.css": IMPORT % 0})
    packages.install("evil")
    with pytest.raises(ThemeError, match=reason):
        load_themes((), required="evil")


@pytest.mark.parametrize(
    "text",
    [
        "{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}",
        "{% include 'portfolio.html' %}",
        "{% for x in range(10 ** 12) %}{% endfor %}{{ 'a' * 10 ** 10 }}",
    ],
)
def test_a_template_that_has_no_end_spoils_no_other_theme(
    packages: Packages, site: Site, text: str
) -> None:
    """It is an error that says where, whether it shows when it is compiled or when it is used."""
    names = ("portfolio", "home", "directory", "page", "redirect")
    packages.theme(files={f"templates/{name}.html": text for name in names})
    packages.install("evil")
    site.person("ada", theme={"id": "evil"})
    site.person("bob")
    outcome = ""
    try:
        report = site.build()
    except ThemeError as error:
        outcome = str(error)
    else:
        assert len(report.failed) == 1
        assert site.has("bob")
        outcome = " ".join(str(it) for it in site.notes.problems)
    assert "evil" in outcome


def test_files_that_bring_scripts_are_served_under_the_sites_policy(
    packages: Packages, site: Site
) -> None:
    script = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    names = ("portfolio", "home", "directory", "page", "redirect")
    files = {f"templates/{name}.html": "x" for name in names}
    hostile = {"_headers": "/*\n  X: 1\n", "x.svg": script, "x.html": script, "_worker.js": "x"}
    packages.theme(files=files | {f"static/{name}": text for name, text in hostile.items()})
    packages.install("evil")
    site.person("ada")
    site.build()
    built = site.files()
    theirs = [path for path, body in built.items() if body in map(str.encode, hostile.values())]
    assert len(theirs) == 2, "a name that begins with _ is a part, and is not published"
    assert all(path.startswith("assets/") for path in theirs)
    everywhere = built["_headers"].decode().partition("\n\n")[0]
    assert everywhere.startswith("/*\n")
    assert "default-src 'none'" in everywhere
    assert "unsafe" not in everywhere
