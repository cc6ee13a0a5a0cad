"""The samples come into a real database only if that is meant, and go again without a trace."""

import os
import subprocess
import sys
from contextlib import suppress
from uuid import UUID

import psycopg
import pytest
from click.testing import CliRunner, Result

from generator.cli import cli
from generator.database.rows import sample_id
from generator.database.seed import seed
from generator.database.synthetic import add_synthetic
from generator.database.unseed import SAMPLES, SYNTHETIC, unseed
from generator.errors import ConfigError, DatabaseError
from tests.conftest import with_user
from tests.site import TEST_PEOPLE, Site

TABLES = (
    "auth.users", "portfolios", "profiles", "skills", "projects", "project_tech_stack",
    "experience", "education", "certifications", "portfolio_analytics",
)  # fmt: skip


@pytest.fixture
def real(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site with a real person, in whose folder commands are run."""
    ada = site.person("real-ada", username="real")
    site.insert("skills", user_id=ada, name="Oak", category="tool", level="advanced")
    site.insert("portfolio_analytics", user_id=ada, event_type="view")
    (site.root / "content" / "portfolios").symlink_to(TEST_PEOPLE)
    monkeypatch.chdir(site.root)
    monkeypatch.setenv("DATABASE_URL", site.url)
    return site


def rows(url: str) -> dict[str, list[tuple[object, ...]]]:
    with psycopg.connect(url) as connection:
        return {
            name: connection.execute(f"SELECT * FROM {name} ORDER BY id".encode()).fetchall()
            for name in TABLES
        }


def qwikfolio(*words: str) -> Result:
    return CliRunner().invoke(cli, words)


@pytest.mark.parametrize("command", ["seed", "unseed"])
def test_where_nobody_can_be_asked_a_real_database_wants_yes(real: Site, command: str) -> None:
    if command == "unseed":
        seed(real.url, TEST_PEOPLE)
    before = rows(real.url)
    done = qwikfolio("db", command)
    assert isinstance(done.exception, ConfigError)
    assert "sample people" in done.exception.what
    assert "--yes" in str(done.exception.fix)
    assert rows(real.url) == before


def test_seed_and_unseed_leave_a_database_as_it_was(real: Site) -> None:
    before = rows(real.url)
    seeded = qwikfolio("db", "seed", "--synthetic", "3", "--yes")
    assert seeded.output == "sample people: 13 added\n3 made-up people added\n"
    assert len(rows(real.url)["portfolios"]) == 1 + 13 + 3
    assert qwikfolio("db", "unseed", "--yes").output == "sample people: 13 removed\n"
    assert len(rows(real.url)["portfolios"]) == 1 + 3
    again = qwikfolio("db", "unseed", "--synthetic", "--yes").output
    assert again == "sample people: 0 removed\n3 made-up people removed\n"
    assert rows(real.url) == before


def test_a_terminal_is_asked(real: Site) -> None:
    before = rows(real.url)
    code, said = answer("n", "db", "seed")
    assert "Put the sample people into postgresql://" in said
    assert "geheim" not in said
    assert "nothing was changed" in said
    assert (code, rows(real.url)) == (1, before)
    code, _said = answer("y", "db", "seed")
    assert (code, len(rows(real.url)["portfolios"])) == (0, 1 + 13)


def answer(reply: str, *words: str) -> tuple[int, str]:
    """What a command says to somebody at a terminal who answers its question."""
    ours, theirs = os.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "generator.cli", *words],
        stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, "PGPASSWORD": "geheim"},
    ) as process:  # fmt: skip
        os.close(theirs)
        os.write(ours, f"{reply}\n".encode())
        said = b""
        with suppress(OSError):  # how a terminal says that nobody is left on the other side
            while data := os.read(ours, 10_000):
                said += data
    os.close(ours)
    return process.returncode, said.decode()


def test_a_sample_goes_whatever_became_of_it(real: Site) -> None:
    """Edited, visited, or with its file long gone."""
    seed(real.url, TEST_PEOPLE)
    sample = sample_id("ada")
    real.execute(
        "UPDATE portfolios SET name = 'Somebody Else', slug = 'x' WHERE user_id = %s", sample
    )
    real.insert("skills", user_id=sample, name="Added", category="tool", level="advanced")
    real.insert("portfolio_analytics", user_id=sample, event_type="view")
    assert unseed(real.url, SAMPLES) == 13
    assert [row[1] for row in rows(real.url)["portfolios"]] == [owner(real)]


def owner(site: Site) -> UUID:
    with psycopg.connect(site.url) as connection:
        user: UUID
        ((user,),) = connection.execute("SELECT user_id FROM portfolios WHERE slug = 'real-ada'")
    return user


@pytest.fixture
def lookalike(real: Site) -> UUID:
    """A real person whose random id begins as a sample's: among millions it happens."""
    user = UUID("5a3b1e00-87b2-41e1-bc87-9169c98f34d1")
    real.insert("auth.users", id=user)
    real.insert(
        "portfolios", id=UUID(int=user.int + 1), user_id=user, slug="chance", name="Chance",
        headline="Real", email="real@example.org", published=True,
    )  # fmt: skip
    return user


@pytest.mark.parametrize("how", ["seed", "unseed"])
def test_a_real_person_whose_id_looks_like_a_samples_stays(
    real: Site, lookalike: UUID, how: str
) -> None:
    before = rows(real.url)
    if how == "unseed":
        seed(real.url, TEST_PEOPLE)
        add_synthetic(real.url, 2)
        unseed(real.url, SAMPLES)
        unseed(real.url, SYNTHETIC)
        assert rows(real.url) == before
    else:
        seed(real.url, TEST_PEOPLE)
        assert lookalike in {row[0] for row in rows(real.url)["auth.users"]}


def test_who_may_not_delete_them_is_told(real: Site) -> None:
    seed(real.url, TEST_PEOPLE)
    real.execute("DROP ROLE IF EXISTS onlooker")
    real.execute("CREATE ROLE onlooker LOGIN")
    before = rows(real.url)
    with pytest.raises(DatabaseError, match=r"can't be removed, .*permission denied"):
        unseed(with_user(real.url, "onlooker"), SAMPLES)
    assert rows(real.url) == before
