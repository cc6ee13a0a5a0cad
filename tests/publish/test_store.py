"""An object store as output: the same site, whole objects, one build at a time."""

import contextlib
import re
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import msgspec
import obstore
import pytest
from moto.server import ThreadedMotoServer
from obstore.store import MemoryStore, S3Store

from generator import config
from generator.build import Request, plan
from generator.build.request import Cluster
from generator.config import StoreAddress
from generator.database.synthetic import add_synthetic
from generator.errors import ConfigError, MissingExtraError, PublishError, RemovalLimitError
from generator.publish import lease, store
from generator.publish.target import open_target
from generator.publish.writer import MARKER
from tests.site import Notes, Site

pytestmark = pytest.mark.slow

HERE = StoreAddress("s3://site/people")


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """An S3 of the test's own, spoken to over HTTP."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Store]:
    """An empty bucket, `site`, that the environment leads to."""
    for name, value in {
        "AWS_ENDPOINT": endpoint,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/site", method="PUT"))
    yield S3Store("site", client_options={"allow_http": True})
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST"))


@pytest.fixture
def twin(site: Site, tmp_path: Path) -> Site:
    """The same site, with the bucket as output."""
    twin = Site(tmp_path / "twin", site.url)
    twin.settings = msgspec.structs.replace(twin.settings, output=HERE)
    return twin


@pytest.mark.parametrize("endpoint", ["", "minio:9000", "http://", "not an address"])
def test_an_endpoint_that_is_no_address_is_told(
    endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT", endpoint)
    what = f"the environment variable AWS_ENDPOINT is no address: {endpoint!r}"
    with pytest.raises(PublishError, match=re.escape(what)), open_target(HERE, lambda: None):
        pass


def objects(bucket: S3Store) -> dict[str, bytes]:
    """Every object of the output, but for the mark that a build leaves."""
    return {
        meta["path"].removeprefix("people/"): bytes(obstore.get(bucket, meta["path"]).bytes())
        for few in obstore.list(bucket)
        for meta in few
        if not meta["path"].endswith(MARKER)
    }


def nobody_waits() -> None:
    raise AssertionError("there is nobody to wait for")


def test_a_store_holds_what_a_folder_would(site: Site, twin: Site, bucket: S3Store) -> None:
    for name in ("ada", "grâce", "a~b"):
        site.person(name, username=f"the-{name}")
    site.build()
    report = twin.build()
    assert objects(bucket) == site.files()
    assert report.output == "s3://site/people"
    again = twin.build(full=True)
    assert (again.written, again.removed) == (0, ())


def test_who_is_gone_is_gone_from_the_store(site: Site, twin: Site, bucket: S3Store) -> None:
    ada = site.person("ada")
    site.person("bob")
    twin.build()
    obstore.put(bucket, "people/stray.html", b"who put me here?")
    site.publish(ada, False)
    report = twin.build(full=True)
    site.build()
    assert set(report.removed) == {"ada/index.html", "stray.html"}
    assert objects(bucket) == site.files()


def test_static_files_of_any_size_are_objects_until_they_are_gone(
    site: Site, twin: Site, bucket: S3Store
) -> None:
    folder = twin.settings.content / "static"
    folder.mkdir()
    bodies = {"CNAME": b"people.example", "film.webm": bytes(range(256)) * 24_000, "empty": b""}
    for name, body in bodies.items():
        (folder / name).write_bytes(body)
    twin.build()
    assert bodies.items() <= objects(bucket).items()
    film = obstore.get(bucket, "people/film.webm").attributes
    assert film["Content-Type"] == "video/webm"
    again = twin.build(full=True)
    assert (again.written, again.removed) == (0, ())
    (folder / "film.webm").unlink()
    assert twin.build().removed == ("film.webm",)
    assert "film.webm" not in objects(bucket)


def test_workers_of_a_cluster_write_to_the_store(site: Site, twin: Site, bucket: S3Store) -> None:
    add_synthetic(site.url, 30)
    site.build()
    twin.build(cluster=Cluster(), jobs=1)
    assert objects(bucket) == site.files()


def test_objects_say_what_they_are_and_how_long_they_last(
    site: Site, twin: Site, bucket: S3Store
) -> None:
    site.person("ada")
    twin.build()
    page = obstore.get(bucket, "people/ada/index.html").attributes
    assert page["Content-Type"] == "text/html; charset=utf-8"
    assert page["Cache-Control"] == "public, max-age=0"
    style = next(path for path in objects(bucket) if path.endswith(".css"))
    asset = obstore.get(bucket, f"people/{style}").attributes
    assert asset["Content-Type"] == "text/css; charset=utf-8"
    assert asset["Cache-Control"] == "public, max-age=31536000, immutable"


def test_an_object_that_sends_on_says_where_to(site: Site, twin: Site, bucket: S3Store) -> None:
    site.person("ada", username="lovelace")
    twin.build()
    moved = obstore.get(bucket, "people/lovelace/index.html").attributes
    assert moved["location"] == "/ada/"
    assert "location" not in obstore.get(bucket, "people/ada/index.html").attributes


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("sitemap.xml", "application/xml; charset=utf-8"),
        ("robots.txt", "text/plain; charset=utf-8"),
        ("_headers", "text/plain; charset=utf-8"),
        ("assets/a.1.svg", "image/svg+xml; charset=utf-8"),
        ("assets/a.1.woff2", "font/woff2"),
        ("assets/a.1.js", "text/javascript; charset=utf-8"),
        ("assets/a.1.what", "application/octet-stream"),
    ],
)
def test_types(path: str, kind: str) -> None:
    assert store.headers(path)["Content-Type"] == kind


def test_somebody_elses_objects_are_left_alone(twin: Site, bucket: S3Store) -> None:
    obstore.put(bucket, "people/thesis.txt", b"years of work")
    with pytest.raises(PublishError, match="objects that no build wrote"):
        twin.build()
    assert objects(bucket) == {"thesis.txt": b"years of work"}


def test_the_second_build_waits_for_the_first(bucket: S3Store) -> None:
    order: list[str] = []
    waits = threading.Event()

    def second() -> None:
        with open_target(HERE, waits.set) as output:
            order.append(f"second knows {output.identity()}")

    with open_target(HERE, nobody_waits) as output:
        thread = threading.Thread(target=second)
        thread.start()
        assert waits.wait(10)
        order.append("first")
        output.mark("this state")
    thread.join(20)
    assert order == ["first", "second knows this state"]


def test_a_dead_builds_lock_is_taken_over_and_the_dead_cannot_write_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lease, "_STALE", 1.0)
    monkeypatch.setattr(lease, "_BEAT", 60.0)  # it is not heard of again
    bucket = MemoryStore()
    with contextlib.ExitStack() as dead:
        zombie = dead.enter_context(store.open_store(HERE, nobody_waits, bucket))
        with store.open_store(HERE, lambda: None, bucket) as living:
            living.mark("of the living")
            with pytest.raises(PublishError, match="another build may have taken it"):
                zombie.files.write("ada/index.html", b"late")
            with pytest.raises(PublishError, match="another build may have taken it"):
                zombie.mark("of the dead")
            assert living.identity() == "of the living"
            assert living.files.read("ada/index.html") is None
            monkeypatch.setattr(lease, "_BEAT", 0.0)


def test_a_lock_that_is_kept_up_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    stale = 3.0  # seconds: a busy machine may hold a beat up, but not as long
    monkeypatch.setattr(lease, "_STALE", stale)
    monkeypatch.setattr(lease, "_BEAT", 0.1)
    bucket = MemoryStore()
    taken = threading.Event()

    def second() -> None:
        with store.open_store(HERE, lambda: None, bucket):
            taken.set()

    with store.open_store(HERE, nobody_waits, bucket) as output:
        threading.Thread(target=second).start()
        assert not taken.wait(stale + 0.5)
        output.files.write("ada/index.html", b"in time")
    assert taken.wait(10)


def test_who_is_fenced_in_writes_while_the_fence_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_TRUST", 0.0)
    bucket = MemoryStore()
    with store.open_store(HERE, nobody_waits, bucket) as output:
        output.files.fence("a")
        late = store.fenced_store(HERE, "a", bucket)
        late.write("ada/index.html", b"old")
        output.files.unfence()
        with pytest.raises(PublishError, match="the build is over"):
            late.write("ada/index.html", b"late")
        assert output.files.read("ada/index.html") == b"old"


def test_a_store_that_cannot_be_reached_is_said(
    twin: Site, bucket: S3Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    twin.settings = msgspec.structs.replace(twin.settings, output=StoreAddress("s3://nowhere"))
    with pytest.raises(PublishError, match="can't be used") as caught:
        twin.build()
    assert caught.value.where == "s3://nowhere"
    assert "testing" not in str(caught.value)


def test_the_output_may_be_named_by_an_address(tmp_path: Path) -> None:
    assert config.load(tmp_path, {}, output="s3://site/people/").output == HERE
    assert config.load(tmp_path, {}, output="file:///srv/my%20site").output == Path("/srv/my site")
    named = {"QWIKFOLIO_PATHS_OUTPUT": "gs://site"}
    assert config.load(tmp_path, named).output == StoreAddress("gs://site")
    for wrong in ("ftp://site", "s3://", "s3://key:secret@site/x", "file://host/x", "s3://a?b"):
        with pytest.raises(ConfigError, match="the output can't be"):
            config.load(tmp_path, {}, output=wrong)


def test_without_the_library_the_message_says_what_to_install(
    twin: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "generator.publish.store")
    monkeypatch.delattr("generator.publish.store", raising=False)
    monkeypatch.setitem(sys.modules, "obstore", None)
    with pytest.raises(MissingExtraError, match=r"extra \[store\].*no module obstore"):
        twin.build()


def test_a_dry_run_puts_nothing_and_too_many_removals_stop(twin: Site, bucket: S3Store) -> None:
    def versions() -> dict[str, object]:
        return {meta["path"]: dict(meta) for few in obstore.list(bucket) for meta in few}

    twin.add_people(11)
    assert "p1/index.html" in plan(twin.settings, twin.url, Request(), Notes()).written
    assert versions() == {}
    twin.build()
    twin.execute("TRUNCATE portfolios CASCADE")
    before, bodies = versions(), objects(bucket)
    planned = plan(twin.settings, twin.url, Request(), Notes())
    assert planned.held_back is not None
    assert "p1/index.html" in planned.removed
    assert versions() == before
    with pytest.raises(RemovalLimitError):
        twin.build()
    assert objects(bucket) == bodies
