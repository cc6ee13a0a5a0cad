"""What is answered to an event, and what is stored of it: the beacon's contract, over HTTP."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from tests.beacon.running import (
    BROWSER,
    Answer,
    Running,
    event,
    fetch,
    filtered,
    ids,
    running,
    stored,
    until,
)
from tests.conftest import temporary
from tests.site import Site

SOON = 2.5  # seconds: half of what a nobody is remembered for, and a machine may be busy
CRAWLER = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
ROW = "SELECT * FROM portfolio_analytics WHERE id = %s"


@dataclass
class Place:
    """A beacon at work, and its database. Every test has people of its own."""

    site: Site
    beacon: Running

    def row(self, sent: dict[str, object]) -> dict[str, object]:
        """What is stored of an event."""
        ((found,),) = fetch(
            self.site.url, "SELECT to_jsonb(a) FROM portfolio_analytics a WHERE id = %s", sent["id"]
        )
        assert isinstance(found, dict)
        return found

    def has(self, sent: dict[str, object]) -> bool:
        return bool(fetch(self.site.url, ROW, sent["id"]))

    def project(self, owner: UUID) -> UUID:
        return self.site.insert(
            "projects", user_id=owner, name="Engine", description="Made of brass."
        )

    def cached(self, slug: str) -> None:
        """Have the beacon know whose this is; while somebody changes, it keeps no answer."""
        other = f"sentinel-{uuid4()}"
        assert self.beacon.send(event(other)).status == 404
        self.site.person(other)
        self.soon(204, other)  # so it has heard of all that changed before
        assert self.beacon.send(event(slug)).status == 204

    def soon(self, status: int, slug: str, **more: object) -> None:
        """An event like this has this answer within a second or two."""
        until(lambda: self.beacon.send(event(slug, **more)).status == status, SOON)


@pytest.fixture(scope="module")
def place(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("endpoint")
    with temporary(server, template) as url, running(folder, url) as beacon:
        yield Place(Site(folder, url), beacon)
        beacon.metrics()  # where the accounts have to be right
        assert beacon.end() == 0


def assert_readable_by_any_page(answer: Answer) -> None:
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "no-store"


def test_what_is_stored(place: Place) -> None:
    owner = place.site.person("columns")
    project = place.project(owner)
    sent = event(
        "columns",
        type="project_view",
        project_id=str(project),
        data={
            "referrer": "https://User:Secret@WWW.Google.com:443/search?q=ada#top",
            "type": "github",
            "screen": "phone",
            "language": "pt-BR",
            "more": "is not asked for",
        },
        more="is not asked for",
    )
    before = time.time()
    answer = place.beacon.send(sent)
    after = time.time()
    assert (answer.status, answer.text) == (204, "")

    row = place.row(sent)
    created = datetime.fromisoformat(str(row.pop("created_at"))).timestamp()
    assert before - 0.01 <= created <= after + 0.01
    data = row.pop("event_data")
    assert isinstance(data, dict)
    visitor = data.pop("visitor")
    assert len(visitor) == 16
    assert int(visitor, 16)
    assert data == {
        "referrer": "google.com",
        "type": "github",
        "screen": "phone",
        "language": "pt-BR",
    }
    assert row == {
        "id": sent["id"],
        "user_id": str(owner),
        "event_type": "project_view",
        "slug": "columns",
        "project_id": str(project),
    }


@pytest.mark.parametrize(
    "kind", ["view", "download", "contact_click", "social_click", "project_view"]
)
def test_each_type_of_the_schema(place: Place, kind: str) -> None:
    place.site.person(f"type-{kind}")
    sent = event(f"type-{kind}", type=kind)
    assert place.beacon.send(sent).status == 204
    assert place.row(sent)["event_type"] == kind


@pytest.mark.parametrize(
    ("referrer", "site"),
    [
        ("https://example.org/private?token=1#x", "example.org"),
        ("http://someone@example.org:8080", "example.org"),
        ("EXAMPLE.org", "example.org"),
        ("example.org/private", "example.org"),
        ("https://ada.people.example.co.uk/", "example.co.uk"),
        ("javascript:alert(1)", None),
        ("android-app://com.slack/", None),
        ("http://[2001:db8::1]:80/", None),
        ("", None),
        ("/private", None),
        ("http://[", None),
    ],
)
def test_a_referrer_is_cut_to_its_site(place: Place, referrer: str, site: str | None) -> None:
    if not fetch(place.site.url, "SELECT FROM portfolios WHERE slug = 'referred'"):
        place.site.person("referred")
    sent = event("referred", data={"referrer": referrer})
    assert place.beacon.send(sent).status == 204
    data = place.row(sent)["event_data"]
    assert isinstance(data, dict)
    assert data.get("referrer") == site


def test_nothing_tells_where_from_and_with_what(place: Place) -> None:
    place.site.person("private")
    sent = event("private")
    answer = place.beacon.send(
        sent,
        x_forwarded_for="203.0.113.77",
        user_agent="Mozilla/5.0 (Rare Machine) Gecko/1.2.3.4",
        cookie="session=chocolate",
        accept_language="tlh",
        referer="https://people.example/private/?from=letter",
    )
    assert answer.status == 204
    assert "set-cookie" not in answer.headers
    row = str(place.row(sent))
    for trace in ("203.0.113", "127.0.0.1", "Rare", "Gecko", "chocolate", "tlh", "letter"):
        assert trace not in row
    for path in place.beacon.spool.parent.rglob("*"):
        assert path.is_dir() or b"203.0.113" not in path.read_bytes()


def visitor(place: Place, slug: str, **headers: str) -> str:
    sent = event(slug)
    assert place.beacon.send(sent, **headers).status == 204
    data = place.row(sent)["event_data"]
    assert isinstance(data, dict)
    return str(data["visitor"])


def test_a_visitor_is_one_at_both_addresses_of_a_portfolio(place: Place) -> None:
    """The page sends its slug; whoever sends the username as well is not twice the visitors."""
    place.site.person("hash-both", username="hash-both-too")
    here = {"x_forwarded_for": "198.51.100.1"}
    assert visitor(place, "hash-both-too", **here) == visitor(place, "hash-both", **here)


def test_a_visitor_is_one_for_a_portfolio_and_another_for_the_next(place: Place) -> None:
    for slug in ("hash-a", "hash-b"):
        place.site.person(slug)
    here = {"x_forwarded_for": "198.51.100.1"}
    name = visitor(place, "hash-a", **here)
    assert visitor(place, "hash-a", **here) == name
    assert visitor(place, "hash-b", **here) != name
    assert visitor(place, "hash-a", x_forwarded_for="198.51.100.2") != name
    agents = [f"Mozilla/5.0 (Macintosh; {number})" for number in range(8)]
    names = {visitor(place, "hash-a", **here, user_agent=agent) for agent in agents}
    assert len(names) > 1  # they share 16 names


def test_who_sends_again_is_counted_once(place: Place) -> None:
    place.site.person("again")
    sent = event("again")
    before = place.beacon.metrics()
    assert [place.beacon.send(sent).status for _ in range(3)] == [204] * 3
    after = place.beacon.metrics()
    assert (after["stored"] - before["stored"], after["duplicate"] - before["duplicate"]) == (1, 2)
    assert len(fetch(place.site.url, ROW, sent["id"])) == 1


def test_who_sends_again_changes_nothing(place: Place) -> None:
    place.site.person("first")
    place.site.person("second")
    sent = event("first")
    assert place.beacon.send(sent).status == 204
    row = place.row(sent)
    assert place.beacon.send({**sent, "slug": "second", "type": "download"}).status == 204
    assert place.row(sent) == row


def test_an_address_is_whose_slug_or_username_was_first(place: Place) -> None:
    owner = place.site.person(None, username="both")
    place.site.person("both")
    slugged = place.site.person("slugged")
    place.site.person(None, username="slugged")
    for slug, whose in (("both", owner), ("slugged", slugged)):
        sent = event(slug)
        assert place.beacon.send(sent).status == 204
        assert place.row(sent)["user_id"] == str(whose)
        assert place.row(sent)["slug"] == slug


@pytest.mark.parametrize(
    ("published", "is_public", "status"),
    [
        (True, False, 204),
        (False, True, 204),
        (False, "true", 204),
        (False, False, 404),
        (False, "yes", 404),
        (False, 1, 404),
        (False, None, 404),
    ],
)
def test_public_is_compared_as_text(
    place: Place, published: bool, is_public: object, status: int
) -> None:
    slug = f"public-{uuid4()}"
    owner = place.site.person(slug, published=False)
    place.site.execute("ALTER TABLE portfolios DISABLE TRIGGER USER")  # they keep the two in step
    place.site.execute(
        "UPDATE portfolios SET published = %s, settings = %s WHERE user_id = %s",
        published,
        json.dumps({"isPublic": is_public}),
        owner,
    )
    place.site.execute("ALTER TABLE portfolios ENABLE TRIGGER USER")
    sent = event(slug)
    assert place.beacon.send(sent).status == status
    assert place.has(sent) is (status == 204)


@pytest.mark.parametrize(
    "slug", ["hidden", "hidden-by-name", "nobody", "no one", "ＡＤＡ", "'; --"]
)
def test_who_is_not_public_is_not_there(place: Place, slug: str) -> None:
    if not fetch(place.site.url, "SELECT FROM portfolios WHERE slug = 'hidden'"):
        place.site.person("hidden", username="hidden-by-name", published=False)
    sent = event(slug)
    answer = place.beacon.send(sent)
    assert (answer.status, answer.text) == (404, "nobody who is public is at this `slug`\n")
    assert not place.has(sent)


def test_who_is_unpublished_is_gone_at_once(place: Place) -> None:
    owner = place.site.person("leaving")
    place.cached("leaving")
    place.site.publish(owner, published=False)
    sent = event("leaving")
    assert place.beacon.send(sent).status == 404
    assert not place.has(sent)
    place.site.publish(owner, published=True)
    place.soon(204, "leaving")


def test_who_is_renamed_is_found_under_the_new_name_only(place: Place) -> None:
    owner = place.site.person("before")
    place.cached("before")
    assert place.beacon.send(event("after")).status == 404
    place.site.execute("UPDATE portfolios SET slug = 'after' WHERE user_id = %s", owner)
    place.soon(204, "after")
    place.soon(404, "before")


def test_who_changes_their_username_is_found_under_the_new_one_only(place: Place) -> None:
    owner = place.site.person(None, username="maiden")
    place.cached("maiden")
    place.site.execute("UPDATE profiles SET username = 'married' WHERE id = %s", owner)
    place.soon(204, "married")
    place.soon(404, "maiden")


def test_who_is_new_is_found_soon_although_they_were_asked_for_before(place: Place) -> None:
    assert place.beacon.send(event("newcomer")).status == 404
    place.site.person("newcomer")
    place.soon(204, "newcomer")


def test_an_address_stays_who_has_it_until_they_give_it_up(place: Place) -> None:
    owner = place.site.person(None, username="taken")
    place.cached("taken")
    heir = place.site.person("taken")

    def whose() -> object:
        sent = event("taken")
        assert place.beacon.send(sent).status == 204
        return place.row(sent)["user_id"]

    assert whose() == str(owner)
    place.site.execute("UPDATE profiles SET username = 'given-up' WHERE id = %s", owner)
    until(lambda: whose() == str(heir), SOON)


def test_who_is_deleted_takes_all_events_along(place: Place) -> None:
    owner = place.site.person("erased")
    sent = event("erased")
    assert place.beacon.send(sent).status == 204
    place.site.execute("DELETE FROM auth.users WHERE id = %s", owner)
    assert not place.has(sent)
    assert place.beacon.send(event("erased")).status == 404


def test_a_project_has_to_be_theirs(place: Place) -> None:
    owner = place.site.person("maker")
    theirs, foreign = place.project(owner), place.project(place.site.person("rival"))
    assert place.beacon.send(event("maker", project_id=str(theirs))).status == 204
    for other in (foreign, uuid4()):
        sent = event("maker", project_id=str(other))
        answer = place.beacon.send(sent)
        assert (answer.status, answer.text) == (403, "`project_id` is no project of theirs\n")
        assert not place.has(sent)


def test_projects_come_and_go(place: Place) -> None:
    owner = place.site.person("builder")
    place.cached("builder")
    project = place.project(owner)
    place.soon(204, "builder", project_id=str(project))
    place.site.execute("DELETE FROM projects WHERE id = %s", project)
    sent = event("builder", project_id=str(project))
    assert place.beacon.send(sent).status == 403
    assert not place.has(sent)


@pytest.mark.parametrize(
    ("reason", "headers"),
    [
        ("opt-out", {"sec_gpc": "1"}),
        ("opt-out", {"dnt": "1"}),
        ("opt-out", {"dnt": "1", "user_agent": CRAWLER, "sec_purpose": "prefetch"}),
        ("prefetch", {"sec_purpose": "prefetch"}),
        ("prefetch", {"sec_purpose": "prefetch;prerender"}),
        ("prefetch", {"purpose": "prefetch"}),
        ("prefetch", {"x_moz": "prefetch"}),
        ("bot", {"user_agent": CRAWLER}),
        ("bot", {"user_agent": ""}),
        ("bot", {"user_agent": "curl/8.14.1"}),
    ],
)
def test_what_is_left_out_is_told_why(place: Place, reason: str, headers: dict[str, str]) -> None:
    if not fetch(place.site.url, "SELECT FROM portfolios WHERE slug = 'left-out'"):
        place.site.person("left-out")
    sent = event("left-out")
    before = place.beacon.metrics()[f"filtered {reason}"]
    answer = place.beacon.send(sent, **headers)
    assert (answer.status, answer.text) == (200, f"not counted: {reason}\n")
    assert place.beacon.metrics()[f"filtered {reason}"] == before + 1
    assert not place.has(sent)


@pytest.mark.parametrize("headers", [{"dnt": "0"}, {"sec_gpc": "0"}, {"sec_purpose": "navigate"}])
def test_what_only_looks_like_it_is_stored(place: Place, headers: dict[str, str]) -> None:
    slug = f"kept-{uuid4()}"
    place.site.person(slug)
    assert place.beacon.send(event(slug), **headers).status == 204


def test_what_is_left_out_is_counted_by_day_within_seconds_and_nothing_else_is(
    place: Place,
) -> None:
    owner = place.site.person("watched")
    sent = [event("watched") for _ in range(6)]
    for one, headers in zip(
        sent,
        [{"dnt": "1"}] * 3 + [{"user_agent": CRAWLER}] * 2 + [{"purpose": "prefetch"}],
        strict=True,
    ):
        assert place.beacon.send(one, **headers).status == 200
    today = datetime.now(UTC).date().isoformat()
    expected = [(today, "bot", 2), (today, "opt-out", 3), (today, "prefetch", 1)]
    until(lambda: filtered(place.site.url, owner) == expected, 10)
    assert not stored(place.site.url) & ids(sent)


def test_of_a_draft_not_even_that_is_counted(place: Place) -> None:
    owner = place.site.person("shy", published=False)
    assert place.beacon.send(event("shy"), dnt="1").status == 404
    assert filtered(place.site.url, owner) == []


ID = "0190a6b2-7c1d-7c3e-8f00-0123456789ab"
GOOD = b'{"id":"%b","type":"view","slug":"ada"}' % ID.encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"{" * 4000,
        b'{"a":' * 600 + b"1" + b"}" * 600,
        GOOD[:-1],
        GOOD + b"x",
        GOOD.replace(b"ada", b"a\\u0000a"),
        GOOD.replace(b"ada", b"a\0a"),
        GOOD.replace(b"ada", b"\\ud800"),
        GOOD.replace(b"ada", b"\xed\xa0\x80"),
        GOOD.replace(b"ada", b"\xff\xfe"),
        GOOD.replace(b"ada", b""),
        GOOD.replace(b"ada", b"a" * 101),
        GOOD.replace(b'"ada"', b"NaN"),
        GOOD.replace(b'"ada"', b"1e999"),
        GOOD.replace(b'"ada"', b"9" * 3000),
        GOOD.replace(b'"ada"', b"true"),
        GOOD.replace(b"view", b"visit"),
        GOOD.replace(b"-7c3e-", b"-4c3e-"),
        GOOD.replace(b"0190", b"zzzz"),
        GOOD.replace(b"}", b',"project_id":"1"}'),
        GOOD.replace(b"}", b',"data":[]}'),
        GOOD.replace(b"}", b',"data":{"screen":"watch"}}'),
        GOOD.replace(b"}", b',"data":{"language":"%b"}}' % (b"e" * 36)),
        GOOD.replace(b"}", b',"data":{"type":{"a":1}}}'),
        GOOD.replace(b"}", b',"data":{"referrer":"%b"}}' % (b"e" * 2049)),
    ],
    ids=lambda body: repr(body)[:40],
)
def test_what_is_no_event_is_refused_in_one_line(place: Place, body: bytes) -> None:
    before = place.beacon.metrics()["rejected malformed"]
    answer = place.beacon.send(body)
    assert answer.status == 400, answer
    assert len(answer.text) > 5
    assert answer.text.count("\n") == 1
    assert answer.text.endswith("\n")
    assert place.beacon.metrics()["rejected malformed"] == before + 1


def test_a_body_too_large_is_counted(place: Place) -> None:
    before = place.beacon.metrics()["rejected size"]
    assert place.beacon.send(GOOD + b" " * 4096).status == 413
    assert place.beacon.metrics()["rejected size"] == before + 1
    place.site.person("large")
    sent = json.dumps(event("large")).encode()
    assert place.beacon.send(sent.ljust(4096)).status == 204


def test_every_answer_can_be_read_by_any_page_and_is_kept_nowhere(place: Place) -> None:
    owner = place.site.person("answers")
    foreign = place.project(place.site.person("stranger"))
    ask, send = place.beacon.ask, place.beacon.send
    answers = [
        send(event("answers")),
        send(event("answers"), dnt="1"),
        send(b"?"),
        send(event("answers", project_id=str(foreign))),
        send(event("nobody")),
        send(b" " * 5000),
        send(event("answers"), more="x" * 40_000),
        ask("GET", "/e"),
        ask("DELETE", "/e"),
        ask("OPTIONS", "/e"),
        ask("GET", "/"),
        ask("GET", "/openapi.json"),
    ]
    assert owner
    statuses = [answer.status for answer in answers]
    assert statuses == [204, 200, 400, 403, 404, 413, 431, 405, 405, 200, 404, 200]
    for answer in answers:
        assert_readable_by_any_page(answer)


def test_a_browser_may_ask_for_leave_first(place: Place) -> None:
    answer = place.beacon.ask(
        "OPTIONS",
        "/e",
        headers={
            "origin": "https://people.example",
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type",
        },
    )
    assert (answer.status, answer.text) == (200, "")
    assert answer.headers["access-control-allow-methods"] == "POST"
    assert answer.headers["access-control-allow-headers"] == "content-type"


def test_other_methods_and_paths(place: Place) -> None:
    for method in ("GET", "PUT", "HEAD"):
        answer = place.beacon.ask(method, "/e")
        assert answer.status == 405
        assert answer.headers["allow"] == "POST, OPTIONS"
    for path in ("/", "/e/", "/E", "/beacon", "//e"):
        assert place.beacon.ask("POST", path, GOOD).status == 404


def test_the_query_is_nobody_s_business(place: Place) -> None:
    place.site.person("queried")
    sent = json.dumps(event("queried")).encode()
    assert place.beacon.ask("POST", "/e?a=b", sent).status == 204


def test_it_is_alive_and_ready(place: Place) -> None:
    for page, word in (("/healthz", "live\n"), ("/readyz", "ready\n")):
        answer = place.beacon.ask("GET", page)
        assert (answer.status, answer.text) == (200, word)


def test_the_accounts_name_every_outcome(place: Place) -> None:
    place.site.person("accounted")
    before = place.beacon.metrics()  # which is parsed as Prometheus does, and has to add up
    for sent in (event("accounted"), event("nobody"), b"?"):
        place.beacon.send(sent)
    after = place.beacon.metrics()
    grown = {name for name in after if after[name] > before[name]}
    assert grown == {"received", "stored", "rejected", "rejected unknown", "rejected malformed"}
    assert after["received"] == before["received"] + 3
    assert after["database_away"] == after["waiting"] == after["spooled"] == 0
    kind = place.beacon.ask("GET", "/metrics").headers["content-type"]
    assert kind.startswith("text/plain; version=0.0.4")


def test_it_describes_itself(place: Place) -> None:
    answer = place.beacon.ask("GET", "/openapi.json")
    assert answer.headers["content-type"].startswith("application/json")
    assert {"/e", "/healthz", "/readyz", "/metrics"} <= json.loads(answer.text)["paths"].keys()


def test_one_visitor_may_send_so_many(site: Site) -> None:
    site.person("ada")
    with running(site.root, site.url, visitor_rate=2) as beacon:
        loud, quiet = "203.0.113.1", "203.0.113.2"
        sent = [event("ada") for _ in range(3)]
        answers = [beacon.send(one, x_forwarded_for=loud) for one in sent]
        assert [answer.status for answer in answers] == [204, 204, 429]
        assert int(answers[-1].headers["retry-after"]) > 0
        assert_readable_by_any_page(answers[-1])
        assert beacon.send(event("ada"), x_forwarded_for=quiet).status == 204
        assert beacon.metrics()["rejected rate"] == 1
        assert sent[-1]["id"] not in stored(site.url)


def test_one_portfolio_may_get_so_many(site: Site) -> None:
    for slug in ("ada", "bob"):
        site.person(slug)
    with running(site.root, site.url, slug_rate=2) as beacon:
        answers = [
            beacon.send(event("ada"), x_forwarded_for=f"203.0.113.{number}") for number in range(3)
        ]
        assert [answer.status for answer in answers] == [204, 204, 429]
        assert beacon.send(event("bob")).status == 204


def test_who_forwards_without_being_trusted_is_the_visitor(site: Site) -> None:
    site.person("ada")
    with running(site.root, site.url, proxies="192.0.2.0/24", visitor_rate=2) as beacon:
        answers = [
            beacon.send(event("ada"), x_forwarded_for=f"203.0.113.{number}") for number in range(3)
        ]
        assert [answer.status for answer in answers] == [204, 204, 429]


def test_a_browser_is_no_bot() -> None:
    """Or most of these tests would show nothing."""
    assert "Firefox" in BROWSER
