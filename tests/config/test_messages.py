"""What is wrong with the settings is told with its place, and with what was meant; all at once."""

from pathlib import Path

import pytest

from generator import config
from generator.config.document import read_document
from generator.config.given import TABLES, variable
from generator.errors import ConfigError


def errors(root: Path, text: str = "", environ: dict[str, str] | None = None) -> list[ConfigError]:
    (root / "qwikfolio.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        config.load(root, environ or {})
    return [caught.value, *caught.value.also]


def error(root: Path, text: str = "", environ: dict[str, str] | None = None) -> ConfigError:
    (found,) = errors(root, text, environ)
    return found


def place(found: ConfigError) -> str:
    return str(found.where).partition("qwikfolio.toml:")[2]


@pytest.mark.parametrize(
    ("text", "what", "where", "fix"),
    [
        ('[site]\ntitel = "x"', "[site] has no key 'titel'", "2:1", "did you mean title?"),
        ('[site]\n\n  Title = "x"', "[site] has no key 'Title'", "3:3", "did you mean title?"),
        ('[sites]\ntitle = "x"', "there is no table [sites]", "1:2", "did you mean [site]?"),
        ("[fruit]", "there is no table [fruit]", "1:2", "the tables are [site], [paths]"),
        ("fruit = 1", "there is no key 'fruit'", "1:1", "the tables are [site], [paths]"),
        ('title = "x"', "title stands outside of its table", "1:1", "write it below [site]"),
        ('[site]\noutput = "x"', "[site] has no key 'output'", "2:1", "write it below [paths]"),
        ('site.titel = "x"', "[site] has no key 'titel'", "1:6", "did you mean title?"),
        ('site = { titel = "x" }', "[site] has no key 'titel'", "1:10", "did you mean title?"),
        ('# c\nsite = "x"', "site is a table, and can't be 'x'", "2:1", "write [site] on a line"),
        ("[[site]]", "site is a table, and can't be a list", "1:3", "write [site] on a line"),
        ("[site]\ntitle = 5", "site.title can't be 5", "2:9", "write text in quotes"),
        ("[site]\ntitle = []", "site.title can't be a list", "2:9", "write text in quotes"),
        (
            "[site]\npeople_per_page = 'many' # x",
            "site.people_per_page can't be 'many'",
            "2:19",
            "write a whole number",
        ),
        (
            "[database]\nembedded = 'perhaps'",
            "database.embedded can't be 'perhaps'",
            "2:12",
            "write true or false",
        ),
        (
            "[beacon]\nproxies = '10.0.0.0/8'",
            "beacon.proxies can't be '10.0.0.0/8'",
            "2:11",
            'write a list of texts, like ["one", "two"]',
        ),
        (
            "[beacon]\nlog_format = 'jsn'",
            "beacon.log_format can't be 'jsn'",
            "2:14",
            'write one of "text", "json"; did you mean json?',
        ),
        ("[site]\ntitle = '  '", "site.title is empty", "2:9", "give the site a name"),
        ("[paths]\nstate = ''", "paths.state is empty", "2:9", "name a place"),
        ("[paths]\nthemes = []", "paths.themes names no folder", "2:10", 'write "themes"'),
        ("[site]\nurl = 'people'", "site.url can't be 'people'", "2:7", "write the whole address"),
        (
            "[beacon]\nkeep_days = 99999999999",
            "beacon.keep_days can't be 99999999999",
            "2:13",
            "use 40 to 36,500, or 0",
        ),
    ],
)
def test_a_mistake_in_the_file_is_told_with_line_and_column(
    tmp_path: Path, text: str, what: str, where: str, fix: str
) -> None:
    found = error(tmp_path, text)
    assert found.what == what
    assert found.where == f"{tmp_path}/qwikfolio.toml:{where}"
    assert str(found.fix).startswith(fix)


def test_everything_that_is_wrong_is_told_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = """
[site]
titel = "People"
people_per_page = 1
language = "?"

[pahts]
output = "public"

[beacon]
connections = 0
visitor_rate = "x"
"""
    environ = {"QWIKFOLIO_SITE_TITEL": "x", "QWIKFOLIO_SITE_TIMEZONE": "Mars"}
    found = errors(tmp_path, text, environ)
    assert [place(it) for it in found[:6]] == ["3:1", "4:19", "5:12", "7:2", "11:15", "12:16"]
    assert {it.where for it in found[6:]} == {
        "the environment variable QWIKFOLIO_SITE_TITEL",
        "the environment variable QWIKFOLIO_SITE_TIMEZONE",
    }
    for it in found:
        assert it.what in str(found[0])
        assert str(it.fix) in str(found[0])


@pytest.mark.parametrize(
    ("text", "what", "where", "line"),
    [
        ("[site", "expected ']' at the end of a table declaration", "1:6", "[site"),
        ('[site]\ntitle "x"', "expected '=' after a key in a key/value pair", "2:7", 'title "x"'),
        ("[site]\ntitle = People\n", "invalid value", "2:9", "title = People"),
        ('[paths]\noutput = "C:\\people"', "unescaped '\\' in a string", "2:15", "C:\\people"),
        ("[site]\ntitle = '1'\ntitle = '2'", "cannot overwrite a value", "3:12", "title = '2'"),
        ("[site]\n\n[site]\n", "cannot declare [site] twice", "3:6", "[site]"),
        ('[site]\ntitle = "x', "unterminated string", "2:11", 'title = "x'),
        ("[site]\ntitle = '''x\n\n", "expected \"'''\"", "2:13", "title = '''x"),
    ],
)
def test_what_is_not_toml_is_told_with_its_line(
    tmp_path: Path, text: str, what: str, where: str, line: str
) -> None:
    found = error(tmp_path, text)
    assert found.what == f"the settings are not TOML: {what}"
    assert place(found) == where
    assert line in str(found.fix)


def test_a_line_that_is_not_toml_shows_no_password(tmp_path: Path) -> None:
    found = error(tmp_path, '[database]\nurl = "postgresql://ada:hunter2@db/site')
    assert "hunter2" not in str(found)
    assert "ada:***@db/site" in str(found)


def test_bytes_that_are_no_text_are_told_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "qwikfolio.toml").write_bytes(b"[site]\ntitle = '\xe9t\xe9'\n")
    with pytest.raises(ConfigError, match="the byte 0xe9") as caught:
        config.load(tmp_path, {})
    assert place(caught.value) == "2"


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "qwikfolio.toml").mkdir()
    with pytest.raises(ConfigError, match="can't be read: Is a directory"):
        config.load(tmp_path, {})


EVERY = [(table, key) for table, struct in TABLES.items() for key in struct.__struct_fields__]


@pytest.mark.parametrize(("table", "key"), EVERY)
def test_a_variable_is_named_where_it_is_the_culprit(tmp_path: Path, table: str, key: str) -> None:
    """Each setting refuses bytes that are no text; the file, which is right, isn't blamed."""
    name = variable(table, key)
    found = error(tmp_path, "[site]\n", {name: "a\udcff"})
    assert found.where == f"the environment variable {name}"
    assert f"{table}.{key}" in found.what
    assert "qwikfolio.toml" not in str(found)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QWIKFOLIO_SITE_URL", "people"),
        ("QWIKFOLIO_SITE_PEOPLE_PER_PAGE", "many"),
        ("QWIKFOLIO_SITE_PEOPLE_PER_PAGE", "1"),
        ("QWIKFOLIO_BEACON_PROXIES", "10.0.0.0/8,nonsense"),
        ("QWIKFOLIO_DATABASE_EMBEDDED", ""),
        ("QWIKFOLIO_LIMITS_REMOVALS", "all"),
        ("QWIKFOLIO_PATHS_OUTPUT", "ftp://x"),
        ("QWIKFOLIO_PATHS_OUTPUT", ""),
        ("QWIKFOLIO_PATHS_THEMES", ":"),
    ],
)
def test_a_variable_overrides_the_file_and_its_mistake_is_its_own(
    tmp_path: Path, name: str, value: str
) -> None:
    text = "[site]\nurl = 'https://people.example'\npeople_per_page = 60\n[paths]\noutput = 'x'\n"
    assert error(tmp_path, text, {name: value}).where == f"the environment variable {name}"


def test_a_shared_folder_is_told_with_who_named_both(tmp_path: Path) -> None:
    text = "[paths]\nstate = 'public/state'\n"
    found = error(tmp_path, text, {"QWIKFOLIO_PATHS_OUTPUT": "public"})
    assert "(the environment variable QWIKFOLIO_PATHS_OUTPUT)" in str(found.where)
    assert "qwikfolio.toml:2:9)" in str(found.where)


def test_an_option_is_named_where_it_is_the_culprit(tmp_path: Path) -> None:
    for output in ("ftp://x", "", "a\0b"):
        with pytest.raises(ConfigError) as caught:
            config.load(tmp_path, {"QWIKFOLIO_PATHS_OUTPUT": "public"}, output=output)
        assert caught.value.where == "--output"


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("QWIKFOLIO_SITE_TITEL", "did you mean QWIKFOLIO_SITE_TITLE?"),
        ("QWIKFOLIO_DATABSE_URL", "did you mean QWIKFOLIO_DATABASE_URL?"),
        ("QWIKFOLIO_SITE_AUTHOR_OF_IT", "unset it, or use one of: QWIKFOLIO_SITE_TITLE, "),
    ],
)
def test_a_variable_that_can_only_be_a_misspelt_setting_is_an_error(
    tmp_path: Path, name: str, fix: str
) -> None:
    found = error(tmp_path, "", {name: "x"})
    assert found.what == f"the environment variable {name} is no setting"
    assert str(found.fix).startswith(fix)


def test_a_variable_that_may_be_somebody_elses_is_noted(tmp_path: Path) -> None:
    (note,) = config.load(tmp_path, {"QWIKFOLIO_VERSION": "1.2", "PATH": "/bin"}).notes
    assert note.startswith("the environment variable QWIKFOLIO_VERSION is ignored")


@pytest.mark.parametrize(
    "name",
    [
        "QWIKFOLIO_TRACEBACK",
        "QWIKFOLIO_PORT",  # what Kubernetes sets for services of these names
        "QWIKFOLIO_SERVICE_HOST",
        "QWIKFOLIO_BEACON_PORT",
        "QWIKFOLIO_BEACON_PORT_8100_TCP_ADDR",
        "QWIKFOLIO_BEACON_SERVICE_PORT_HTTP",
    ],
)
def test_known_variables_that_are_no_settings_say_nothing(tmp_path: Path, name: str) -> None:
    assert config.load(tmp_path, {name: "tcp://10.0.0.1:80"}).notes == ()


@pytest.mark.parametrize("name", ["NUL\0", "line\nbreak", "escape\x1b[31m", "lone \udc80"])
def test_no_text_holds_a_control_character(tmp_path: Path, name: str) -> None:
    for table, key in EVERY:
        culprit = variable(table, key)
        if key == "description" or table == "privacy":
            continue  # these may have several lines
        assert error(tmp_path, "", {culprit: name}).where == f"the environment variable {culprit}"


def test_letters_of_every_script_are_text(tmp_path: Path) -> None:
    for title in ("人々", "مردم‌ها", "👩‍💻 People", "Été"):
        assert config.load(tmp_path, {"QWIKFOLIO_SITE_TITLE": title}).site.title == title


def test_every_value_knows_where_it_comes_from(tmp_path: Path) -> None:
    (tmp_path / "qwikfolio.toml").write_text('[site]\ntitle = "A"\nlanguage = "de"\n')
    environ = {"QWIKFOLIO_SITE_LANGUAGE": "en", "DATABASE_URL": "postgresql://x"}
    settings = config.load(tmp_path, environ, output="/srv/site")
    file = str(tmp_path / "qwikfolio.toml")
    assert settings.origin("site.title") == config.Origin("file", file, 2, 9)
    assert settings.origin("site.language") == config.Origin("variable", "QWIKFOLIO_SITE_LANGUAGE")
    assert settings.origin("database.url") == config.Origin("variable", "DATABASE_URL")
    assert settings.origin("paths.output") == config.Origin("option", "--output")
    assert settings.origin("site.theme").kind == "default"


def test_places_are_found_whatever_stands_between(tmp_path: Path) -> None:
    file = tmp_path / "qwikfolio.toml"
    file.write_text('''# a
"odd key" . x = [ "a]", # ]
  \'b\', { y = 1 } ]
[ site ] # [paths]
"titl\\u0065" = """
[paths]
output = 1""\\
"""""
language = { a = "}", b = [1, { c = 2 }] }
theme = 2020-01-01 10:00:00
[[more]]
k = 1
[[more]]
k = 2''')
    found = read_document(file)
    assert found.keys["odd key", "x"] == (2, 13)
    assert found.places["odd key", "x"] == (2, 17)
    assert found.places["site", "title"] == (5, 16)
    assert found.keys["site", "language"] == (9, 1)
    assert found.keys["site", "language", "b"] == (9, 23)
    assert found.keys["site", "theme"] == (10, 1)
    assert found.keys["more", "k"] == (12, 1)
    assert ("paths",) not in found.keys
