"""Cloudflare Pages, Netlify, and S3 with CloudFront: what is printed is valid and the same."""

import json
import re
import shlex
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from generator.hosting.facts import Facts
from generator.hosting.s3 import ANSWERS, addresses
from generator.model.headers import headers_file
from tests.hosting.conftest import LONG, UNICODE, Built
from tests.hosting.serving import facts, printed

pytestmark = pytest.mark.xdist_group("hosting")
HOSTILE = 'https://forms.example/";\n'.strip()


def of(root: Path, **site: str) -> Facts:
    return facts(root, "output", {"url": "https://people.example", **site})


def test_headers_are_written_as_the_hosts_read_them(built: Built) -> None:
    """Cloudflare reads 100 rules, and 2,000 characters of a line."""
    for site, one in zip((built.site, built.folio), built.facts(Path("/srv")), strict=True):
        text = site.files()["_headers"].decode()
        assert text == headers_file(one.rules)
        rules: dict[str, dict[str, str]] = {}
        path = ""
        for line in text.splitlines():
            assert len(line) < 2000
            if line.startswith("  "):
                found = re.fullmatch(r"  ([A-Za-z-]+): (\S.*)", line)
                assert found
                name, value = found.groups()
                assert name not in rules[path]
                rules[path][name] = value
            else:
                path = line
                assert re.fullmatch(r"/[!-~]*\*", path)
                rules[path] = {}
        assert len(rules) <= 100
        assert rules == {f"{rule.path}*": dict(rule.headers) for rule in one.rules}
        # Both would be joined: no name may stand in two rules that fit.
        names = [name for headers in rules.values() for name in headers]
        assert len(names) == len(set(names))


def test_redirects_are_written_as_the_hosts_read_them(built: Built) -> None:
    for site, home in ((built.site, "/"), (built.folio, "/folio/")):
        lines = site.files()["_redirects"].decode().splitlines()
        assert lines[0].startswith("# ")
        assert sorted(line.split(" ") for line in lines[1:]) == sorted(
            [
                [f"{home}lovelace/", f"{home}ada/", "301"],
                [f"{home}{LONG}/", f"{home}lin/", "301"],
                [f"{home}josé/", f"{home}jos%C3%A9-%C3%B1and%C3%BA/", "301"],
            ]
        )
    assert UNICODE == "josé-ñandú"


@pytest.mark.parametrize("name", ["cloudflare", "netlify"])
@pytest.mark.parametrize("beacon_url", ["", "/e", "https://events.example/e"])
def test_toml_is_valid_and_says_where_the_beacon_can_be(
    tmp_path: Path, name: str, beacon_url: str
) -> None:
    text = printed(name, of(tmp_path, beacon_url=beacon_url))
    settings = tomllib.loads(text)
    folder = settings.get("pages_build_output_dir") or settings["build"]["publish"]
    assert folder == "upload"
    assert ("none is counted" in text) == (beacon_url == "/e")
    assert max(map(len, text.splitlines())) < 300
    template = json.loads(printed("s3", of(tmp_path, beacon_url=beacon_url)))
    assert ("Metadata" in template) == (beacon_url == "/e")


@pytest.mark.parametrize("name", ["cloudflare", "netlify"])
def test_the_commands_make_a_folder_without_what_is_for_servers(
    built: Built, tmp_path: Path, name: str
) -> None:
    for one, below in zip(built.facts(tmp_path), ("", "folio/"), strict=True):
        text = printed(name, one)
        commands = [line[4:] for line in text.splitlines() if line.startswith("#   ")]
        assert shlex.split(commands[-1])[1] in {"pages", "deploy"}
        place = tmp_path / name / (below or "root")
        place.mkdir(parents=True)
        for command in commands[:-1]:
            subprocess.run(command, shell=True, cwd=place, check=True)
        upload = place / "upload"
        assert (upload / below / "ada" / "index.html").exists()
        assert (upload / "_headers").exists()
        assert (upload / "404.html").exists()
        assert not (upload / below / ".qwikfolio-site").exists()
        assert not (upload / below / "_redirects.nginx").exists()
        status = "301!" if name == "netlify" else "301"
        assert f"/{below}lovelace/ /{below}ada/ {status}\n" in (upload / "_redirects").read_text()


def test_a_project_s_name_is_one_that_cloudflare_takes(tmp_path: Path) -> None:
    for url in ("https://people.example/a_b", f"https://{'x' * 60}.example", "https://1.example",
                "https://bücher.example"):  # fmt: skip
        name = tomllib.loads(printed("cloudflare", of(tmp_path, url=url)))["name"]
        assert re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,56}[a-z0-9])?", name), name


@pytest.fixture
def cloud(tmp_path: Path) -> dict[str, Any]:
    site = of(tmp_path, beacon_url="https://events.example/e", contact_endpoint=HOSTILE)
    found: dict[str, Any] = json.loads(printed("s3", site))
    return found


def test_the_template_is_json_and_refers_to_what_is_in_it(cloud: dict[str, Any]) -> None:
    resources = {*cloud["Resources"], *cloud["Parameters"]}
    text = json.dumps(cloud)
    assert set(re.findall(r'"(?:Ref|Fn::GetAtt)": \[?"(\w+)"', text)) <= resources
    named = {
        name for sub in re.findall(r'"Fn::Sub": "([^"]+)"', text)
        for name in re.findall(r"\$\{(\w+)", sub)
    }  # fmt: skip
    assert named <= resources | {"AWS"}
    assert all(it["Type"].startswith("AWS::") for it in cloud["Resources"].values())


def test_the_template_has_every_header_of_the_site(cloud: dict[str, Any], tmp_path: Path) -> None:
    site = of(tmp_path, beacon_url="https://events.example/e", contact_endpoint=HOSTILE)
    policy = cloud["Resources"]["Headers"]["Properties"]["ResponseHeadersPolicyConfig"]
    security = policy["SecurityHeadersConfig"]
    found = {
        "Content-Security-Policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"],
        "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        "X-Content-Type-Options": "nosniff" if security["ContentTypeOptions"] else "",
        **{it["Header"]: it["Value"] for it in policy["CustomHeadersConfig"]["Items"]},
    }
    assert found == dict(site.rules[0].headers)


def run(code: str, *events: dict[str, Any]) -> list[dict[str, Any]]:
    """What a function of CloudFront makes of events, in Node."""
    script = f"{code}\nconsole.log(JSON.stringify({json.dumps(events)}.map(handler)));"
    done = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("home", ["/", "/folio/"])
def test_the_function_finds_the_page_of_a_folder(tmp_path: Path, home: str) -> None:
    site = of(tmp_path, url=f"https://people.example{home.rstrip('/')}")
    expected = {
        home: f"{home}index.html",
        f"{home}ada/": f"{home}ada/index.html",
        f"{home}jos%C3%A9/": f"{home}jos%C3%A9/index.html",
        f"{home}_ada/": f"{home}_ada/index.html",
        f"{home}assets/e.0123456789ab.js": f"{home}assets/e.0123456789ab.js",
        f"{home}robots.txt": f"{home}robots.txt",
        f"{home}.well-known/x": f"{home}.well-known/x",
        **dict.fromkeys(
            (
                f"{home}.qwikfolio-site", f"{home}_headers", f"{home}_redirects",
                f"{home}%5fheaders", f"{home}.git/config", f"{home}%2egit/config",
                f"{home}.well-known/.secret", f"{home}ada/.x", "//evil.example", f"{home}/ada",
                f"{home}%ff", f"{home}a%2f.git/config",
            ),
            f"{home}not-found",
        ),
    }  # fmt: skip
    found = run(addresses(site), *({"request": {"uri": path}} for path in expected))
    assert dict(zip(expected, (it.get("uri") for it in found), strict=True)) == expected
    moved = {f"{home}ada": f"{home}ada/", f"{home}ada.lovelace": f"{home}ada.lovelace/"}
    if home != "/":
        moved["/folio"] = home
    found = run(addresses(site), *({"request": {"uri": path}} for path in moved))
    for answer, where in zip(found, moved.values(), strict=True):
        assert (answer["statusCode"], answer["headers"]["location"]["value"]) == (301, where)


def test_the_other_function_makes_redirects_of_objects_that_send_on() -> None:
    page = {"statusCode": 200, "headers": {"content-type": {"value": "text/html"}}}
    moved = {"statusCode": 200, "headers": {"x-amz-meta-location": {"value": "/ada/"}}}
    one, other = run(ANSWERS, {"response": page}, {"response": moved})
    assert one == page
    assert (other["statusCode"], other["headers"]) == (301, {"location": {"value": "/ada/"}})
