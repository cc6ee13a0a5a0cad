"""`qwikfolio init`: a folder becomes a site at once, and nothing that was there is lost."""

import http.client
import importlib.util
import os
import re
import select
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from click.testing import CliRunner, Result

from generator import __version__, config
from generator.cli import cli
from generator.errors import ConfigError
from generator.scaffold import folder as scaffold_folder
from tests.cli.test_commands import qwikfolio
from tests.hosting.serving import free_port, program, wait
from tests.preview.serving import Answered, serving
from tests.site import ROOT

SECRET = "postgresql://site:geheim@db.example:5432/folio"
OPEN = "postgresql:///folio"
FILES = {
    "qwikfolio.toml", "content/pages/about.md", "content/pages/404.md", "content/static/.gitkeep",
    ".gitignore", "README.md",
}  # fmt: skip
DOCKER = {"Dockerfile", ".dockerignore", "compose.yaml", "Caddyfile"}
WORKFLOW = ".github/workflows/site.yml"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which commands are run."""
    folder = tmp_path / "people of häfen"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return folder


def init(*words: str) -> Result:
    """Run it without a terminal, in the current folder; an error that it ends by is raised."""
    result = CliRunner().invoke(cli, ["init", *words])
    if isinstance(result.exception, ConfigError):
        raise result.exception
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def files(folder: Path) -> set[str]:
    return {it.relative_to(folder).as_posix() for it in folder.rglob("*") if it.is_file()}


def settings(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "qwikfolio.toml").read_text("utf-8"))


# What is written


def test_without_a_terminal_a_site_of_the_samples_is_begun(here: Path) -> None:
    done = init()
    assert done.exit_code == 0
    assert files(here) == FILES
    assert settings(here) == {
        "site": {"title": "people of häfen"},
        "database": {"embedded": True},
    }
    assert done.stdout.endswith("next:\n  qwikfolio build\n  qwikfolio serve\n")
    assert config.load(here, {}).embedded


def test_a_database_that_the_environment_names_is_told(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next command would build from it, and not the samples."""
    monkeypatch.setenv("DATABASE_URL", SECRET)
    done = init()
    assert settings(here)["database"] == {"embedded": True}
    assert "DATABASE_URL is set here" in done.stdout
    assert "geheim" not in done.stdout


def test_the_folder_is_made_and_the_next_commands_lead_there(here: Path) -> None:
    done = init("new/my site")
    assert files(here / "new" / "my site") == FILES
    assert settings(here / "new" / "my site")["site"]["title"] == "my site"
    assert "  cd 'new/my site'\n" in done.stdout


def test_a_name_that_begins_with_a_dash_is_no_option_of_cd(here: Path) -> None:
    assert "  cd ./-x\n" in init("--", "-x").stdout


@pytest.mark.parametrize(
    "title",
    [
        'Peo"ple',
        "\\",
        "'''",
        '"""',
        "Люди 👩‍👩‍👧 \u2028 \u200fשלום",
        "@url@ {database} x",
    ],
)
def test_whatever_the_title_is_the_settings_say_it(here: Path, title: str) -> None:
    init("--title", title, "--url", "https://people.example/folio")
    assert config.load(here, {}).site.title == title
    assert config.load(here, {}).site.url == "https://people.example/folio"


def test_what_is_not_installed_is_among_the_next_commands(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.extras.find_spec", lambda _name: None)
    done = init("--embedded")
    assert '\n  pip install "qwikfolio-publisher[embedded,preview]"\n' in done.stdout


@pytest.mark.parametrize(
    ("options", "extras"),
    [
        (("--embedded",), "embedded,preview"),
        (("--url", "https://people.example", "--database-url", OPEN), "preview"),
    ],
)
def test_its_readme_installs_what_its_commands_need(
    here: Path, options: tuple[str, ...], extras: str
) -> None:
    init(*options)
    readme = (here / "README.md").read_text("utf-8")
    assert f'`pip install "qwikfolio-publisher[{extras}]=={__version__}"`' in readme
    assert "\nqwikfolio serve " in readme


@pytest.mark.parametrize("title", ["", "  ", "a\nb\r\n\tc", "\x7f\x1b[2J"])
def test_a_title_that_no_settings_can_have_is_refused(here: Path, title: str) -> None:
    with pytest.raises(ConfigError) as caught:
        init("--title", title, "--url", "https://people.example")
    assert caught.value.where == "--title"
    assert files(here) == set()


def test_a_password_is_written_into_no_file(here: Path) -> None:
    words = ("--url", "https://people.example", "--database-url", SECRET)
    done = init(*words, "--ci", "github", "--docker")
    assert files(here) == FILES | DOCKER | {WORKFLOW}
    assert settings(here)["database"] == {}
    assert "geheim" not in done.output
    assert not [it for it in files(here) if "geheim" in (here / it).read_text("utf-8")]
    assert "export DATABASE_URL=" in (here / "qwikfolio.toml").read_text("utf-8")
    assert "was written nowhere: give it as DATABASE_URL" in done.stdout
    assert "qwikfolio db migrate" in done.stdout


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://db.example/folio?user=site&password=geheim",
        "host=db.example dbname=folio password=geheim",
        "postgresql://db.example/folio?sslpassword=geheim",
    ],
)
def test_a_password_elsewhere_in_the_url_is_one_too(here: Path, url: str) -> None:
    init("--url", "https://people.example", "--database-url", url)
    assert "geheim" not in (here / "qwikfolio.toml").read_text("utf-8")


def test_a_url_without_a_password_is_in_the_settings(here: Path) -> None:
    init("--url", "https://people.example", "--database-url", OPEN)
    assert settings(here)["database"] == {"url": OPEN}
    assert config.load(here, {}).database_url == OPEN


def test_git_ignores_what_can_be_made_again_and_the_password(here: Path) -> None:
    init()
    ignored = (here / ".gitignore").read_text().splitlines()
    assert {"output/", ".qwikfolio/", ".env"} <= set(ignored)


# What is refused


@pytest.mark.parametrize(
    ("words", "where", "what"),
    [
        (["--url", "people.example"], "--url", "site.url can't be 'people.example'"),
        (["--title", "  "], "--title", "site.title is empty"),
        (["--database-url", "mysql://x"], "--database-url", "the database URL can't be used"),
        (["--database-url", OPEN], "--url", "needs its address"),
        (["--database-url", OPEN, "--url", ""], "--url", "needs its address"),
    ],
)
def test_an_answer_that_can_not_be_used_is_refused_with_its_option(
    here: Path, words: list[str], where: str, what: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        init(*words)
    assert caught.value.where == where
    assert what in caught.value.what
    assert files(here) == set()


def test_one_of_two_databases_has_to_be_chosen(here: Path) -> None:
    assert init("--embedded", "--database-url", OPEN).exit_code == 2


@pytest.mark.parametrize("standing", ["README.md", "content/pages/about.md", ".gitignore"])
def test_nothing_is_overwritten_and_nothing_is_written(here: Path, standing: str) -> None:
    (here / standing).parent.mkdir(parents=True, exist_ok=True)
    (here / standing).write_text("mine")
    (here / "notes.txt").write_text("mine")
    with pytest.raises(ConfigError, match="are there already") as caught:
        init()
    assert standing in caught.value.what
    assert caught.value.where == str(here)
    assert files(here) == {standing, "notes.txt"}
    assert (here / standing).read_text() == "mine"


def test_other_files_are_no_hindrance(here: Path) -> None:
    (here / "notes.txt").write_text("mine")
    init()
    assert files(here) == FILES | {"notes.txt"}


def test_a_link_to_nowhere_is_not_written_through(here: Path, tmp_path: Path) -> None:
    (here / "README.md").symlink_to(tmp_path / "nothing")
    with pytest.raises(ConfigError, match="are there already"):
        init()
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("name", ["content", "content/pages"])
def test_a_file_in_place_of_a_folder_is_named(here: Path, name: str) -> None:
    (here / name).parent.mkdir(parents=True, exist_ok=True)
    (here / name).write_text("mine")
    with pytest.raises(ConfigError, match="where a folder is to be") as caught:
        init()
    assert caught.value.where == str(here / name)
    assert files(here) == {name}


def test_a_folder_inside_another_site_is_refused(here: Path) -> None:
    init()
    before = files(here)
    with pytest.raises(ConfigError, match="inside another site") as caught:
        init("output/new")
    assert str(here) in caught.value.what
    assert files(here) == before


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_where_one_file_can_not_be_written_none_is_left(
    here: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    make = scaffold_folder._make_folder

    def fails(folder: Path, made: list[Path]) -> None:
        if folder.name == "static":
            raise error
        make(folder, made)

    monkeypatch.setattr(scaffold_folder, "_make_folder", fails)
    with pytest.raises((ConfigError, KeyboardInterrupt)):
        scaffold_folder.write_files(
            here / "a" / "b", {"x/y": "1", "qwikfolio.toml": "2", "content/static/z": "3"}
        )
    assert list(here.iterdir()) == []


# What is asked


def ask(folder: Path, answers: list[tuple[str, str]], *words: str) -> str:
    """Run it on a terminal, and answer each question when it is asked; what was shown."""
    ours, theirs = os.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "generator.cli", "init", *words],
        cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs,
        env={**os.environ, "COLUMNS": "80", "PYTHONPATH": str(ROOT)},
    ) as process:  # fmt: skip
        os.close(theirs)
        shown = ""
        try:
            for question, answer in answers:
                seen = len(shown)
                while not re.search(question, shown[seen:]):
                    assert select.select([ours], [], [], 30)[0], f"{question!r} isn't in {shown!r}"
                    shown += os.read(ours, 10_000).decode("utf-8", "replace")
                os.write(ours, f"{answer}\n".encode())
            while data := os.read(ours, 10_000):
                shown += data.decode("utf-8", "replace")
        except OSError:  # how a terminal says that nobody is left on the other side
            pass
        finally:
            os.close(ours)  # who still waits for an answer is hung up on
            process.wait(60)
    assert process.returncode == 0, shown
    return shown


def test_on_a_terminal_it_asks_until_an_answer_can_be_used(here: Path) -> None:
    shown = ask(
        here,
        [
            (r"Title of the site \[people of häfen\]: ", 'The "best"'),
            (r"Database URL, or nothing for sample people: ", "mysql://x"),
            (r"(?s)can't be used.*sample people: ", SECRET),
            (r"Address of the site, like https://people.example: ", ""),
            (r"(?s)needs its address.*people.example: ", "people.example"),
            (r"(?s)site.url can't be.*people.example: ", "https://people.example"),
        ],
    )
    assert settings(here)["site"] == {"title": 'The "best"', "url": "https://people.example"}
    assert settings(here)["database"] == {}
    assert "next:" in shown


def test_what_an_option_says_is_not_asked_and_empty_answers_are_the_defaults(here: Path) -> None:
    shown = ask(here, [(r"or nothing for now: ", "")], "--embedded", "--title", "People")
    assert "Title" not in shown
    assert "Database" not in shown
    assert settings(here) == {"site": {"title": "People"}, "database": {"embedded": True}}


# Where it is built and served


def test_the_workflow_builds_with_least_rights_and_keeps_site_and_manifest(here: Path) -> None:
    init("--url", "https://people.example", "--database-url", SECRET, "--ci", "github")
    workflow = yaml.safe_load((here / WORKFLOW).read_text("utf-8"))
    assert workflow["permissions"] == {}
    assert workflow["concurrency"] == {"group": "site", "cancel-in-progress": False}
    assert {"push", "schedule", "workflow_dispatch"} == workflow[True].keys()  # `on`, to YAML 1.1
    build, deploy = workflow["jobs"]["build"], workflow["jobs"]["deploy"]
    assert build["permissions"] == {"contents": "read"}
    assert deploy["permissions"] == {"pages": "write", "id-token": "write"}
    assert build["env"] == {"DATABASE_URL": "${{ secrets.DATABASE_URL }}"}
    steps = {step.get("uses", "").partition("@")[0]: step for step in build["steps"]}
    restored, saved = (steps[f"actions/cache/{what}"]["with"] for what in ("restore", "save"))
    assert restored["path"].split() == saved["path"].split() == ["output", ".qwikfolio"]
    assert restored["key"] == saved["key"]
    assert saved["key"].startswith(restored["restore-keys"])
    for step in (*build["steps"], *deploy["steps"]):
        assert "run" in step or re.fullmatch(r"actions/[\w/-]+@v\d+", step["uses"])
    assert f'pip install "qwikfolio-publisher=={__version__}"' in (here / WORKFLOW).read_text()


@pytest.mark.parametrize(("code", "goes_on"), [(0, True), (3, True), (1, False), (4, False)])
def test_the_workflow_deploys_what_can_be_deployed(here: Path, code: int, goes_on: bool) -> None:
    init("--ci", "github")
    steps = yaml.safe_load((here / WORKFLOW).read_text())["jobs"]["build"]["steps"]
    command = here / "bin" / "qwikfolio"
    command.parent.mkdir()
    command.write_text(f"#!/bin/sh\nexit {code}\n")
    command.chmod(0o755)
    (build,) = [step["run"] for step in steps if step.get("name") == "Build"]
    path = f"{command.parent}:{os.environ['PATH']}"
    done = subprocess.run(["bash", "-e", "-c", build], env={"PATH": path}, check=False)
    assert (done.returncode == 0) == goes_on


def test_the_workflow_publishes_hidden_files_but_not_the_build_s_mark(here: Path) -> None:
    init("--ci", "github")
    for name in (".well-known/security.txt", ".qwikfolio-site", "index.html"):
        (here / "output" / name).parent.mkdir(parents=True, exist_ok=True)
        (here / "output" / name).write_text("x")
    steps = yaml.safe_load((here / WORKFLOW).read_text())["jobs"]["build"]["steps"]
    (command,) = [step["run"] for step in steps if "mark" in step.get("name", "")]
    subprocess.run(["bash", "-e", "-c", command], cwd=here, check=True)
    (upload,) = [it["with"] for it in steps if "upload-pages" in it.get("uses", "")]
    assert upload["include-hidden-files"] is True
    assert files(here / upload["path"]) == {".well-known/security.txt", "index.html"}


def test_the_samples_workflow_keeps_nothing(here: Path) -> None:
    """A database that is made anew is another one, and the output would be refused to it."""
    init("--ci", "github")
    text = (here / WORKFLOW).read_text()
    assert "actions/cache" not in text
    assert "DATABASE_URL" not in text
    assert "qwikfolio-publisher[embedded]==" in text


def test_the_image_runs_as_an_account_of_its_own_on_the_site_s_folders(here: Path) -> None:
    init("--docker", "--url", "https://people.example", "--database-url", SECRET)
    image = (here / "Dockerfile").read_text()
    assert re.search(r"^FROM python:3\.\d+-slim$", image, re.MULTILINE)
    lines = image.splitlines()
    assert lines.index("USER site") > lines.index("COPY . .")
    assert "USER root" not in image
    assert f'"qwikfolio-publisher=={__version__}"' in image
    assert {".env", ".qwikfolio", "output"} <= set((here / ".dockerignore").read_text().split())
    services = yaml.safe_load((here / "compose.yaml").read_text())["services"]
    assert services["site"]["environment"]["DATABASE_URL"].startswith("${DATABASE_URL:?")
    folders = [it.partition(":")[2] for it in services["site"]["volumes"]]
    assert {"/site/output", "/site/.qwikfolio"} <= set(folders)
    assert "output:/srv/site:ro" in services["web"]["volumes"]


@pytest.mark.programs
@pytest.mark.parametrize("home", ["", "/folio"])
def test_caddy_serves_the_site_and_nothing_that_is_not_for_visitors(
    here: Path, tmp_path: Path, home: str
) -> None:
    init("--docker", "--url", f"https://people.example{home}")
    for name in ("index.html", "404.html", "ada/index.html", "assets/a.css", "_headers",
                 ".qwikfolio-site", ".htaccess", "ada/.x", ".well-known/security.txt",
                 ".well-known/.x"):  # fmt: skip
        (here / "output" / name).parent.mkdir(parents=True, exist_ok=True)
        (here / "output" / name).write_text(name)
    port, caddyfile = free_port(), here / "Caddyfile"
    text = caddyfile.read_text().replace("http://:80 {", f"http://:{port} {{")
    text = text.replace("/srv/site", f"{here / 'output'}")
    caddyfile.write_text(f"{{\n\tadmin off\n}}\n{text}")
    command = [program("caddy"), "run", "--config", str(caddyfile), "--adapter", "caddyfile"]
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    log = tmp_path / "log"
    with (
        log.open("ab") as out,
        subprocess.Popen(command, stdout=out, stderr=out, env=environment) as process,
    ):
        try:
            wait(port, process, log)
            for path, status, body in (
                ("/", 200, "index.html"),
                ("/ada/", 200, "ada/index.html"),
                ("/assets/a.css", 200, "assets/a.css"),
                ("/.well-known/security.txt", 200, ".well-known/security.txt"),
                ("/nobody/", 404, "404.html"),
                ("/_headers", 404, "404.html"),
                ("/.qwikfolio-site", 404, "404.html"),
                ("/.htaccess", 404, "404.html"),
                ("/ada/.x", 404, "404.html"),
                ("/.well-known/.x", 404, "404.html"),
                ("/assets/b.css", 404, "404.html"),
            ):
                answer = get(port, f"{home}{path}")
                assert (answer.status, answer.text) == (status, body), path
                assert "default-src 'none'" in answer.headers["content-security-policy"], path
                caching = answer.headers.get("cache-control", "")
                assert ("immutable" in caching) == (status == 200 and "assets" in path)
            moved = get(port, f"{home}/ada")
            assert moved.status == 308
            assert moved.headers["location"] == f"{home}/ada/"
            assert get(port, "/elsewhere").text == "404.html"
            if home:
                assert get(port, home).headers["location"] == f"{home}/"
        finally:
            process.terminate()


def get(port: int, path: str) -> Answered:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Answered(answer.status, named, answer.read())
    finally:
        connection.close()


def test_files_are_added_to_a_site_that_is_there_by_its_settings(here: Path) -> None:
    init("--embedded")
    (here / "qwikfolio.toml").write_text(
        '[site]\nurl = "https://people.example/folio"\n[paths]\noutput = "public"\n'
        'state = "state"\n[database]\nurl = "postgresql:///folio"\n'
    )
    init("--ci", "github", "--docker")
    assert files(here) == FILES | DOCKER | {WORKFLOW}
    build = yaml.safe_load((here / WORKFLOW).read_text())["jobs"]["build"]
    (restored,) = [it["with"] for it in build["steps"] if "restore" in it.get("uses", "")]
    assert restored["path"].split() == ["public", "state"]
    assert 'handle_path "/folio/*"' in (here / "Caddyfile").read_text()
    with pytest.raises(ConfigError, match="are there already"):
        init("--docker")


def test_a_workflow_for_a_folder_is_refused_where_the_output_is_none(here: Path) -> None:
    init()
    (here / "qwikfolio.toml").write_text('[paths]\noutput = "s3://site/people"\n')
    with pytest.raises(ConfigError, match="the output is s3://site/people"):
        init("--ci", "github")
    assert files(here) == FILES


# That it works


@pytest.fixture
def begun() -> Iterator[Path]:
    """A new site; not in pytest's folder, which it closes to others whenever it starts."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "site")
        done = qwikfolio(Path(name), "init", "site", "--docker", "--ci", "github")
        assert done.returncode == 0, done.stderr
        if importlib.util.find_spec("generator.bundled") is None:
            shutil.copytree(ROOT / "themes", folder / "themes")
            shutil.copytree(ROOT / "content" / "portfolios", folder / "content" / "portfolios")
        yield folder


def test_a_new_site_is_built_and_served_with_nothing_else(begun: Path) -> None:
    done = qwikfolio(begun, "build", "--json")
    assert done.returncode == 0, done.stderr
    report = msgspec.json.decode(done.stdout)
    assert report["people"] > 5
    built = files(begun / "output")
    assert {"index.html", "about/index.html", "404.html", "favicon.ico", "robots.txt"} <= built
    assert ".gitkeep" not in built
    with serving(begun) as running:
        assert running.get("/").status == 200
        assert running.get("/about/").text == (begun / "output/about/index.html").read_text()
        assert running.get("/favicon.ico").body == (begun / "output/favicon.ico").read_bytes()
