"""A build on a Dask cluster: the same site, whatever happens to a worker."""

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import distributed
import msgspec
import pytest

from generator import __version__
from generator.build import Report, dask_engine
from generator.build.parcel import Parcel
from generator.build.request import Cluster
from generator.database.synthetic import add_synthetic
from generator.errors import ConfigError, MissingExtraError, PublishError, ThemeError
from generator.publish.target import fenced, worker_files
from generator.publish.writer import Writer
from tests.present import present
from tests.site import Site

PEOPLE = 300
SOON = 30.0


@pytest.fixture
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few people are enough for many pieces of work."""
    monkeypatch.setattr(dask_engine, "PEOPLE_A_SHARD", 20)


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with scheduling(tmp_path_factory.mktemp("scheduler")) as (address, _process):
        yield address


@contextmanager
def scheduling(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    folder.mkdir(exist_ok=True)
    with process(
        folder, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
        "--dashboard-address", "127.0.0.1:0",
        "--scheduler-file", str(folder / "file.json"),
    ) as running:  # fmt: skip
        file = folder / "file.json"
        wait_until(lambda: file.exists() and file.read_text().endswith("}"))
        yield msgspec.json.decode(file.read_bytes())["address"], running


@contextmanager
def process(folder: Path, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A `dask` command, ended on leaving; what it says is in `log`."""
    with (folder / "log").open("ab") as log:
        running = subprocess.Popen(
            [sys.executable, "-m", "dask", *command], cwd=folder, stdout=log, stderr=log
        )
    try:
        yield running
    finally:
        running.kill()  # it may have been stopped
        running.wait()


@contextmanager
def worker(folder: Path, scheduler: str, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    folder.mkdir(exist_ok=True)
    with process(
        folder, "worker", scheduler, "--nthreads", "1", "--no-nanny", "--no-dashboard",
        "--dashboard-address", "127.0.0.1:0",
        "--host", "127.0.0.1", *options,
    ) as running:  # fmt: skip
        yield running


def wait_until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + SOON
    while not condition():
        assert time.monotonic() < end, "nothing came of it"
        time.sleep(0.005)


def manifest_rows(site: Site) -> dict[str, list[tuple[object, ...]]]:
    """Every table of the manifest, but for what names the output or the day."""
    (path,) = site.settings.state.glob("manifest-*.sqlite")
    with sqlite3.connect(path) as connection:
        tables = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if name not in {"identity", "facts", "fact", "batches"}
        ]
        return {
            name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in tables
        }


@pytest.fixture
def twin(site: Site, tmp_path: Path) -> Site:
    """The same site, with an output and a manifest of its own."""
    add_synthetic(site.url, PEOPLE)
    return Site(tmp_path / "twin", site.url)


@contextmanager
def under_way(site: Site, cluster: Cluster) -> Iterator[Callable[[], Report]]:
    """A build in another thread; call to wait for what it reports or raises."""
    outcome: Future[Report] = Future()

    def run() -> None:
        try:
            outcome.set_result(site.build(cluster=cluster))
        except BaseException as error:
            outcome.set_exception(error)

    Thread(target=run, daemon=True).start()
    yield lambda: outcome.result(timeout=SOON)


@pytest.mark.usefixtures("small_shards")
def test_workers_make_what_a_local_build_makes(
    site: Site, twin: Site, scheduler: str, tmp_path: Path
) -> None:
    expected = twin.build()
    with worker(tmp_path / "one", scheduler), worker(tmp_path / "two", scheduler):
        report = site.build(cluster=Cluster(scheduler), jobs=1)
        assert (report.people, report.written) == (expected.people, expected.written)
        assert site.files() == twin.files()
        assert manifest_rows(site) == manifest_rows(twin)
        again = site.build(cluster=Cluster(scheduler), jobs=1, full=True)
        assert (again.written, again.removed) == (0, ())
    logs = [(tmp_path / name / "log").read_text() for name in ("one", "two")]
    assert all("Registered to" in log and site.url not in log for log in logs)


@pytest.mark.usefixtures("small_shards")
def test_without_a_scheduler_this_machine_is_the_cluster(site: Site, twin: Site) -> None:
    twin.build()
    site.build(cluster=Cluster(None), jobs=2)
    assert site.files() == twin.files()
    assert manifest_rows(site) == manifest_rows(twin)


def test_a_killed_workers_shard_is_built_by_another(
    site: Site, twin: Site, scheduler: str, tmp_path: Path
) -> None:
    twin.build()
    with (
        worker(tmp_path / "one", scheduler) as killed,
        under_way(site, Cluster(scheduler)) as result,
    ):
        wait_until(lambda: has_pages(site))
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        assert count_pages(site) < PEOPLE, "it was killed in the middle"
        with worker(tmp_path / "two", scheduler):
            result()
    assert site.files() == twin.files()
    assert manifest_rows(site) == manifest_rows(twin)


def test_a_worker_that_comes_back_late_writes_nothing(
    site: Site, twin: Site, scheduler: str, tmp_path: Path
) -> None:
    with worker(tmp_path / "one", scheduler) as late:
        with under_way(site, Cluster(scheduler)) as result:
            wait_until(lambda: has_pages(site))
            late.send_signal(signal.SIGSTOP)
            written = count_pages(site)
            assert written < PEOPLE, "it was stopped in the middle"
            take_for_dead(scheduler)
            with worker(tmp_path / "two", scheduler):
                result()
        site.execute("UPDATE portfolios SET published = false")
        site.build(allow_removals="all")
        built = site.files()
        late.send_signal(signal.SIGCONT)
        wait_until(lambda: "does not belong" in log_of(tmp_path / "one") or late.poll() is not None)
        time.sleep(1)
    assert site.files() == built
    assert count_pages(site) == 0


def test_who_is_fenced_in_can_write_while_the_fence_stands_and_not_after(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    with fenced(writer) as fence:
        late = worker_files(tmp_path, fence)
        late.write("ada/index.html", b"old")
    writer.write("ada/index.html", b"new")
    for path in ("ada/index.html", "bob/index.html"):
        with pytest.raises(PublishError, match="can't be written"):
            late.write(path, b"late")
    writer.tidy()
    assert [path.name for path in tmp_path.rglob("*")] == ["ada", "index.html"]
    assert writer.read("ada/index.html") == b"new"


def test_the_next_build_takes_down_the_fence_of_one_that_died(site: Site) -> None:
    site.person("ada")
    site.build()
    Writer(site.output).fence("of-a-dead-build")
    late = worker_files(site.output, "of-a-dead-build")
    site.build()
    with pytest.raises(PublishError, match="can't be written"):
        late.write("ada/index.html", b"late")


def test_a_worker_that_does_not_see_the_folder_says_so(tmp_path: Path) -> None:
    with fenced(Writer(tmp_path)) as fence:
        (tmp_path / "elsewhere").mkdir()
        with pytest.raises(PublishError, match="does not see") as caught:
            worker_files(tmp_path / "elsewhere", fence)
    assert "mount the same folder" in str(caught.value)


@pytest.mark.usefixtures("small_shards")
def test_a_workers_error_is_the_one_a_local_build_raises(
    site: Site, twin: Site, scheduler: str, tmp_path: Path
) -> None:
    for one in (site, twin):
        (one.settings.themes[0] / "base" / "templates" / "redirect.html").unlink()
    with pytest.raises(ThemeError, match=r"no template 'redirect\.html'") as expected:
        twin.build()
    with (
        worker(tmp_path / "one", scheduler),
        pytest.raises(ThemeError) as caught,
    ):
        site.build(cluster=Cluster(scheduler), jobs=1)
    theirs, ours = expected.value, caught.value
    assert (ours.what, ours.fix) == (theirs.what, theirs.fix)
    assert Path(present(ours.where)).relative_to(site.root) == Path(
        present(theirs.where)
    ).relative_to(twin.root)


def test_a_worker_of_another_version_is_refused(site: Site, scheduler: str, tmp_path: Path) -> None:
    site.person("ada")
    other = tmp_path / "other.py"
    other.write_text("import generator\ngenerator.__version__ = '0.0.1'\n")
    with (
        worker(tmp_path / "one", scheduler, "--preload", str(other)),
        pytest.raises(ConfigError, match=r"version 0\.0\.1") as caught,
    ):
        site.build(cluster=Cluster(scheduler), jobs=1)
    assert __version__ in str(caught.value)
    assert "the worker at tcp://127.0.0.1" in str(caught.value)


def test_a_worker_without_this_software_is_refused(
    site: Site, scheduler: str, tmp_path: Path
) -> None:
    site.person("ada")
    without = tmp_path / "without.py"
    without.write_text("import sys\nsys.modules['generator'] = None\n")
    with (
        worker(tmp_path / "one", scheduler, "--preload", str(without)),
        pytest.raises(ConfigError, match="can't run this software"),
    ):
        site.build(cluster=Cluster(scheduler), jobs=1)


def test_a_cluster_without_workers_is_given_up(
    site: Site, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_engine, "_PATIENCE", 0.5)
    site.person("ada")
    with pytest.raises(PublishError, match="no worker"):
        site.build(cluster=Cluster(scheduler), jobs=1)


def test_a_shard_that_kills_its_workers_ends_the_build(
    site: Site, twin: Site, scheduler: str, tmp_path: Path
) -> None:
    with distributed.Client(scheduler, set_as_default=False) as client:

        def allow_failures(number: int, dask_scheduler: Any) -> int:
            before: int = dask_scheduler.allowed_failures
            dask_scheduler.allowed_failures = number
            return before

        allowed = client.run_on_scheduler(allow_failures, 0)
        with (
            worker(tmp_path / "one", scheduler) as killed,
            under_way(site, Cluster(scheduler)) as result,
        ):
            wait_until(lambda: has_pages(site))
            killed.send_signal(signal.SIGKILL)
            with pytest.raises(PublishError, match="each time its worker died"):
                result()
        client.run_on_scheduler(allow_failures, allowed)


def test_a_scheduler_that_goes_away_ends_the_build(site: Site, twin: Site, tmp_path: Path) -> None:
    with (
        scheduling(tmp_path / "scheduler") as (address, running),
        worker(tmp_path / "one", address),
        under_way(site, Cluster(address)) as result,
    ):
        wait_until(lambda: has_pages(site))
        running.send_signal(signal.SIGKILL)
        with pytest.raises(PublishError, match="scheduler went away"):
            result()


def test_no_scheduler_at_the_address_is_said(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_engine, "_CONNECT", 0.5)
    site.person("ada")
    for address in ("tcp://127.0.0.1:1", "nonsense", "ftp://127.0.0.1:1"):
        with pytest.raises(ConfigError, match="no Dask scheduler answers") as caught:
            site.build(cluster=Cluster(address), jobs=1)
        assert caught.value.where == address
        assert not has_pages(site)


def test_without_dask_the_message_says_what_to_install(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    site.person("ada")
    with pytest.raises(MissingExtraError, match=r"extra \[dask\].*no module distributed"):
        site.build(cluster=Cluster(None), jobs=1)
    assert not site.output.exists()


def test_what_is_sent_to_workers_never_shows_the_password() -> None:
    parcel = Parcel("1", "postgresql://site:secret@db/x", "m", "", "/out", "f", False, b"", b"")
    assert "secret" not in f"{parcel!r} {parcel}"


def take_for_dead(scheduler: str) -> None:
    """The scheduler gives up every worker it has, as it does when one is silent for too long."""
    with distributed.Client(scheduler, set_as_default=False) as client:

        async def forget(dask_scheduler: Any) -> None:
            for address in list(dask_scheduler.workers):
                await dask_scheduler.remove_worker(address, stimulus_id="test")

        client.run_on_scheduler(forget)
        wait_until(lambda: not client.nthreads())


def has_pages(site: Site) -> bool:
    return next(site.output.glob("*-*/index.html"), None) is not None


def count_pages(site: Site) -> int:
    return len(list(site.output.glob("*-*/index.html")))


def log_of(folder: Path) -> str:
    return (folder / "log").read_text()
