"""A small world that is edited at will, with sites built from it, and what they ought to be."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import NoneType
from typing import Any, Unpack, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec
import psycopg
import pytest
from psycopg.types.json import Jsonb

from generator import config
from generator.build import Report, Request, build, plan
from generator.build.request import Listener
from generator.errors import ConfigError
from generator.model.portfolio import Portfolio
from generator.publish.writer import MARKER
from generator.render.listing import Listed, Pagination, Range
from generator.render.page import Head
from generator.render.site import Site as SiteFacts
from tests.site import Asked, Notes, Site

PEOPLE = range(6)
ROWS = range(3)
SITE_THEME, OTHER_THEME = "emerald", "ruby"


def shown(path: str, kind: Any, depth: int = 0) -> str:
    """A template's text that prints all there is to a value."""
    args = get_args(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        hints = get_type_hints(kind)
        return "".join(shown(f"{path}.{name}", hint, depth) for name, hint in hints.items())
    if get_origin(kind) is tuple and Ellipsis in args:
        item = f"item{depth}"
        return f"{{% for {item} in {path} %}}{shown(item, args[0], depth + 1)}{{% endfor %}}"
    if get_origin(kind) is tuple:
        return "".join(shown(f"{path}[{at}]", arg, depth) for at, arg in enumerate(args))
    some = [arg for arg in args if arg is not NoneType]
    if NoneType in args and len(some) == 1:
        return f"{{% if {path} is not none %}}{shown(path, some[0], depth)}{{% endif %}} "
    return f"{{{{ {path} }}}} "


HEAD = shown("site", SiteFacts) + shown("page", Head)
LISTED = shown("people", tuple[Listed, ...]) + shown("ranges", tuple[Range, ...])
TEMPLATES = {
    "portfolio.html": HEAD + shown("portfolio", Portfolio) + "{{ asset('style.css') }}"
    "{% if portfolio.headline == 'spoils' %}{{ portfolio.no_such_thing }}{% endif %}",
    "home.html": HEAD + LISTED + "{{ asset('style.css') }}",
    "directory.html": HEAD + LISTED + shown("here", Range) + shown("pagination", Pagination),
    "redirect.html": HEAD + "{{ target }}",
    "page.html": HEAD + "{{ content }}",
}
"""They show all they are given, so that nothing changes without a trace."""
REQUIRED: dict[str, dict[str, object]] = {
    "skills": {"category": "tool", "level": "advanced"},
    "projects": {"description": "d" * 10},
    "experience": {"role": "engineer", "start_date": "2020-01"},
    "education": {"degree": "BSc", "field": "logic", "start_date": "2020"},
    "certifications": {"issuer": "board", "issue_date": "2020-01"},
}
"""The tables of what people have, besides `NAMES`."""
NAMES = {"experience": "company", "education": "school"}
LOGGED = (*REQUIRED, "project_tech_stack", "portfolios", "profiles")


class World:
    """A database, themes, pages and settings; two outputs, `a` and `b`, are built from them."""

    def __init__(self, url: str, root: Path) -> None:
        """Empty a database that another world has left, and begin with the site's theme alone."""
        self.url = url
        self.root = root
        shutil.rmtree(root, ignore_errors=True)
        (root / "content" / "pages").mkdir(parents=True)
        self.settings = config.load(root, {})
        self.set_site(title="People", url="https://people.example", people_per_page=2)
        self.set_theme(SITE_THEME, "first")
        waits_briefly = "-c lock_timeout=20ms"  # for rows that the open transaction has written
        self.app = psycopg.connect(url, autocommit=True, options=waits_briefly)
        self.slow = psycopg.connect(url, options=waits_briefly)
        self.app.execute("DELETE FROM auth.users")
        self.app.execute("DELETE FROM qwikfolio.outputs")

    def settle(self) -> None:
        """Begin with a few people who have something, and a site of them."""
        self.set_theme(OTHER_THEME, "first")
        for person, slug in enumerate(("ada", "bob", None, "Eve")):
            theme = OTHER_THEME if person % 2 else SITE_THEME
            self.edit(
                sign_up(person),
                portfolio(person, slug, theme),
                profile(person, f"user-{person}"),
                *(possession(table, person, person, "first") for table in REQUIRED),
                technology(person, person, "first"),
            )
        self.build()

    def close(self) -> None:
        self.slow.close()
        self.app.close()

    def edit(self, *statements: tuple[str, *tuple[object, ...]], slow: bool = False) -> None:
        """Write, in one transaction, or in the one that stays open; or don't, where it can't be."""
        connection = self.slow if slow else self.app
        connection.execute("SELECT")  # opens the transaction, if it is not open
        with (
            suppress(psycopg.IntegrityError, psycopg.errors.LockNotAvailable),
            connection.transaction(),
        ):
            for statement, *values in statements:
                connection.execute(statement, values)

    def set_site(self, **fields: object) -> None:
        site = msgspec.structs.replace(self.settings.site, **fields)
        self.settings = msgspec.structs.replace(self.settings, site=site)

    def set_theme(self, name: str, version: str | None) -> None:
        """Write a theme whose pages and style bear a version; None takes the theme away."""
        folder = self.settings.themes[0] / name
        shutil.rmtree(folder, ignore_errors=True)
        if version is None:
            return
        (folder / "templates").mkdir(parents=True)
        (folder / "static").mkdir()
        (folder / "theme.toml").write_text(f'name = "{name}"\nversion = "1"\n')
        (folder / "static" / "style.css").write_text(f"/* {name} {version} */")
        for template, text in TEMPLATES.items():
            (folder / "templates" / template).write_text(f"{name} {version} {text}")

    def set_page(self, name: str, title: str | None) -> None:
        """Write a page by hand; None takes it away."""
        path = self.settings.content / "pages" / f"{name}.md"
        path.unlink(missing_ok=True)
        if title is not None:
            path.write_text(f"# {title}\n\nText.\n")

    def set_static(self, path: str, text: str | None) -> None:
        """Write a static file, in place of what is there; None takes that away."""
        file = self.settings.content / "static" / path
        for place in (file, *file.parents):
            if place.is_file():
                place.unlink()
        shutil.rmtree(file, ignore_errors=True)
        if text is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)

    def build(
        self, output: str = "a", listener: Listener | None = None, **request: Unpack[Asked]
    ) -> Report:
        settings = msgspec.structs.replace(
            self.settings, output=self.root / output, state=self.root / f"state of {output}"
        )
        wanted = Request(**{"all_warnings": True, **request})  # type: ignore[arg-type]
        return build(settings, self.url, wanted, listener or Notes())

    def check_plan(self, output: str, jobs: int) -> None:
        """A dry run changes nothing, and says what the build after it does."""
        settings = msgspec.structs.replace(
            self.settings, output=self.root / output, state=self.root / f"state of {output}"
        )
        everything = _everything(self.root)
        planned = plan(settings, self.url, Request(jobs=jobs), Notes())
        assert _everything(self.root) == everything
        before = self.files(output)
        report = self.build(output, jobs=jobs)
        after = self.files(output)
        written = sorted(path for path in after if before.get(path) != after[path])
        assert planned.written == tuple(written)
        assert planned.removed == tuple(sorted(before.keys() - after.keys()))
        assert (planned.people, planned.failed) == (report.people, report.failed)

    def build_some(self, output: str, only: tuple[str, ...]) -> None:
        """Build a few, if they stand anywhere and the site was ever built."""
        with suppress(ConfigError):
            self.build(output, only=only)

    def files(self, output: str = "a") -> dict[str, bytes]:
        return _files(self.root / output)

    def check(self, output: str = "a", jobs: int = 1) -> None:
        """A build leaves what one from nothing would make of the same moment."""
        heard, expected = Notes(), Notes()
        report = self.build(output, heard, jobs=jobs)
        fresh, files = self._fresh(expected)
        assert heard.problems == expected.problems
        assert (report.people, report.failed) == (fresh.people, fresh.failed)
        built = self.files(output)
        if report.failed:  # a last good page may stand, and be listed
            files = {path: files[path] for path in files if not _is_list(path)}
            built = {path: built.get(path, b"") for path in files}
        assert built == files

    def check_full(self, output: str = "a") -> None:
        """Nothing is left to be done by a build that looks at everything."""
        before = self.files(output)
        report = self.build(output, full=True)
        assert (report.written, report.removed) == (0, ())
        assert self.files(output) == before

    def _fresh(self, listener: Notes) -> tuple[Report, dict[str, bytes]]:
        """A build from nothing, of which no trace is left."""
        others = [row[0] for row in self.app.execute("SELECT id FROM qwikfolio.outputs")]
        try:
            return self.build("fresh", listener), self.files("fresh")
        finally:
            self.app.execute("DELETE FROM qwikfolio.outputs WHERE id <> ALL(%s)", [others])
            for folder in ("fresh", "state of fresh"):
                shutil.rmtree(self.root / folder, ignore_errors=True)


def fresh_files(site: Site) -> dict[str, bytes]:
    """What a build from nothing makes of the same rows, settings and themes."""
    with TemporaryDirectory(dir=site.root) as folder:
        settings = msgspec.structs.replace(
            site.settings, output=Path(folder, "output"), state=Path(folder, "state")
        )
        build(settings, site.url, Request(), Notes())
        return _files(Path(folder, "output"))


def _everything(folder: Path) -> dict[str, tuple[int, bytes | None]]:
    """When each file and folder was written, and the files' bytes."""
    return {
        str(path): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else None)
        for path in folder.rglob("*")
    }


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MARKER
    }


def _is_list(path: str) -> bool:
    return path in {"index.html", "sitemap.xml"} or path.startswith(("people/", "sitemap-"))


def user(person: int) -> UUID:
    return UUID(int=person + 1)


def row_id(table: str, row: int) -> UUID:
    return UUID(int=1000 * (1 + list(LOGGED).index(table)) + row)


def sign_up(person: int) -> tuple[str, UUID]:
    return "INSERT INTO auth.users (id) VALUES (%s) ON CONFLICT DO NOTHING", user(person)


def portfolio(person: int, slug: str | None, theme: str) -> tuple[str, *tuple[object, ...]]:
    """A public one; one that is there gets the slug and the theme."""
    return (
        "INSERT INTO portfolios (user_id, name, headline, email, published, slug, theme)"
        " VALUES (%s, %s, 'Engineer', 'a@example.org', true, %s, %s)"
        " ON CONFLICT (user_id) DO UPDATE SET slug = excluded.slug, theme = excluded.theme",
        user(person), f"Person {person}", slug, Jsonb({"id": theme}),
    )  # fmt: skip


def profile(person: int, username: str | None) -> tuple[str, *tuple[object, ...]]:
    return (
        "INSERT INTO profiles (id, username) VALUES (%s, %s)"
        " ON CONFLICT (id) DO UPDATE SET username = excluded.username",
        user(person), username,
    )  # fmt: skip


def possession(table: str, row: int, person: int, name: str) -> tuple[str, *tuple[object, ...]]:
    """A skill, a project …: a new one, or one that changes its name and perhaps its owner."""
    columns = {
        "id": row_id(table, row), "user_id": user(person), NAMES.get(table, "name"): name,
        **REQUIRED[table],
    }  # fmt: skip
    return _upsert(table, columns)


def technology(row: int, project: int, name: str) -> tuple[str, *tuple[object, ...]]:
    """A technology of a project, perhaps of another than before."""
    columns = {
        "id": row_id("project_tech_stack", row), "project_id": row_id("projects", project),
        "tech": name,
    }  # fmt: skip
    return _upsert("project_tech_stack", columns)


def _upsert(table: str, columns: dict[str, object]) -> tuple[str, *tuple[object, ...]]:
    marks = ", ".join(["%s"] * len(columns))
    updates = ", ".join(f"{name} = excluded.{name}" for name in columns)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
        f" ON CONFLICT (id) DO UPDATE SET {updates}",
        *columns.values(),
    )


@contextmanager
def death(place: type, method: str, after: int) -> Iterator[None]:
    """Within, the process ends at a call of a method, after so many; it need not come to that."""
    calls = 0
    original = getattr(place, method)

    def dies(*arguments: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        if calls > after:
            raise KeyboardInterrupt
        return original(*arguments, **named)

    with pytest.MonkeyPatch.context() as patch, suppress(KeyboardInterrupt):
        patch.setattr(place, method, dies)
        yield
