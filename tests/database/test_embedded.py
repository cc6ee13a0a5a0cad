"""The embedded server: shared while used, stopped after, and never in anyone's way."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from generator.database import embedded
from generator.errors import DatabaseError
from tests.present import present

pytestmark = pytest.mark.slow

USER = """
import pathlib, sys, time
from generator.database import embedded
with embedded.server(pathlib.Path(sys.argv[1])) as url:
    print(url, flush=True)
    time.sleep(60)
"""


class User:
    """Another process that uses the server of a folder until it is killed."""

    def __init__(self, state: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, str(state)], stdout=subprocess.PIPE, text=True
        )
        self.url = present(self.process.stdout).readline().strip()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        present(self.process.stdout).close()


def server_pid(state: Path) -> int:
    return int((state / "postgres" / "postmaster.pid").read_text().split()[0])


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    return state != "Z"


def ask(url: str, query: str = "SELECT 1") -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        return present(connection.execute(query.encode()).fetchone())[0]


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder; not pytest's own, which it closes to others whenever it starts."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@pytest.fixture(scope="module")
def created() -> Iterator[Path]:
    """A folder whose server was made, used and left, with one table."""
    with tempfile.TemporaryDirectory() as name:
        state = Path(name)
        make(state)
        yield state


def make(state: Path) -> None:
    with embedded.server(state) as url, psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept ()")


def test_it_stops_when_nobody_uses_it_and_keeps_its_rows(created: Path) -> None:
    assert not (created / "postgres" / "postmaster.pid").exists()
    with embedded.server(created) as url:
        pid = server_pid(created)
        assert ask(url, "SELECT to_regclass('kept') IS NOT NULL")
    assert not runs(pid)


def test_two_share_one_server_and_the_last_one_stops_it(created: Path) -> None:
    with embedded.server(created) as first:
        pid = server_pid(created)
        with embedded.server(created) as second:
            assert first == second
            assert server_pid(created) == pid
        assert ask(first) == 1
    assert not runs(pid)


def test_many_may_come_and_go_at_once(created: Path) -> None:
    def use(_: int) -> object:
        with embedded.server(created) as url:
            return ask(url)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(use, range(8))) == [1] * 8
    assert not (created / "postgres" / "postmaster.pid").exists()


def test_a_killed_user_leaves_a_server_for_the_next_one(created: Path) -> None:
    user = User(created)
    pid = server_pid(created)
    user.kill()
    assert ask(user.url) == 1
    with embedded.server(created) as url:
        assert url == user.url
        assert server_pid(created) == pid
    assert not runs(pid)


def test_a_user_in_another_process_keeps_the_server(created: Path) -> None:
    user = User(created)
    try:
        with embedded.server(created):
            pass
        assert ask(user.url) == 1
    finally:
        user.kill()
    with embedded.server(created):
        pass


def test_a_killed_server_is_started_again(created: Path) -> None:
    with embedded.server(created) as url:
        session = psycopg.connect(url)
        os.kill(server_pid(created), signal.SIGKILL)
        with embedded.server(created) as again:
            assert ask(again) == 1
        session.close()


def test_a_number_in_a_stale_pid_file_that_another_program_bears_is_no_server(
    created: Path,
) -> None:
    with embedded.server(created):
        os.kill(server_pid(created), signal.SIGKILL)
        pid_file = created / "postgres" / "postmaster.pid"
        pid_file.write_text(pid_file.read_text().replace(str(server_pid(created)), "1", 1))
        with embedded.server(created) as url:
            assert ask(url) == 1


def test_it_listens_on_a_private_socket_and_on_no_port(created: Path) -> None:
    with embedded.server(created) as url:
        assert ask(url, "SHOW listen_addresses") == ""
        folder = Path(str(ask(url, "SHOW unix_socket_directories")).strip('"'))
        assert folder.stat().st_mode & 0o077 == 0


def test_text_is_unicode_and_sorts_the_same_everywhere(created: Path) -> None:
    with embedded.server(created) as url:
        assert ask(url, "SHOW server_encoding") == "UTF8"
        assert ask(url, "SELECT upper('é')") == "É"
        assert ask(
            url, "SELECT string_agg(c, '' ORDER BY c) FROM unnest('{é,b,a,B}'::text[]) c"
        ) == ("Babé")


@pytest.mark.parametrize("name", ["two words", 'it\'s $(odd) "quoted", and\\more', "long" * 30])
def test_any_folder_will_do(folder: Path, name: str) -> None:
    state = folder / name
    for _ in range(2):
        with embedded.server(state) as url:
            assert ask(url) == 1
            socket = Path(str(ask(url, "SHOW unix_socket_directories")).strip('"'))
    assert socket == state / "postgres" or not socket.exists()


def test_a_half_made_folder_is_made_again(folder: Path) -> None:
    (folder / "postgres.new").mkdir()
    (folder / "postgres.new" / "PG_VERSION").write_text("18\n")
    with embedded.server(folder) as url:
        assert ask(url) == 1


def test_a_server_that_does_not_start_says_why(created: Path) -> None:
    settings = created / "postgres" / "postgresql.auto.conf"
    before = settings.read_text()
    settings.write_text(f"{before}shared_buffers = 'a lot'\n")
    with pytest.raises(DatabaseError, match="doesn't start") as raised, embedded.server(created):
        pass
    settings.write_text(before)
    assert "shared_buffers" in str(raised.value)
    assert "DATABASE_URL" in str(raised.value)


def test_a_folder_that_cannot_be_written_is_refused(folder: Path) -> None:
    (folder / "postgres.lock").mkdir()
    with pytest.raises(DatabaseError, match="can't be used") as raised, embedded.server(folder):
        pass
    assert raised.value.where == str(folder / "postgres.lock")


def test_variables_meant_for_other_servers_do_not_matter(
    created: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGHOST", "db.invalid")
    monkeypatch.setenv("PGDATA", "/nowhere")
    with embedded.server(created) as url:
        assert ask(url) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may run it as somebody else")
def test_called_as_root_it_runs_as_nobody_even_in_a_private_folder(folder: Path) -> None:
    private = folder / "private"
    private.mkdir(mode=0o700)
    with embedded.server(private / "state"):
        owner = Path(f"/proc/{server_pid(private / 'state')}").stat().st_uid
    assert owner != 0
    assert private.stat().st_mode & 0o777 == 0o701
