"""Directory and sitemaps: a function of who is there, of which one change touches little."""

import random
import re
import sqlite3
from collections.abc import Mapping

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.publish import directory as directories
from generator.publish.directory import RECENT, Directory, Entry
from generator.publish.node import Home, Node
from generator.publish.sitemaps import Sitemap, SitemapIndex
from generator.sql import queries

pytestmark = pytest.mark.slow

Item = Node | Home | Sitemap | SitemapIndex
People = Mapping[str, Entry]


def path(item: Item) -> str:
    match item:
        case Node():
            return f"{item.address}index.html"
        case Home():
            return "index.html"
        case Sitemap():
            return item.path
        case SitemapIndex():
            return "sitemap.xml"


class Lists:
    """The site's own pages as they stand, through one build after the other."""

    def __init__(self, size: int = 3, urls_a_sitemap: int = 4) -> None:
        self.connection = sqlite3.connect(":memory:")
        directories.create(self.connection)
        self.urls_a_sitemap = urls_a_sitemap
        self.files: dict[str, Item] = {}
        self.begin(size)

    def begin(self, size: int, grounds: bytes = b"") -> None:
        self.directory = Directory(self.connection, size, self.urls_a_sitemap)
        self.directory.stand_on(grounds)

    def read(self, people: People) -> None:
        """Take in who is there now."""
        for (owner,) in self.connection.execute("SELECT owner FROM entries").fetchall():
            if owner not in people:
                self.directory.leave(owner)
        self.directory.enter_all(people.items())

    def write(self, at_most: int | None = None) -> set[str]:
        """Bring the files up to date, or begin to and die; the paths that changed."""
        before = dict(self.files)
        for done, item in enumerate(self.directory.stale()):
            if done == at_most:
                break
            self.files[path(item)] = item
        else:
            for dead in self.directory.dead_paths():
                self.files.pop(dead, None)
            self.directory.settle()
        paths = before.keys() | self.files.keys()
        return {name for name in paths if before.get(name) != self.files.get(name)}

    def build(self, people: People) -> set[str]:
        self.read(people)
        return self.write()

    @property
    def home(self) -> Home:
        home = self.files["index.html"]
        assert isinstance(home, Home)
        return home

    def level(self, level: int) -> list[Node]:
        """The pages of a level in the order of their links, from the first."""
        nodes = {n.address: n for n in self.files.values() if isinstance(n, Node)}
        chain: list[Node] = []
        address: str | None = f"people/{level}/"
        while address is not None and address in nodes:
            chain.append(nodes[address])
            assert nodes[address].previous == (chain[-2].address if len(chain) > 1 else None)
            address = nodes[address].next
        assert {n.address for n in chain} == {n for n in nodes if n.startswith(f"people/{level}/")}
        return chain


def built(people: People, size: int = 3, urls_a_sitemap: int = 4) -> Lists:
    """The site of these people, made from nothing."""
    lists = Lists(size, urls_a_sitemap)
    lists.build(people)
    return lists


def crowd(count: int, seed: int = 0) -> dict[str, Entry]:
    """So many people, with names in no order."""
    chance = random.Random(seed)
    return {
        f"owner-{number}": Entry(
            name=f"{chance.choice('ABCDEÉFGHIJKLM')} {chance.randrange(count)}",
            headline="Engineer",
            location=None,
            photo=None,
            segment=f"p{number}",
            updated=f"2024-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}",
        )
        for number in range(count)
    }


names = st.sampled_from(["", " ", "Ada", "ada", "Zoë", "Zoe", "عمر", "李", "\U0010ffff"]) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=5
)
owners = st.integers(0, 30).map(str)
entries = st.builds(
    Entry,
    name=names,
    headline=st.sampled_from(["", "Engineer"]),
    location=st.none() | st.just("Berlin"),
    photo=st.none(),
    segment=st.sampled_from(["a", "b"]),
    updated=st.sampled_from(["", "2024-01-01", "2024-06-01"]),
)
populations = st.dictionaries(owners, entries, max_size=25).map(
    lambda people: {
        owner: msgspec.structs.replace(entry, segment=f"{entry.segment}{owner}")
        for owner, entry in people.items()
    }
)


@settings(deadline=None)
@given(st.lists(st.tuples(populations, st.none() | st.integers(0, 6)), max_size=6))
def test_a_site_is_the_same_whatever_it_was_before(
    history: list[tuple[People, int | None]],
) -> None:
    """Whoever came, changed and left, and wherever builds died on the way."""
    lists = Lists()
    people: People = {}
    for people, at_most in history:
        lists.read(people)
        lists.write(at_most)
    lists.write()
    assert lists.files == built(people).files


@settings(deadline=None, max_examples=30)
@given(populations, st.lists(st.integers(2, 9), min_size=1, max_size=3))
def test_a_site_is_the_same_whatever_its_pages_held_before(
    people: People, sizes: list[int]
) -> None:
    lists = built(people)
    for size in sizes:
        lists.begin(size)
        lists.write()
    assert lists.files == built(people, sizes[-1]).files


def test_a_site_is_the_same_where_very_many_come_and_go_at_once() -> None:
    lists = built(crowd(100))
    for people in (crowd(2000), crowd(1500, seed=1), crowd(100)):
        lists.build(people)
        assert lists.files == built(people).files


@settings(deadline=None, max_examples=50)
@given(populations)
def test_everybody_is_listed_once_and_in_order(people: People) -> None:
    lists = built(people)
    directory = [node.people for node in lists.level(1)]
    pages = directory or [lists.home.people]
    listed = [card.segment for page in pages for card in page]
    assert sorted(listed) == sorted(entry.segment for entry in people.values())
    keys = [card.name.casefold() for page in pages for card in page if card.name.isascii()]
    assert keys == sorted(keys)


@settings(deadline=None, max_examples=50)
@given(populations)
def test_everybody_is_in_one_sitemap_and_the_index_names_each(people: People) -> None:
    lists = built(people)
    sitemaps = [item for item in lists.files.values() if isinstance(item, Sitemap)]
    urls = [url for sitemap in sitemaps for url in sitemap.urls]
    assert sorted(urls) == sorted((entry.segment, entry.updated) for entry in people.values())
    assert all(1 <= len(sitemap.urls) <= lists.urls_a_sitemap for sitemap in sitemaps)
    assert lists.files["sitemap.xml"] == SitemapIndex(tuple(sorted(s.path for s in sitemaps)))


@pytest.mark.parametrize("count", [4, 20, 200, 2000])
def test_every_page_is_reached_from_the_home_page(count: int) -> None:
    lists = built(crowd(count))
    nodes = {item.address: item for item in lists.files.values() if isinstance(item, Node)}
    children = lists.home.children
    assert 1 <= len(children) <= 3
    reached = []
    while children:
        below = [nodes[child.address] for child in children]
        for child, node in zip(children, below, strict=True):
            assert (child.first, child.last) == (node.first, node.last)
        reached += below
        children = tuple(child for node in below for child in node.children)
    assert {node.address for node in reached} == nodes.keys()
    for level in range(1, max(int(node.address.split("/")[1]) for node in reached) + 1):
        lists.level(level)


def test_a_page_of_the_directory_is_neither_tiny_nor_endless() -> None:
    sizes = [len(node.people) for node in built(crowd(5000), size=20).level(1)]
    assert min(sizes) >= 10
    assert 15 < sum(sizes) / len(sizes) < 25
    assert max(sizes) < 100


@pytest.mark.parametrize("count", [20, 200, 2000])
def test_one_change_rewrites_few_files_whatever_the_number_of_people(count: int) -> None:
    people = crowd(count)
    lists = built(people, size=4, urls_a_sitemap=10)
    chance = random.Random(1)
    written = []
    for number in range(60):
        owner = chance.choice(sorted(people))
        entry = people.pop(owner)
        if number % 3 == 1:
            people[owner] = msgspec.structs.replace(entry, name=f"{chance.choice('ABCM')} new")
        if number % 3 == 2:
            people[owner] = entry
            people[f"n{number}"] = msgspec.structs.replace(entry, segment=f"n{number}")
        written.append(len(lists.build(people)))
    assert max(written) <= 12
    assert sum(written) / len(written) <= 6
    assert lists.files == built(people, size=4, urls_a_sitemap=10).files


def test_who_is_as_before_makes_nothing_stale() -> None:
    people = crowd(50)
    lists = built(people)
    lists.directory.enter_all(people.items())
    assert list(lists.directory.stale()) == []
    assert lists.build(people) == set()


def test_a_new_date_touches_the_home_page_and_one_sitemap() -> None:
    people = crowd(50)
    lists = built(people)
    people["owner-7"] = msgspec.structs.replace(people["owner-7"], updated="2025-01-01")
    lists.directory.enter_all(people.items())
    assert {type(item) for item in lists.directory.stale()} == {Home, Sitemap, SitemapIndex}
    changed = lists.write()
    assert len(changed) == 2
    assert "index.html" in changed
    assert lists.home.people[0].segment == "p7"


def test_a_new_headline_touches_no_sitemap_and_one_page_of_the_directory() -> None:
    people = crowd(50)
    lists = built(people)
    people["owner-7"] = msgspec.structs.replace(people["owner-7"], headline="Gardener")
    (changed,) = {name for name in lists.build(people) if name != "index.html"}
    node = lists.files[changed]
    assert isinstance(node, Node)
    assert "Gardener" in {card.headline for card in node.people}


def test_gone_is_gone_from_every_page_and_every_address() -> None:
    people = crowd(200)
    lists = built(people)
    for owner in sorted(people):
        segment, name = people[owner].segment, people[owner].name
        others = {entry.name for other, entry in people.items() if other != owner}
        del people[owner]
        lists.build(people)
        text = repr(lists.files)
        assert not re.search(rf"['/]{segment}['/]", text)
        assert name in others or f"{name!r}" not in text
    assert lists.home == Home((), ())
    assert lists.files.keys() == {"index.html", "sitemap.xml"}


def test_an_address_that_passes_to_somebody_else_stays_where_a_page_begins() -> None:
    people = crowd(40)
    lists = built(people)
    first, second = (n.address.split("/")[2] for n in lists.level(1)[1:3])
    one, other = (
        next(owner for owner, entry in people.items() if entry.segment == segment)
        for segment in (first, second)
    )
    people[one], people[other] = (
        msgspec.structs.replace(people[one], segment=second),
        msgspec.structs.replace(people[other], segment=first),
    )
    lists.build(people)
    assert lists.files == built(people).files


def test_a_small_site_has_everybody_on_the_home_page() -> None:
    people = crowd(3)
    lists = built(people)
    assert len(lists.home.people) == 3
    assert lists.home.children == ()
    assert lists.files.keys() == {"index.html", "sitemap-people.xml", "sitemap.xml"}


def test_a_site_of_nobody_has_a_home_page_and_no_sitemap_of_people() -> None:
    assert built({}).files == {"index.html": Home((), ()), "sitemap.xml": SitemapIndex(())}


def test_a_large_sites_home_page_shows_who_changed_last() -> None:
    people = crowd(100)
    dates = {entry.segment: entry.updated for entry in people.values()}
    shown = [dates[card.segment] for card in built(people).home.people]
    assert shown == sorted(dates.values(), reverse=True)[:RECENT]


def test_an_accent_leaves_a_name_in_its_place() -> None:
    given_names = ["Zoe", "Élodie", "ada", "Emil", "Eda"]
    people = {
        name: Entry(name, "", None, None, f"s{number}", "")
        for number, name in enumerate(given_names)
    }
    home = built(people, size=9).home
    assert [card.name for card in home.people] == ["ada", "Eda", "Élodie", "Emil", "Zoe"]


def test_other_grounds_make_every_page_anew_once() -> None:
    people = crowd(50)
    lists = built(people)
    lists.begin(3, grounds=b"another theme")
    assert {path(item) for item in lists.directory.stale()} == lists.files.keys()
    lists.write()
    lists.begin(3, grounds=b"another theme")
    assert list(lists.directory.stale()) == []


def test_what_is_to_be_made_can_be_sent_to_another_process() -> None:
    lists = built(crowd(50))
    for item in lists.files.values():
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(item), type=type(item)) == item


@pytest.mark.parametrize("file", ["directory.sql", "beginnings.sql", "sitemaps.sql"])
def test_no_query_of_one_change_reads_everybody(file: str) -> None:
    lists = built(crowd(300))
    once = {"schema", "all", "index_names", "index_dates", "index_dice", "enter"}
    for name, text in queries("generator.publish", file).items():
        query = re.sub(r"--.*", "", text)
        if name in once:
            continue
        values = [1] * query.count("?") or dict.fromkeys(re.findall(r":(\w+)", query), 1)
        plan = lists.connection.execute(f"EXPLAIN QUERY PLAN {query}", values).fetchall()
        for step in (row[3] for row in plan):
            assert not re.match(r"SCAN (entries|nodes|n)\b", step) or "LIMIT" in query, name
            assert "TEMP B-TREE" not in step, name
