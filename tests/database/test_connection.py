"""Each way a connection can fail has a message of its own, and none shows a password."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from generator.config import masked
from generator.database.connection import connect
from generator.database.roles import BEACON, PUBLISHER, become
from generator.errors import DatabaseError
from tests.conftest import with_database, with_user

pytestmark = pytest.mark.slow

SECRET = "hunter2"


def failure(url: str) -> DatabaseError:
    with pytest.raises(DatabaseError) as raised:
        connect(url)
    assert SECRET not in str(raised.value)
    assert raised.value.where
    assert raised.value.fix
    return raised.value


@pytest.fixture
def port() -> Iterator[socket.socket]:
    """A port where something listens that says nothing, until told what."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def answer(listener: socket.socket, *replies: bytes) -> str:
    """Answer one client: a reply for each message of its; the URL it should use."""

    def serve() -> None:
        client, _ = listener.accept()
        with client:
            for reply in replies:
                client.recv(4096)
                client.sendall(reply)
            client.recv(4096)

    threading.Thread(target=serve, daemon=True).start()
    return f"postgresql://ada:{SECRET}@127.0.0.1:{listener.getsockname()[1]}/site"


def test_it_connects_and_says_who_it_is(database: str) -> None:
    with connect(database, application_name="qwikfolio build") as connection:
        found = connection.execute("SHOW application_name").fetchone()
    assert found == ("qwikfolio build",)


def test_a_timeout_in_the_url_is_kept(database: str) -> None:
    with connect(f"{database}&connect_timeout=3") as connection:
        assert connection.info.get_parameters()["connect_timeout"] == "3"


@pytest.mark.parametrize(
    "url",
    [
        "portfolios.db",
        f"mysql://ada:{SECRET}@db/site",
        f"postgresql://ada:{SECRET}@db:543x/site",
        f"postgresql://ada:p@{SECRET}@db/site",
        f"postgresql://ada:p/{SECRET}@db/site",
        f"postgresql://ada:p@{SECRET}/x@db/site",
        f"postgresql://ada:{SECRET}%zz@db/site",
        f"postgresql://ada@db/site?password={SECRET}&nonsense=1",
        f"host=db password='{SECRET} x' port=x",
        f"ada:{SECRET}@db/site",
        "postgresql://[::1/site",
        "",
    ],
)
def test_a_url_that_cannot_be_read(url: str) -> None:
    assert failure(url or " ").what.startswith("the database URL can't be used")


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        number = closed.getsockname()[1]
    error = failure(f"postgresql://ada:{SECRET}@127.0.0.1:{number}/site")
    assert error.what.startswith("no PostgreSQL answers there")
    assert "Connection refused" in error.what
    assert error.where == f"postgresql://ada:***@127.0.0.1:{number}/site"


def test_there_is_no_socket(tmp_path: Path) -> None:
    assert failure(f"postgresql:///site?host={tmp_path}").what.startswith(
        "no PostgreSQL answers there"
    )


def test_the_host_is_unknown() -> None:
    error = failure(f"postgresql://ada:{SECRET}@db.invalid/site")
    assert error.what.startswith("the database's host name is unknown")


def test_the_server_never_answers(port: socket.socket) -> None:
    url = f"postgresql://ada:{SECRET}@127.0.0.1:{port.getsockname()[1]}/site?connect_timeout=2"
    assert failure(url).what.startswith("the database doesn't answer in time")


def test_the_password_is_wrong(port: socket.socket) -> None:
    """The server asks for a password in clear, and refuses it, in PostgreSQL's own words."""
    ask = b"R" + (8).to_bytes(4) + (3).to_bytes(4)
    fields = b'SFATAL\0C28P01\0Mpassword authentication failed for user "ada"\0\0'
    refuse = b"E" + (len(fields) + 4).to_bytes(4) + fields
    error = failure(answer(port, ask, refuse) + "?sslmode=disable&gssencmode=disable")
    assert error.what.startswith("the database refuses the user or the password")


def test_the_server_speaks_no_tls(port: socket.socket) -> None:
    error = failure(answer(port, b"N") + "?sslmode=require&gssencmode=disable")
    assert error.what.startswith("no encrypted connection to the database could be made")


def test_the_database_does_not_exist(server: str) -> None:
    error = failure(with_database(server, "nowhere"))
    assert error.what.startswith("the server has no such database")
    assert "nowhere" in error.what


def test_the_user_does_not_exist(server: str) -> None:
    assert failure(with_user(server, "nobody_known")).what.startswith("the server has no such user")


def test_the_user_may_not_log_in(database: str) -> None:
    assert failure(with_user(database, PUBLISHER)).what.startswith("this user may not connect")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://ada:pw@db/site", "postgresql://ada:***@db/site"),
        ("postgresql://ada:p:w@x/y?z#@db/site", "postgresql://ada:***@db/site"),
        ("postgresql://ada@db:5432/site", "postgresql://ada@db:5432/site"),
        ("postgresql:///site?password=pw&host=h", "postgresql:///site?password=***&host=h"),
        ("host=db password='a b\\' c' user=ada", "host=db password=*** user=ada"),
        ("ada:pw@db", "ada:***@db"),
        ("//ada:pw@db/site", "//ada:***@db/site"),
        ("postgresql://ada@server:pw@db/site", "postgresql://ada@server:***@db/site"),
        ("postgresql://a/d?a:pw@db/site", "postgresql://a/d?a:***@db/site"),
        ("host=db password=p&w'1\\ 2 user=ada", "host=db password=*** user=ada"),
        ("host=db password='p w", "host=db password=***"),
        ("postgresql:///site?password=p'w&host=h", "postgresql:///site?password=***&host=h"),
        ('url = "host=db password=pw"', 'url = "host=db password=***"'),
        ("host=db pasword='p w' user=ada", "host=db pasword=*** user=ada"),
        ("postgresql:///site?passwordd=pw&host=h", "postgresql:///site?passwordd=***&host=h"),
        ("az://box/AccountKey=pw", "az://box/AccountKey=***"),
    ],
)
def test_a_password_is_masked(url: str, shown: str) -> None:
    assert masked(url) == shown


@pytest.mark.parametrize("role", [PUBLISHER, BEACON])
def test_becoming_a_role_ends_with_the_transaction(database: str, role: str) -> None:
    """Behind a pooler, the session goes on to serve somebody else."""
    with connect(database) as connection:
        become(connection, role)
        become(connection, role)
        assert connection.execute("SELECT current_user::text").fetchone() == (role,)
        connection.commit()
        assert connection.execute("SELECT current_user::text").fetchone() == ("postgres",)


def test_becoming_a_role_that_is_missing(empty_database: str) -> None:
    with (
        connect(empty_database) as connection,
        pytest.raises(DatabaseError, match="the database has no role no_such_role") as raised,
    ):
        become(connection, "no_such_role")
    assert "db migrate" in str(raised.value)


def test_becoming_a_role_one_may_not_have(database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute(
            "DO $$ BEGIN CREATE ROLE stranger LOGIN; "
            "EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        )
    with (
        connect(with_user(database, "stranger")) as connection,
        pytest.raises(DatabaseError, match="stranger may not become") as raised,
    ):
        become(connection, PUBLISHER)
    assert f'GRANT {PUBLISHER} TO "stranger"' in str(raised.value)
