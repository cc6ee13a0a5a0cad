"""A site under test: a database with people in it, settings, and builds into a folder."""

import shutil
from pathlib import Path
from typing import Literal, TypedDict, Unpack
from uuid import UUID, uuid4

import msgspec
import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from generator import config
from generator.build import Report, Request, build
from generator.build.request import Cluster
from generator.model.affected import Affected
from generator.model.problem import Problem
from generator.publish.writer import MARKER

ROOT = Path(__file__).parent.parent
TEST_PEOPLE = ROOT / "tests" / "people"
"""Sample files that hold every column and every fault that columns are known to hold."""
_SETTINGS = '[site]\ntitle = "People"\nurl = "https://people.example"\n'


def copy_content(folder: Path) -> None:
    """Put a `content` folder there: the repository's pages, and the people of `tests/people`."""
    shutil.copytree(ROOT / "content" / "pages", folder / "content" / "pages")
    shutil.copytree(TEST_PEOPLE, folder / "content" / "portfolios")


class Notes:
    """A build's listener that remembers."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.people: list[Affected] = []
        self.known = 0
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)

    def begin(self, people: int) -> None:
        pass

    def advance(self) -> None:
        pass

    def affected(self, person: Affected) -> None:
        """Every problem that the build tells of, new or not; `people` has the rest."""
        self.people.append(person)
        self.problems += [notice.problem for notice in person.notices]

    def told(self, known: int) -> None:
        self.known = known


class Asked(TypedDict, total=False):
    """What a test asks of a build by name, as `Request` has it."""

    only: tuple[str, ...]
    full: bool
    strict: bool
    all_warnings: bool
    adopt_output: bool
    jobs: int
    allow_removals: int | Literal["all"] | None
    cluster: Cluster | None


def bare_site(root: Path) -> Path:
    """A site of themes only, for commands that need no database."""
    shutil.copytree(ROOT / "themes", root / "themes")
    (root / "qwikfolio.toml").write_text(_SETTINGS)
    return root


class Site:
    """Settings in a temporary folder, over a database of the test's own."""

    def __init__(self, root: Path, database: str, /, **site: object) -> None:
        bare_site(root)
        shutil.copytree(ROOT / "content" / "pages", root / "content" / "pages")
        settings = config.load(root, {})
        self.settings = msgspec.structs.replace(
            settings,
            site=msgspec.structs.replace(settings.site, **site),
            database_url=database,
            privacy=config.PrivacySettings(controller="The people of this test"),
        )
        self.root = root
        self.url = database
        self.notes = Notes()

    @property
    def output(self) -> Path:
        assert isinstance(self.settings.output, Path)
        return self.settings.output

    def build(self, *, url: str | None = None, **request: Unpack[Asked]) -> Report:
        """Build; what the listener heard, which is every problem, is in `notes`."""
        self.notes = Notes()
        wanted = Request(**{"all_warnings": True, **request})  # type: ignore[arg-type]
        return build(self.settings, url or self.url, wanted, self.notes)

    def page(self, address: str) -> str:
        """The text of the page at an address: `ada`; the empty string is the home page."""
        return (self.output / address / "index.html").read_text("utf-8")

    def has(self, address: str) -> bool:
        return (self.output / address / "index.html").exists()

    def files(self) -> dict[str, bytes]:
        """Every file of the output by its path, but for the mark that a build leaves."""
        return {
            path.relative_to(self.output).as_posix(): path.read_bytes()
            for path in sorted(self.output.rglob("*"))
            if path.is_file() and path.name != MARKER
        }

    def problems(self, column: str | None = None) -> list[str]:
        """What the last build complained of, as `table.column: reason`."""
        return [
            f"{problem.table}.{problem.column}: {problem.reason}"
            for problem in self.notes.problems
            if column is None or f"{problem.table}.{problem.column}" == column
        ]

    def execute(self, statement: str, *values: object) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement, values)

    def insert(self, table: str, **columns: object) -> UUID:
        """Add one row; lists and dicts are JSONB. Returns its id."""
        identity = columns.setdefault("id", uuid4())
        values = [Jsonb(v) if isinstance(v, list | dict) else v for v in columns.values()]
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(
                sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                    sql.Identifier(*table.split(".")),
                    sql.SQL(", ").join(map(sql.Identifier, columns)),
                    sql.SQL(", ").join(sql.Placeholder() * len(columns)),
                ),
                values,
            )
        assert isinstance(identity, UUID)
        return identity

    def person(self, slug: str | None, *, username: str | None = None, **columns: object) -> UUID:
        """Add a person, public unless `published=False`; returns the user_id."""
        user = self.insert("auth.users")
        # A database may make the profile itself when a user signs up.
        if username is not None:
            self.insert("profiles", id=user, username=username)
        defaults = {
            "name": (slug or username or "somebody").title(),
            "headline": "Engineer",
            "email": "somebody@example.org",
            "published": True,
        }
        self.insert("portfolios", user_id=user, slug=slug, **{**defaults, **columns})
        return user

    def add_people(self, count: int) -> None:
        """Add public people at `p1`, `p2`, …, who are also found at `user-1`, `user-2`, ….

        The user_id of each is their number.
        """
        with psycopg.connect(self.url) as connection, connection.cursor() as cursor:
            numbers = [(UUID(int=number), number) for number in range(1, count + 1)]
            users = [(user,) for user, _number in numbers]
            cursor.executemany("INSERT INTO auth.users (id) VALUES (%s)", users)
            cursor.executemany(
                "INSERT INTO profiles (id, username) VALUES (%s, 'user-' || %s::int)", numbers
            )
            cursor.executemany(
                "INSERT INTO portfolios (user_id, slug, name, headline, email, published)"
                " VALUES (%s, 'p' || %s::int, 'Somebody', 'Engineer', 'a@example.org', true)",
                numbers,
            )

    def portfolio_of(self, user: UUID) -> str:
        """The id of somebody's row of `portfolios`."""
        with psycopg.connect(self.url) as connection:
            row = connection.execute(
                "SELECT id::text FROM portfolios WHERE user_id = %s", [user]
            ).fetchone()
        assert row is not None
        return str(row[0])

    def publish(self, user: UUID, published: bool) -> None:
        self.execute("UPDATE portfolios SET published = %s WHERE user_id = %s", published, user)
