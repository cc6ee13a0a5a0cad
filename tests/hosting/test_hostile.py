"""Whatever stands in settings and options: a server takes it for what it is, or it is refused."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from generator.cli import cli
from generator.errors import ConfigError
from generator.hosting.servers import SERVERS, configuration
from generator.render.redirects import redirect_lists
from tests.hosting.serving import KINDS, Kind, ask, check, facts, free_port, printed, serving

URL = "https://people.example"
FOLDERS = (
    "plain", "two words", 'a "quoted" one', "it's", "a;b", "$uri", "$(PATH)", "#1", "a%20b",
    "%(HOST)", "<Directory>", "a&b|c", "größe-日本", "a,b", "-x", "~^x", '";)server(listen 1;)#',
    "!", "$", "a=b", "@x", "'$a\"", " x ",
)  # fmt: skip
REFUSED = ("a\nb", "a{b", "a}b", "a\\b", "a*", "a[b]", "a?", "`a`", "a\x00b", "a\rb",
           "a\x7f", "\u2028", "\u00a0")  # fmt: skip

each_kind = pytest.mark.parametrize("kind", KINDS)


def site(root: Path, folder: str) -> Path:
    """An output with one page, in a folder of this name."""
    output = root / folder
    output.mkdir()
    (output / "index.html").write_text("the page of the site")
    for page in redirect_lists("/", []):
        (output / page.path).write_bytes(page.body)
    return output


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "server").mkdir()
    return tmp_path


@each_kind
def test_every_folder_is_taken_for_what_it_is(root: Path, kind: Kind) -> None:
    """All at once: one site each."""
    sites = [
        facts(root, str(site(root, name)), {"url": f"https://p{number}.example"},
              listen=f"127.0.0.1:{free_port()}")
        for number, name in enumerate(FOLDERS)
    ]  # fmt: skip
    assert check(kind, root / "server", printed(kind, *sites)) == ""


@each_kind
def test_the_page_comes_from_a_folder_with_an_odd_name(folder: Path, kind: Kind) -> None:
    """Apache's account may not read the folder of a test, so it is in one that it may."""
    output = site(folder, f'{kind} $uri "quoted" it\'s;#%20 & größe')
    port = free_port()
    (folder / f"{kind}-odd").mkdir()
    of = facts(folder, str(output), {"url": f"http://127.0.0.1:{port}"})
    with serving(kind, folder / f"{kind}-odd", printed(kind, of), port):
        assert ask(port, "/").body == b"the page of the site"
        assert ask(port, "/_redirects").status == 404


@pytest.mark.parametrize("name", REFUSED)
def test_a_folder_that_no_server_can_be_told_is_refused(root: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="no server can be told the path"):
        facts(root, "output", {"url": URL}, root=f"/srv/{name}")


@pytest.mark.parametrize(
    ("settings", "options"),
    [
        ({"url": f"{URL}/a;b"}, {}),
        ({"url": f'{URL}/a"b'}, {}),
        ({"url": f"{URL}/$uri"}, {}),
        ({"url": f"{URL}/a%0ab"}, {}),
        ({"url": f"{URL}/a%0d%0aX:1"}, {}),
        ({"url": f"{URL}/.."}, {}),
        ({"url": f"{URL}/%2e%2e"}, {}),
        ({"url": f"{URL}/.git"}, {}),
        ({"url": f"{URL}/a//b"}, {}),
        ({"url": f"{URL}/a%2f"}, {}),
        ({"url": f"{URL}/a}}b"}, {}),
        ({"url": f"{URL}/%zz"}, {}),
        ({"url": f"{URL}/(?!x)"}, {}),
        ({"beacon_url": "https://events.example/e;}"}, {}),
        ({"beacon_url": "https://events.example"}, {}),
        ({"beacon_url": "https://events.example/e?a=b"}, {}),
        ({"beacon_url": "/../e"}, {}),
        ({"beacon_url": "https://events.example/%0ae"}, {}),
        ({"beacon_url": "/e"}, {"beacons": ("127.0.0.1",)}),
        ({"beacon_url": "/e"}, {"beacons": ("127.0.0.1:8100; }",)}),
        ({"beacon_url": "/e"}, {"beacons": ("a b:8100",)}),
        ({"beacon_url": "/e"}, {"beacons": ("{env.X}:1",)}),
        ({}, {"listen": "80;"}),
        ({}, {"listen": "0"}),
        ({}, {"listen": "99999"}),
        ({}, {"listen": "a b:80"}),
        ({}, {"server_name": "x; root /"}),
        ({}, {"server_name": ""}),
        ({}, {"server_name": "a\nb"}),
        ({}, {"certificate": "/etc/$ssl_server_name"}),
        ({}, {"key": "key.pem"}),
        ({}, {"logs": "/var/log\n"}),
        ({}, {"logs": "/var/log/$host"}),
        ({}, {"root": "relative"}),
        ({}, {"root": "/"}),
    ],
)
def test_what_no_server_can_be_told_is_refused_with_where_it_stands(
    root: Path, settings: dict[str, str], options: dict[str, object]
) -> None:
    with pytest.raises(ConfigError) as caught:
        facts(root, "output", {"url": URL, **settings}, **options)
    assert caught.value.where
    assert caught.value.fix


@each_kind
def test_an_endpoint_adds_its_origin_to_the_policy_and_nothing_else(root: Path, kind: Kind) -> None:
    hostile = "https://forms.example:8443/send;\"}';$uri{env.PATH}${PATH}"
    of = facts(
        root,
        str(site(root, "output")),
        {"url": URL, "contact_endpoint": hostile, "beacon_url": "https://bücher.example/e"},
        listen=f"127.0.0.1:{free_port()}",
        logs=str(root),
    )
    text = printed(kind, of)
    assert check(kind, root / "server", text) == ""
    assert "form-action https://forms.example:8443; base-uri" in text
    assert "connect-src 'self' https://xn--bcher-kva.example;" in text
    assert "PATH" not in text
    assert "server_name xn--bcher-kva.example;" in text or kind != "nginx"


@each_kind
@pytest.mark.parametrize(
    ("url", "beacon_url"),
    [
        ("https://people.example", "/e"),
        ("https://people.example/folio/größe", "/folio/e"),
        ("https://people.example:8443", "https://events.example:9443/in/e"),
        ("https://bücher.example", "https://people.example/e"),
        ("https://[2001:db8::1]", ""),
        ("https://1.example", "https://1.example/e"),
    ],
)
def test_with_a_certificate_it_is_taken_as_it_is(
    root: Path, kind: Kind, url: str, beacon_url: str, certificate: tuple[str, str]
) -> None:
    of = facts(
        root,
        str(site(root, "output")),
        {"url": url, "beacon_url": beacon_url},
        certificate=certificate[0],
        key=certificate[1],
        logs=str(root),
    )
    assert check(kind, root / "server", _listens(kind, printed(kind, of))) == ""


def _listens(kind: Kind, text: str) -> str:
    """The ports that Debian's Apache has already; and for nginx, which tries each, allowed ones."""
    if kind == "apache":
        return f"Listen 80\nListen 443\n{text}"
    if kind == "nginx" and os.geteuid() != 0:
        return re.sub(r"(listen (?:\[::\]:)?)(80|443)\b", r"\g<1>18\2", text)
    return text


@pytest.fixture(scope="module")
def certificate(folder: Path) -> tuple[str, str]:
    """One that nobody trusts."""
    files = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-subj", "/CN=people.example", "-out", files[0], "-keyout", files[1]],
        check=True, capture_output=True,
    )  # fmt: skip
    return str(files[0]), str(files[1])


@each_kind
def test_two_sites_can_be_served_by_one_server(root: Path, kind: Kind) -> None:
    """Whatever a server calls by name has another name for each."""
    sites = [
        facts(
            root,
            str(site(root, name)),
            {"url": f"https://{name}.example", "beacon_url": "/e" if kind != "caddy" else ""},
            listen="127.0.0.1:18080" if kind != "apache" else f"127.0.0.1:{free_port()}",
            logs=str(root),
        )
        for name in ("one", "two")
    ]
    assert check(kind, root / "server", printed(kind, *sites)) == ""


def test_several_beacons_are_one_server_s_business_that_can(root: Path) -> None:
    of = facts(
        root, str(site(root, "output")), {"url": URL, "beacon_url": "/e"},
        listen="127.0.0.1:18080", beacons=("127.0.0.1:8100", "[::1]:8101"), logs=str(root),
    )  # fmt: skip
    for kind in ("nginx", "caddy"):
        assert check(kind, root / "server", printed(kind, of)) == ""
    with pytest.raises(ConfigError, match="one beacon"):
        printed("apache", of)


@pytest.mark.parametrize("name", SERVERS)
def test_the_command_prints_it_and_nothing_else(
    root: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(root)
    for variable in ("DATABASE_URL", "QWIKFOLIO_SITE_URL"):
        monkeypatch.delenv(variable, raising=False)
    (root / "qwikfolio.toml").write_text(f'[site]\nurl = "{URL}"\nbeacon_url = "/e"\n')
    done = CliRunner().invoke(cli, ["hosting", name, "--listen=127.0.0.1:8080"])
    assert done.exit_code == 0, done.output
    of = facts(root, "output", {"url": URL, "beacon_url": "/e"}, listen="127.0.0.1:8080")
    assert done.stdout == printed(name, of)
    assert done.stderr == ""
    assert {path.name for path in root.iterdir()} == {"server", "qwikfolio.toml"}


def test_a_site_without_an_address_or_a_folder_is_told_what_is_missing(
    root: Path,
) -> None:
    with pytest.raises(ConfigError, match=r"site\.url is not set"):
        facts(root, "output", {})
    stored = facts(root, "s3://bucket/people", {"url": URL})
    with pytest.raises(ConfigError, match="nginx serves a folder"):
        configuration("nginx", stored)
    assert configuration("s3", stored)
    assert configuration("nginx", facts(root, "s3://bucket/people", {"url": URL}, root="/srv/site"))


def test_an_unknown_server_is_told_which_there_are() -> None:
    done = CliRunner().invoke(cli, ["hosting", "iis"])
    assert done.exit_code == 2
    assert "'nginx', 'caddy', 'apache', 'cloudflare', 'netlify', 's3'" in done.output
