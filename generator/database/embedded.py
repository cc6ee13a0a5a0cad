"""A PostgreSQL of our own, for a site that says so (`[database] embedded = true`).

The server lives in `<state>/postgres`, listens on a Unix socket only, and runs while somebody uses
it. Each user, in this process or another, holds a shared lock on `<state>/postgres.lock`; the last
one to leave gets that lock alone and stops the server. Starting and stopping happen behind
`<state>/postgres.door`, one process at a time. A lock ends with the process that holds it, so a
user that was killed is in nobody's way: the next one finds the server running and adopts it.
"""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from generator.database.account import Account, let_through, server_account
from generator.database.programs import programs, run
from generator.errors import DatabaseError
from generator.obstacle import obstacle

DATABASE = "qwikfolio"

_LONGEST_SOCKET_DIRECTORY = 103 - len("/.s.PGSQL.5432")  # a socket's address is 104 bytes on macOS
_PATIENCE = 60  # seconds, for a start, recovery after a crash included
_PASSING = ("shared memory block", ".s.PGSQL.5432.lock")
"""Why a start fails for a moment only: the backends of a killed server have yet to notice that it
is gone; or one that was stopped has yet to remove its lock."""
_LOG = "server.log"
_LINES_SHOWN = 8
_SOCKET_PREFIX = "qwikfolio-socket-"
_SETTINGS = """\
# Written anew at each start. Use ALTER SYSTEM for settings of your own.
listen_addresses = ''
unix_socket_directories = {directory}
unix_socket_permissions = 0700
port = 5432
max_connections = 60
shared_buffers = 128MB
work_mem = 16MB
maintenance_work_mem = 64MB
max_wal_size = 512MB
wal_level = minimal
max_wal_senders = 0
jit = off
track_commit_timestamp = on
timezone = 'UTC'
log_timezone = 'UTC'
"""


def exists(state: Path) -> bool:
    """Whether the folder `state` has a server, running or not."""
    return (state / "postgres").exists()


@contextmanager
def server(state: Path) -> Iterator[str]:
    """Run the server of the folder `state` for as long as the block lasts.

    Yields:
        The URL of its database `qwikfolio`, created where it was missing.

    Raises:
        MissingExtraError: There are no programs of PostgreSQL.
        DatabaseError: It can't be started; the message ends with its log's last lines.
    """
    programs()  # where there are none, nothing is made
    with ExitStack() as stack:
        with _explained(state.absolute()):
            state.mkdir(parents=True, exist_ok=True)
            state = state.resolve()
            data = state / "postgres"
            users = stack.enter_context((state / "postgres.lock").open("ab"))
            with _door(state):
                account = server_account(data)
                if not data.exists():
                    _create(data, account)
                url = _running(data, account)
                fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield url
        finally:
            with _door(state), suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _stop(data, account)


@contextmanager
def _door(state: Path) -> Iterator[None]:
    with (state / "postgres.door").open("ab") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        yield


@contextmanager
def _explained(state: Path) -> Iterator[None]:
    """A folder that can't be written, or a full disk."""
    try:
        yield
    except OSError as error:
        raise DatabaseError(
            f"the embedded PostgreSQL can't be used: {obstacle(state, error, is_folder=True)}",
            where=str(error.filename or state),
            fix="make room for the folder and let this account write to it, or set DATABASE_URL to "
            "a server",
        ) from None


def _create(data: Path, account: Account) -> None:
    """Make the data directory aside and move it in whole: a killed `initdb` leaves no half of one.

    The collation is PostgreSQL's own C.UTF-8, so text sorts the same on every machine.
    """
    new = data.with_name("postgres.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    account.own(new)
    let_through(new, programs(), account)
    done = run(
        account,
        new,
        "initdb",
        "-D.",
        "--username=postgres",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--auth-local=trust",
        "--auth-host=reject",
        "--no-instructions",
    )
    if done.returncode:
        raise DatabaseError(
            f"the embedded PostgreSQL can't be created:\n{_tail(done.stdout)}",
            where=str(data),
            fix="mend what it names, or set DATABASE_URL to a server",
        )
    new.replace(data)


def _running(data: Path, account: Account) -> str:
    """The URL of the server, started if it doesn't run, waited for if it is just starting."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        url = _answering(data)
        if url:
            return url
        if not _alive(data):
            failure = _start(data, account)
            if failure is None:
                continue
            if not any(map(failure.count, _PASSING)) or time.monotonic() > deadline:
                raise _start_error(data, failure)
        elif time.monotonic() > deadline:
            raise _start_error(data, _tail(_read(data / _LOG)))
        time.sleep(0.1)


def _answering(data: Path) -> str | None:
    """The database's URL if the server answers. It says in `postmaster.pid` where its socket is."""
    directory = _announced_directory(data)
    if directory is None:
        return None
    base = f"?host={quote(str(directory), safe='/')}&port=5432"
    try:
        with psycopg.connect(
            f"postgresql://postgres@/postgres{base}", connect_timeout=10, autocommit=True
        ) as connection:
            known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
            if known.fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    except psycopg.OperationalError:
        return None
    return f"postgresql://postgres@/{DATABASE}{base}"


def _alive(data: Path) -> bool:
    """Whether a server, or what a killed one left, still works in the data directory.

    The number in `postmaster.pid` doesn't tell: after a restart of the machine or the container
    another program may bear it, and PostgreSQL would then refuse to start for fear of it. Only
    where no process of its own is left may the file go, since it also guards the shared memory.
    """
    pid_file = data / "postmaster.pid"
    if not pid_file.exists():
        return False
    processes = [path for path in Path("/proc").glob("[0-9]*") if _works_in(data, path)]
    if not processes and Path("/proc/self/cwd").exists():
        directory = _announced_directory(data) or data
        (directory / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
        _forget(directory)
        pid_file.unlink(missing_ok=True)
    return bool(processes)


def _works_in(data: Path, process: Path) -> bool:
    try:
        return (process / "cwd").readlink() == data and _read(process / "comm") == "postgres\n"
    except OSError:
        return False


def _start(data: Path, account: Account) -> str | None:
    """Start it; where that fails, the log's last lines."""
    directory = _socket_directory(data, account)
    settings = data / "postgresql.conf"
    settings.write_text(_SETTINGS.format(directory=_quoted(directory)), "utf-8")
    account.own(settings)
    let_through(data, programs(), account)
    log = data / _LOG
    if log.exists():
        log.replace(data / f"{_LOG}.old")
    done = run(account, data, "pg_ctl", "start", "-w", f"-t{_PATIENCE}", "-D.", f"-l{_LOG}")
    if done.returncode == 0:
        return None
    _forget(directory)
    return _tail(_read(log) or done.stdout)


def _stop(data: Path, account: Account) -> None:
    directory = _announced_directory(data)
    run(account, data, "pg_ctl", "stop", "-w", "-mfast", "-D.")
    _forget(directory)


def _socket_directory(data: Path, account: Account) -> Path:
    """The data directory, which is private; a short private one where its path won't do.

    A socket's address has room for some hundred bytes, and a comma in `host=` separates servers.
    """
    if len(os.fsencode(data)) <= _LONGEST_SOCKET_DIRECTORY and "," not in str(data):
        return data
    directory = Path(tempfile.mkdtemp(prefix=_SOCKET_PREFIX))
    account.own(directory)
    return directory


def _announced_directory(data: Path) -> Path | None:
    """Where the socket is, or was last: the fifth line a server writes into `postmaster.pid`."""
    lines = _read(data / "postmaster.pid").splitlines()
    return Path(lines[4]) if lines[4:] and lines[4] else None


def _forget(directory: Path | None) -> None:
    """Remove a directory that was made for a socket, and no other."""
    if directory and directory.name.startswith(_SOCKET_PREFIX):
        shutil.rmtree(directory, ignore_errors=True)


def _quoted(directory: Path) -> str:
    """The directory as postgresql.conf wants one of a list: doubly quoted."""
    name = str(directory).replace('"', '""')
    return "'" + f'"{name}"'.replace("\\", "\\\\").replace("'", "''") + "'"


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", errors="replace")
    except OSError:
        return ""


def _tail(log: str) -> str:
    return "\n".join(f"    {line}" for line in log.splitlines()[-_LINES_SHOWN:])


def _start_error(data: Path, log: str) -> DatabaseError:
    return DatabaseError(
        f"the embedded PostgreSQL doesn't start; it says:\n{log}",
        where=str(data / _LOG),
        fix="mend what it names; or delete the folder, whose rows are then lost; "
        "or set DATABASE_URL to a server",
    )
