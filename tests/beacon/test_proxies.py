"""Behind what `qwikfolio hosting` prints: what comes through to the beacon, and what doesn't."""

import configparser
import json
import random
import shlex
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import click
import psycopg
import pytest

from benchmarks.beacon.event import uuid7
from generator import config
from generator.beacon.address import Proxies
from generator.beacon.salt import Salt
from generator.beacon.visitors import Visitors
from generator.cli import cli
from generator.cli.beacon import beacon_command
from tests.beacon.proxied import (
    BROWSER,
    PATIENCE,
    Kind,
    Proxy,
    Where,
    beacon,
    blocks,
    free_port,
    proxy,
)
from tests.conftest import temporary
from tests.site import Site

pytestmark = pytest.mark.programs

CHANCE = random.Random()
ADDRESSES = count(2)
KINDS: list[Kind] = ["nginx", "caddy", "apache"]
ONE: list[tuple[Kind, Where]] = [(kind, where) for kind in KINDS for where in ("site", "host")]

behind_several = pytest.mark.parametrize("kind", ["nginx", "caddy"])


def event(**fields: object) -> str:
    """The body of a new view of Ada's page."""
    return json.dumps({"id": str(uuid7(CHANCE)), "type": "view", "slug": "ada", **fields})


def visitors(site: Site) -> list[str]:
    """Who looked at Ada's page, in the order in which they came."""
    with psycopg.connect(site.url) as connection:
        rows = connection.execute(
            "SELECT event_data ->> 'visitor' FROM portfolio_analytics ORDER BY created_at"
        ).fetchall()
    return [visitor for (visitor,) in rows]


def named(site: Site, folder: Path, address: str) -> str:
    """What a visitor of Ada's at this address is called today."""
    with psycopg.connect(site.url) as connection:
        ((owner,),) = connection.execute("SELECT user_id::text FROM portfolios").fetchall()
    salt = Salt(folder / ".qwikfolio" / "salt")
    visitors = Visitors(Proxies([]), salt, most=16, rate=1, seconds=1)
    return visitors.name(time.time(), address, {b"user-agent": BROWSER.encode()}, owner)


@pytest.fixture
def ada(site: Site) -> Site:
    site.person("ada")
    site.output.mkdir()
    return site


@pytest.fixture(scope="module")
def house(
    server: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Site, int]]:
    """Ada's site, and the port of a beacon that all proxies but those of single tests share."""
    folder = tmp_path_factory.mktemp("house")
    with temporary(server, template) as url, beacon(folder, url) as (port, _end):
        site = Site(folder, url)
        site.person("ada")
        site.output.mkdir()
        yield site, port


@pytest.fixture(scope="module", params=ONE, ids="-".join)
def one(
    house: tuple[Site, int],
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[Proxy]:
    kind, where = request.param
    folder = tmp_path_factory.mktemp(f"{kind}-{where}")
    with proxy(folder, kind, where, [house[1]], house[0].output) as running:
        yield running


@pytest.fixture
def proxied(one: Proxy, house: tuple[Site, int]) -> Proxy:
    """A proxy of which nobody has asked anything yet, as far as the table says."""
    house[0].execute("DELETE FROM portfolio_analytics")
    one.visitor = f"127.0.1.{next(ADDRESSES)}"
    return one


def test_an_event_is_stored_with_the_visitor_that_the_proxy_saw(
    proxied: Proxy, house: tuple[Site, int]
) -> None:
    both = ("127.0.0.2", "127.0.0.3")
    assert [proxied.ask(body=event(), visitor=it).status for it in both] == [204, 204]
    site = house[0]
    assert visitors(site) == [named(site, site.root, it) for it in both]


def test_what_a_client_says_of_its_address_changes_nothing(
    proxied: Proxy, house: tuple[Site, int]
) -> None:
    site = house[0]
    for forged in ("203.0.113.9", "203.0.113.9, 127.0.0.1", "127.0.0.1,,nonsense"):
        assert proxied.ask(body=event(), X_Forwarded_For=forged).status == 204
    assert visitors(site) == [named(site, site.root, proxied.visitor)] * 3


def test_every_answer_of_the_beacon_comes_through_and_may_be_read_by_pages(proxied: Proxy) -> None:
    answers = {
        204: proxied.ask(body=event()),
        200: proxied.ask(body=event(), Sec_GPC="1"),
        400: proxied.ask(body="{}"),
        403: proxied.ask(body=event(project_id=str(uuid7(CHANCE)))),
        404: proxied.ask(body=event(slug="nobody")),
        405: proxied.ask("GET"),
        413: proxied.ask(body="x" * 5000),
    }
    assert {status: answer.status for status, answer in answers.items()} == {
        status: status for status in answers
    }
    preflight = proxied.ask("OPTIONS", Origin="https://x.example")
    assert preflight.status == 200
    assert preflight.headers["access-control-allow-methods"] == "POST"
    for answer in (*answers.values(), preflight):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cache-control"] == "no-store"


def test_one_visitor_s_share_is_not_another_s(proxied: Proxy) -> None:
    """Were the proxy's address taken for everybody's, the second would get no answer but 429."""
    hasty = {proxied.ask(body=event()).status for _ in range(70)}
    assert hasty == {204, 429}
    other = f"127.0.1.{next(ADDRESSES)}"
    assert proxied.ask(body=event(), visitor=other).status == 204


def test_the_other_pages_of_the_beacon_are_not_public(proxied: Proxy) -> None:
    for path in ("/metrics", "/healthz", "/readyz", "/openapi.json", "/e/../metrics", "/e/metrics"):
        answer = proxied.ask("GET", path)
        assert answer.status in {400, 404}, path
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_s_address_is_written_down_even_when_the_beacon_is_away(
    kind: Kind, tmp_path: Path
) -> None:
    (tmp_path / "output").mkdir()
    with proxy(tmp_path, kind, "site", [free_port()], tmp_path / "output") as proxied:
        assert proxied.ask(body=event()).status in {502, 503}
        assert proxied.visitor not in proxied.written()


@behind_several
def test_several_beacons_count_a_visitor_once_and_stand_in_for_each_other(
    ada: Site, tmp_path: Path, kind: Kind
) -> None:
    with (
        beacon(tmp_path, ada.url, "spool/1") as (first, end_first),
        beacon(tmp_path, ada.url, "spool/2") as (second, end_second),
        proxy(tmp_path, kind, "site", [first, second], ada.output) as proxied,
    ):
        assert [proxied.ask(body=event()).status for _ in range(4)] == [204] * 4
        taken = [received(first), received(second)]
        assert sorted(taken) == [0, 4], "the same visitor was sent to both"
        (end_first if taken[0] else end_second)()
        body = event()
        with hanging_up(first if taken[0] else second):
            if kind == "caddy":  # it learns from this one; the page sends it once more
                assert proxied.ask(body=body).status in {204, 502}
            assert proxied.ask(body=body).status == 204
    assert visitors(ada) == [named(ada, tmp_path, "127.0.0.2")] * 5


@contextmanager
def hanging_up(port: int) -> Iterator[None]:
    """A beacon that dies whenever it has got a request."""

    class Dying(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True

    with Server(("127.0.0.1", port), Dying) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield
        server.shutdown()


def received(port: int) -> int:
    """How many events a beacon has decided upon."""
    text = Proxy(port, "localhost", Path()).ask("GET", "/metrics").text
    return int(text.split("\nqwikfolio_beacon_received_total ")[1].split()[0])


def unit() -> str:
    (text,) = blocks("ini")
    return text


class Unit(configparser.RawConfigParser):
    """Its names are told by case too."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


def test_the_unit_starts_the_beacon_with_options_that_it_has() -> None:
    parser = Unit(strict=False)
    parser.read_string(unit())
    service = parser["Service"]
    program, name, *options = shlex.split(service["ExecStart"].replace("%i", "8100"))
    assert Path(program).name == "qwikfolio"
    assert name == beacon_command.name
    group = click.Context(cli, **cli.context_settings)
    given = beacon_command.make_context(name, options, group).params
    assert given["port"] == 8100
    assert given["spool"] == Path("/var/lib", service["StateDirectory"].replace("%i", "8100"))
    variable, salt = service["Environment"].split("=", 1)
    assert Path(salt).parent == Path("/run", service["RuntimeDirectory"])
    settings = config.load(Path("/nowhere"), {variable: salt})
    assert settings.beacon.salt == salt
    assert int(service["LimitNOFILE"]) >= settings.beacon.connections + 512


def test_systemd_takes_the_unit_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "qwikfolio-beacon@.service"
    path.write_text(unit().replace("/srv/publisher/.venv/bin/qwikfolio", sys.executable))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--recursive-errors=no", path],
        capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
