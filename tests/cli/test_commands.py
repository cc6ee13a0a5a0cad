"""The command line: what it says, where, and with which exit code."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from generator.cli import main
from generator.cli.build import EXIT_SOME_FAILED
from tests.site import ROOT, Site, bare_site, copy_content

pytestmark = pytest.mark.slow


def qwikfolio(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "PGHOST"}}
    done = subprocess.run(
        [sys.executable, "-m", "generator.cli", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**inherited, **environment},
        timeout=120,
    )
    assert "Traceback" not in done.stderr
    return done


def test_build_says_what_it_built(site: Site) -> None:
    site.person("ada")
    done = qwikfolio(site.root, "build", "--database-url", site.url)
    assert done.returncode == 0
    assert re.match(r"1 portfolio: \d+ files written, 0 unchanged, 0 removed in ", done.stdout)
    assert done.stdout.strip().endswith(str(site.output))


def test_json_gives_the_same_facts_on_one_line(site: Site) -> None:
    user = site.person("ada", website="nonsense")
    done = qwikfolio(site.root, "build", "--json", DATABASE_URL=site.url)
    facts = msgspec.json.decode(done.stdout)
    assert facts["people"] == 1
    assert facts["warnings"] == 1
    assert facts["failed"] == []
    assert facts["peak_memory_bytes"] > 1_000_000
    assert facts["problems"] == [
        {
            "kind": "url",
            "level": "warning",
            "table": "portfolios",
            "column": "website",
            "id": site.portfolio_of(user),
            "template": None,
            "person": {"owner": str(user), "name": "Ada", "address": "/ada/"},
            "reason": "'nonsense' is not an http or https address",
            "fix": "write an address like https://example.org, or empty it",
            "count": 1,
            "new": True,
        }
    ]


def test_metrics_say_where_the_time_went(site: Site) -> None:
    site.person("ada", username="ada-old")
    done = qwikfolio(site.root, "build", "--metrics", DATABASE_URL=site.url)
    stages = {line.rpartition("  ")[0].strip() for line in done.stdout.splitlines()[1:]}
    assert {"settle", "people", "lists", "site"} < stages
    assert {"fetch", "read", "write", "render emerald/portfolio.html"} < stages


def test_json_gives_metrics_to_whoever_asks(site: Site) -> None:
    for number in range(150):
        site.person(f"p{number}")
    asked = qwikfolio(site.root, "build", "--metrics", "--json", "--jobs=2", DATABASE_URL=site.url)
    facts = msgspec.json.decode(asked.stdout)
    assert 0 < sum(facts["metrics"]["stages"].values()) < facts["seconds"]
    assert facts["metrics"]["people"]["render emerald/portfolio.html"] > 0
    unasked = qwikfolio(site.root, "build", "--json", DATABASE_URL=site.url)
    assert "metrics" not in msgspec.json.decode(unasked.stdout)


def test_json_gives_receipts_for_what_was_removed(site: Site) -> None:
    user, _other = site.person("ada"), site.person("bob")
    qwikfolio(site.root, "build", DATABASE_URL=site.url)
    site.publish(user, False)
    done = qwikfolio(site.root, "build", "--json", DATABASE_URL=site.url)
    assert msgspec.json.decode(done.stdout)["removed"] == ["ada/index.html"]


def test_long_work_shows_progress_on_a_terminal_and_plain_lines_elsewhere(site: Site) -> None:
    for number in range(30):
        site.person(f"p{number}")
    plain = qwikfolio(site.root, "build", DATABASE_URL=site.url)
    assert plain.stderr == ""

    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "generator.cli", "build", "--full"]
    environment = {**os.environ, "DATABASE_URL": site.url, "TERM": "xterm", "COLUMNS": "100"}
    with subprocess.Popen(
        command, cwd=site.root, env=environment, stderr=theirs, stdout=subprocess.PIPE
    ) as process:
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # how a terminal says that nobody is left on the other side
            while data := os.read(ours, 10_000):
                shown += data
    os.close(ours)
    assert process.returncode == 0
    assert b"building" in shown
    assert b"30/30" in shown


def test_exit_code_3_tells_of_people_whose_page_could_not_be_built(site: Site) -> None:
    site.person("..")
    done = qwikfolio(site.root, "build", DATABASE_URL=site.url)
    assert done.returncode == EXIT_SOME_FAILED
    assert "there is no address left" in done.stderr


def test_exit_code_4_tells_of_a_build_that_would_remove_too_many(site: Site) -> None:
    """And so does a dry run, which lists what would be done."""
    site.add_people(12)
    qwikfolio(site.root, "build", DATABASE_URL=site.url)
    site.execute("TRUNCATE portfolios CASCADE")
    done = qwikfolio(site.root, "build", "--json", DATABASE_URL=site.url)
    assert done.returncode == 4
    assert "`qwikfolio build --allow-removals 12` once" in done.stderr
    said = msgspec.json.decode(done.stdout)
    assert said["error"].startswith("this build would remove 12 of 12 people, and may remove 10;")
    assert (said["removals"]["people"], said["removals"]["limit"]) == (12, 10)
    assert said["removals"]["examples"] == ["p1", "p2", "p3", "p4", "p5"]

    dry = qwikfolio(site.root, "build", "--dry-run", "--json", DATABASE_URL=site.url)
    assert dry.returncode == 4
    facts = msgspec.json.decode(dry.stdout)
    assert facts["held_back"] == said["removals"]
    assert "p12/index.html" in facts["removed"]
    assert site.has("p12")

    allowed = qwikfolio(site.root, "build", "--allow-removals", "all", DATABASE_URL=site.url)
    assert allowed.returncode == 0
    assert not site.has("p12")


def test_a_dry_run_says_what_would_be_done(site: Site) -> None:
    user = site.person("ada", website="nonsense")
    site.person("bob")
    qwikfolio(site.root, "build", DATABASE_URL=site.url)
    site.execute("UPDATE portfolios SET slug = 'lovelace' WHERE user_id = %s", user)
    done = qwikfolio(site.root, "build", "--dry-run", DATABASE_URL=site.url)
    assert done.returncode == 0
    assert "would be removed:\n  ada/index.html\n" in done.stdout
    assert "would move:\n  ada/index.html → lovelace/index.html\n" in done.stdout
    assert done.stderr == "1 known warning not repeated; --all-warnings lists it\n"
    as_json = qwikfolio(site.root, "build", "--dry-run", "--json", DATABASE_URL=site.url)
    facts = msgspec.json.decode(as_json.stdout)
    assert facts["moved"] == [{"from": "ada/index.html", "to": "lovelace/index.html"}]
    assert facts["removed"] == ["ada/index.html"]
    assert "lovelace/index.html" in facts["written"]
    assert len(facts["problems"]) == facts["warnings"] == 1
    assert site.has("ada")


@pytest.mark.parametrize(
    "words",
    [
        ("--dry-run", "--engine", "dask"),
        ("--dry-run", "--metrics"),
        ("--allow-removals", "0"),
        ("--allow-removals", "20%"),
        ("--allow-removals", "many"),
    ],
)
def test_what_can_not_be_asked_of_a_build_is_exit_code_2(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["qwikfolio", "build", *words])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    assert words[0] in capsys.readouterr().err


def test_only_builds_the_named_and_leaves_the_others(site: Site) -> None:
    site.person("ada", username="lovelace")
    site.person("bob")
    assert qwikfolio(site.root, "build", DATABASE_URL=site.url).returncode == 0
    site.execute("UPDATE portfolios SET headline = 'Changed'")
    done = qwikfolio(site.root, "build", "--only", "lovelace", DATABASE_URL=site.url)
    assert done.returncode == 0
    assert "Changed" in site.page("ada")
    assert "Changed" not in site.page("bob")


def test_only_of_nobody_suggests_somebody(site: Site) -> None:
    site.person("ada-lovelace")
    qwikfolio(site.root, "build", DATABASE_URL=site.url)
    done = qwikfolio(site.root, "build", "--only", "ada-lovelac", DATABASE_URL=site.url)
    assert done.returncode == 1
    assert "did you mean ada-lovelace?" in done.stderr


def test_output_goes_where_it_is_told(site: Site) -> None:
    site.person("ada")
    qwikfolio(site.root, "build", "--output", "public", DATABASE_URL=site.url)
    assert (site.root / "public" / "ada" / "index.html").exists()
    assert not site.output.exists()


@pytest.mark.parametrize(
    ("words", "environment", "message"),
    [
        (["build", "--database-url", "mysql://x"], {}, "mysql"),
        (["build", "--database-url", "postgresql://x:geheim@127.0.0.1:1/y"], {}, "127.0.0.1"),
        (["build"], {"DATABASE_URL": "postgresql://nobody@no-such-host.invalid/x"}, "no-such-host"),
        (["build"], {"QWIKFOLIO_SITE_URL": "people.example"}, "site.url"),
        (["build"], {"QWIKFOLIO_SITE_PEOPLE_PER_PAGE": "many"}, "people_per_page"),
        (["build"], {"QWIKFOLIO_SITE_THEME": "nope"}, "there is no theme 'nope'"),
        (["build"], {"QWIKFOLIO_PATHS_THEMES": "nowhere"}, "a folder that is not there"),
    ],
)
def test_each_mistake_gets_one_message(
    site: Site, words: list[str], environment: dict[str, str], message: str
) -> None:
    environment = {"DATABASE_URL": site.url, **environment}
    done = qwikfolio(site.root, *words, **environment)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert message in done.stderr
    assert "to do:" in done.stderr
    assert "geheim" not in done.stderr


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[site]\ntitel = 'x'\n", "titel"),
        ("[site\n", "qwikfolio.toml:1:6"),
        ("[sites]\n", "sites"),
        ("[site]\nlanguage = 'en us'\n", "site.language"),
        ("[site]\ncontact_endpoint = 'http://x.example'\n", "site.contact_endpoint"),
    ],
)
def test_a_mistake_in_the_settings_is_named(site: Site, text: str, message: str) -> None:
    (site.root / "qwikfolio.toml").write_text(text)
    done = qwikfolio(site.root, "build", DATABASE_URL=site.url)
    assert done.returncode == 1
    assert message in done.stderr
    assert "qwikfolio.toml" in done.stderr


def test_a_deleted_folder_is_no_place_to_run_in(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f"cd {gone} && rmdir {gone} && exec {sys.executable} -P -m generator.cli build"
    done = subprocess.run(
        ["/bin/sh", "-c", script],
        capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("error: the folder this is run in is no longer there")


def test_a_result_that_nobody_takes_is_said(site: Site) -> None:
    site.person("ada")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "generator.cli", "build"],
            cwd=site.root, stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60,
            env={**os.environ, "DATABASE_URL": site.url},
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("error: the result can't be printed: No space left on device")
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert site.has("ada")


@pytest.mark.parametrize(
    ("words", "environment", "error"),
    [
        (["--strict"], {}, "'nonsense' is not an http or https address"),
        ([], {"QWIKFOLIO_SITE_URL": "x"}, "site.url can't be 'x'"),
        ([], {"QWIKFOLIO_SITE_THEME": "nope"}, "there is no theme 'nope'"),
    ],
)
def test_json_says_why_there_is_no_report(
    site: Site, words: list[str], environment: dict[str, str], error: str
) -> None:
    site.person("ada", website="nonsense")
    done = qwikfolio(site.root, "build", "--json", *words, DATABASE_URL=site.url, **environment)
    assert done.returncode == 1
    said = msgspec.json.decode(done.stdout)
    assert set(said) == {"error", "where", "to_do", "problems"}
    assert said["error"] == error
    assert done.stderr.startswith(f"error: {error}")


def test_a_fault_of_ours_is_called_one_and_its_traceback_comes_when_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("\x1b[2J")

    monkeypatch.setattr("generator.cli.cli.main", broken)
    for asked in ("", "1"):
        monkeypatch.setenv("QWIKFOLIO_TRACEBACK", asked)
        with pytest.raises(SystemExit) as caught:
            main()
        assert caught.value.code == 1
        said = capsys.readouterr().err
        assert "error: this is a fault in qwikfolio: KeyError" in said
        assert "set QWIKFOLIO_TRACEBACK=1" in said
        assert ("Traceback" in said) == bool(asked)
        assert "\x1b" not in said


def test_a_template_with_a_mistake_is_named_with_its_line(site: Site) -> None:
    template = site.root / "themes" / "base" / "templates" / "home.html"
    template.write_text(template.read_text() + "\n{% if %}\n")
    done = qwikfolio(site.root, "build", DATABASE_URL=site.url)
    assert done.returncode == 1
    assert re.search(r"home\.html:\d+", done.stderr)


def test_a_page_by_hand_without_a_title_is_named(site: Site) -> None:
    (site.root / "content" / "pages" / "jobs.md").write_text("no heading")
    done = qwikfolio(site.root, "build", DATABASE_URL=site.url)
    assert done.returncode == 1
    assert "jobs.md:1" in done.stderr


def test_a_misspelt_command_is_exit_code_2(tmp_path: Path) -> None:
    done = qwikfolio(tmp_path, "biuld")
    assert done.returncode == 2
    assert "No such command" in done.stderr


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder; not pytest's own, which it closes to others whenever it starts."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def test_a_site_that_says_so_is_built_from_an_embedded_server_with_the_samples(
    folder: Path,
) -> None:
    shutil.copytree(ROOT / "themes", folder / "themes")
    copy_content(folder)
    (folder / "qwikfolio.toml").write_text("[database]\nembedded = true\n")
    first = qwikfolio(folder, "build", "--json")
    assert first.returncode == 0
    assert msgspec.json.decode(first.stdout)["people"] == 11
    again = qwikfolio(folder, "build", "--json")
    assert msgspec.json.decode(again.stdout)["written"] == 0
    assert "already" in qwikfolio(folder, "db", "migrate").stdout
    assert "unchanged" in qwikfolio(folder, "db", "seed").stdout


def test_theme_list_names_every_theme_and_its_folder(tmp_path: Path) -> None:
    bare_site(tmp_path)
    themes = msgspec.json.decode(qwikfolio(tmp_path, "theme", "list", "--json").stdout)
    assert {"base", "emerald"} <= {theme["name"] for theme in themes}
    (emerald,) = [theme for theme in themes if theme["name"] == "emerald"]
    assert emerald["folder"] == str((tmp_path / "themes" / "emerald").resolve())
    assert "emerald" in qwikfolio(tmp_path, "theme", "list").stdout


def test_theme_docs_prints_the_page_and_writes_it(tmp_path: Path) -> None:
    bare_site(tmp_path)
    printed = qwikfolio(tmp_path, "theme", "docs", "base").stdout
    qwikfolio(tmp_path, "theme", "docs", "base", "--output", "context.md")
    documented = (ROOT / "docs" / "theme-context.md").read_text("utf-8")
    assert printed == (tmp_path / "context.md").read_text("utf-8") == documented


def test_theme_new_tells_where_it_is_and_how_to_look_at_it(tmp_path: Path) -> None:
    bare_site(tmp_path)
    done = qwikfolio(tmp_path, "theme", "new", "harbour", "--inherits", "emerald")
    assert done.returncode == 0
    assert "qwikfolio serve --theme" in done.stdout
    assert (tmp_path / "themes" / "harbour" / "theme.toml").is_file()
    unknown = qwikfolio(tmp_path, "theme", "new", "other", "--inherits", "emrald")
    assert unknown.returncode == 1
    assert "no theme 'emrald'" in unknown.stderr
