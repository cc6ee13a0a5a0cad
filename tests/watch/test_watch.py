"""The watch: what is committed is on the site at once, for days, whatever happens meanwhile."""

import json
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from generator.database import embedded
from generator.database.account import server_account
from generator.database.migrate import migrate
from tests.site import Site

PATIENCE = 60.0
SETTINGS = '[site]\ntitle = "People"\nurl = "https://people.example"\n'
Event = dict[str, Any]


class Watch:
    """A `qwikfolio watch --json` in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self._events: queue.Queue[Event] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._events.put(json.loads(line))

    def until(self, event: str, is_it: Callable[[Event], bool] = lambda _event: True) -> Event:
        """The next event of a kind, others passed over."""
        end = time.monotonic() + PATIENCE
        seen = []
        while time.monotonic() < end:
            try:
                found = self._events.get(timeout=0.2)
            except queue.Empty:
                continue
            if found["event"] == event and is_it(found):
                return found
            seen.append(found)
        pytest.fail(f"no {event!r} came, but {seen}")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(PATIENCE)


@contextmanager
def watching(site: Site, *options: str, ready: bool = True) -> Iterator[Watch]:
    (site.root / "qwikfolio.toml").write_text(SETTINGS)
    command = [sys.executable, "-m", "generator.cli", "watch", "--json", *options]
    with (site.root / "stderr").open("w") as errors:
        process = subprocess.Popen(
            [*command, "--database-url", site.url],
            cwd=site.root,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    watch = Watch(process)
    try:
        if ready:
            watch.until("ready")
        yield watch
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def addresses(event: Event) -> set[str | None]:
    return {change["address"] for change in event["changes"]}


def eventually(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_committed_change_is_on_the_site_and_told_in_one_line(site: Site) -> None:
    user = site.person("ada", headline="Before")
    with watching(site) as watch:
        assert "Before" in site.page("ada")
        site.execute("UPDATE portfolios SET headline = 'After' WHERE user_id = %s", user)
        told = watch.until("published")
        assert "After" in site.page("ada")
        (change,) = told["changes"]
        assert (change["address"], change["tables"]) == ("ada", ["portfolios"])
        assert 0 < change["seconds"] < PATIENCE


def test_somebody_new_appears_and_somebody_unpublished_is_gone(site: Site) -> None:
    gone = site.person("gone")
    with watching(site) as watch:
        site.person("new")
        watch.until("published", lambda event: "new" in addresses(event))
        assert site.has("new")
        site.publish(gone, False)
        told = watch.until("published", lambda event: bool(event["removed"]))
        assert "gone/index.html" in told["removed"]
        assert not site.has("gone")
        assert "/gone/" not in site.page("")


def test_what_is_not_committed_is_not_on_the_site(site: Site) -> None:
    user = site.person("ada", headline="Before")
    with watching(site) as watch, psycopg.connect(site.url) as connection:
        connection.execute("UPDATE portfolios SET headline = 'Never' WHERE user_id = %s", [user])
        site.person("bob")
        watch.until("published", lambda event: "bob" in addresses(event))
        assert "Before" in site.page("ada")
        connection.rollback()


def test_a_theme_that_is_saved_is_on_the_site(site: Site) -> None:
    site.person("ada")
    with watching(site) as watch:
        template = site.root / "themes" / "base" / "templates" / "base.html"
        template.write_text(template.read_text().replace("</body>", "<hr id=changed></body>"))
        watch.until("published")
        eventually(lambda: "<hr id=changed>" in site.page("ada"))


def test_a_page_written_by_hand_is_on_the_site(site: Site) -> None:
    with watching(site) as watch:
        (site.root / "content" / "pages" / "imprint.md").write_text("# Imprint\n\nWe are.\n")
        watch.until("published")
        eventually(lambda: site.has("imprint"))


def test_a_static_file_comes_and_goes(site: Site) -> None:
    """One that would take somebody's page away is told; the watch goes on without it."""
    site.person("ada")
    folder = site.settings.content / "static"
    with watching(site) as watch:
        folder.mkdir()
        (folder / "CNAME").write_text("people.example")
        eventually(lambda: site.files().get("CNAME") == b"people.example")
        (folder / "ada").write_text("x")
        assert "ada" in watch.until("failed")["error"]
        assert site.has("ada")
        (folder / "ada").unlink()
        (folder / "CNAME").unlink()
        watch.until("published", lambda it: it["removed"] == ["CNAME"])
        assert site.has("ada")


def test_while_a_theme_has_a_mistake_its_last_good_state_goes_on(site: Site) -> None:
    user = site.person("ada", headline="Before")
    template = site.root / "themes" / "base" / "templates" / "base.html"
    good = template.read_text()
    with watching(site) as watch:
        template.write_text(good + "{% broken")
        failed = watch.until("failed")
        assert "base.html" in failed["where"]
        site.execute("UPDATE portfolios SET headline = 'After' WHERE user_id = %s", user)
        watch.until("published")
        assert "After" in site.page("ada")
        template.write_text(good.replace("</body>", "<hr id=mended></body>"))
        watch.until("published")
        eventually(lambda: "<hr id=mended>" in site.page("ada"))


def test_changes_made_while_nobody_watched_are_caught_up(site: Site) -> None:
    user = site.person("ada", headline="Before")
    with watching(site) as watch:
        assert watch.stop() == 0
    site.execute("UPDATE portfolios SET headline = 'After' WHERE user_id = %s", user)
    with watching(site):
        assert "After" in site.page("ada")


def test_a_build_beside_it_is_no_matter(site: Site) -> None:
    user = site.person("ada", headline="Before")
    with watching(site) as watch:
        site.settings.root.joinpath("qwikfolio.toml").write_text(SETTINGS)
        site.build()
        site.execute("UPDATE portfolios SET headline = 'After' WHERE user_id = %s", user)
        watch.until("published")
        assert "After" in site.page("ada")
        site.build()
    assert site.build(full=True).written == 0


def test_many_changes_during_a_build_are_all_picked_up(site: Site) -> None:
    for number in range(30):
        site.person(f"p{number}", headline="Before")
    with watching(site) as watch:
        for number in range(30):
            site.execute("UPDATE portfolios SET headline = 'After' WHERE slug = %s", f"p{number}")
        eventually(lambda: all("After" in site.page(f"p{number}") for number in range(30)))
        assert watch.process.poll() is None


def test_it_survives_a_restart_of_the_database(tmp_path: Path) -> None:
    """And catches up with what was committed while it was not connected."""
    state = tmp_path / "server"
    with embedded.server(state) as url:
        migrate(url)
        (tmp_path / "site").mkdir()
        site = Site(tmp_path / "site", url)
        user = site.person("ada", headline="Before")
    with embedded.server(state) as again:
        site.url = again
        with watching(site) as watch:
            with embedded.server(state):
                pass  # somebody else's use of it ends nothing
            embedded._stop(state / "postgres", server_account(state / "postgres"))
            failed = watch.until("failed")
            assert failed["again_in"] > 0
            with embedded.server(state) as url:
                assert url == again
                site.execute("UPDATE portfolios SET headline = 'After' WHERE user_id = %s", user)
                eventually(lambda: "After" in site.page("ada"))
                site.execute("UPDATE portfolios SET headline = 'Later' WHERE user_id = %s", user)
                eventually(lambda: "Later" in site.page("ada"))


def test_connections_that_are_cut_are_made_anew(site: Site) -> None:
    user = site.person("ada", headline="Before")
    with watching(site) as watch:
        for headline in ("One", "Two", "Three"):
            site.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
            watch.until("failed")
            site.execute("UPDATE portfolios SET headline = %s WHERE user_id = %s", headline, user)
            eventually(lambda text=headline: text in site.page("ada"))  # type: ignore[misc]


def test_what_the_database_refuses_is_tried_again_later_than_what_passes(site: Site) -> None:
    """Somebody has to grant something first; a server that restarts is asked within a second."""
    user = site.person("ada")
    with watching(site) as watch:
        site.execute("REVOKE SELECT ON qwikfolio.address_claims FROM qwikfolio_publisher")
        site.execute("REVOKE SELECT (key, owner, precedence) ON qwikfolio.address_claims "
                     "FROM qwikfolio_publisher")  # fmt: skip
        site.execute("UPDATE portfolios SET headline = 'After' WHERE user_id = %s", user)
        refused = watch.until("failed")
        assert "permission denied for table address_claims" in refused["error"]
        assert "GRANT SELECT ON qwikfolio.address_claims TO" in refused["to_do"]
        assert refused["again_in"] == 30.0


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_ends_cleanly_when_it_is_told_to(site: Site, how: signal.Signals) -> None:
    site.person("ada")
    with watching(site) as watch:
        assert watch.stop(how) == 0
        watch.until("stopped")
    assert site.build().written == 0


def test_it_ends_cleanly_in_the_middle_of_a_build(site: Site) -> None:
    for number in range(250):
        site.person(f"p{number}")
    with watching(site, "--jobs", "2", ready=False) as watch:
        eventually(lambda: site.has("p0") or site.has("p100"))
        assert watch.stop() == 0
    site.build()
    assert all(site.has(f"p{number}") for number in range(250))


def test_what_is_wrong_at_the_start_ends_it(site: Site) -> None:
    site.url = "postgresql://nobody@127.0.0.1:1/none"
    with watching(site, ready=False) as watch:
        assert watch.process.wait(PATIENCE) == 1
        assert "no PostgreSQL answers there" in (site.root / "stderr").read_text()


def test_a_bad_row_is_told_and_the_watch_goes_on(site: Site) -> None:
    user = site.person("ada", headline="Good")
    site.execute("ALTER TABLE portfolios ALTER name DROP NOT NULL")
    with watching(site) as watch:
        site.execute("UPDATE portfolios SET name = NULL WHERE user_id = %s", user)
        told = watch.until("published", lambda event: bool(event["problems"]))
        assert told["problems"][0]["column"] == "name"
        assert told["problems"][0]["person"]["address"] == "/ada/"
        assert "Good" in site.page("ada")
        site.execute("UPDATE portfolios SET name = 'Mended' WHERE user_id = %s", user)
        eventually(lambda: "Mended" in site.page("ada"))


def test_a_problem_is_told_once_while_it_lasts_and_again_when_it_returns(site: Site) -> None:
    ada = site.person("ada", website="nonsense")
    site.person("bob")
    with watching(site, ready=False) as watch:
        (problem,) = watch.until("ready")["problems"]
        assert (problem["column"], problem["new"]) == ("website", True)
        for headline, website, expected in (
            ("Changed", "nonsense", 0), ("Mended", None, 0), ("Spoiled", "nonsense", 1),
        ):  # fmt: skip
            site.execute(
                "UPDATE portfolios SET headline = %s, website = %s WHERE user_id = %s",
                headline, website, ada,
            )  # fmt: skip
            told = watch.until("published", lambda event: "ada" in addresses(event))
            assert len(told["problems"]) == expected, headline


def test_a_mistake_that_shows_when_a_page_is_made_is_told_and_the_watch_goes_on(site: Site) -> None:
    user = site.person("ada", headline="Before")
    home = site.root / "themes" / "base" / "templates" / "home.html"
    good = home.read_text()
    with watching(site) as watch:
        home.write_text(good.replace("{% block main %}", "{% block main %}{{ page.nickname }}"))
        told = watch.until("failed")
        assert "home.html" in str(told["where"])
        site.execute("UPDATE portfolios SET headline = 'After' WHERE user_id = %s", user)
        eventually(lambda: "After" in site.page("ada"))
        home.write_text(good.replace("{% block main %}", "{% block main %}<hr id=mended>"))
        eventually(lambda: "mended" in site.page(""))


def test_themes_that_another_folder_takes_the_place_of_are_seen(site: Site) -> None:
    site.person("ada")
    themes, release = site.root / "themes", site.root / "release"
    shutil.copytree(themes, release)
    base = release / "base" / "templates" / "base.html"
    base.write_text(base.read_text().replace("</body>", "<hr id=swapped></body>"))
    with watching(site):
        themes.rename(site.root / "old")
        release.rename(themes)
        eventually(lambda: "swapped" in site.page("ada"))
        base = themes / "base" / "templates" / "base.html"
        base.write_text(base.read_text().replace("id=swapped", "id=saved"))
        eventually(lambda: "saved" in site.page("ada"))


def test_nobody_keeps_a_watch_waiting_by_a_lock(site: Site) -> None:
    user = site.person("ada", headline="Before")
    with psycopg.connect(site.url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(5861236205345656578)")
        with watching(site) as watch:
            site.execute("UPDATE portfolios SET headline = 'After' WHERE user_id = %s", user)
            watch.until("published")
            assert "After" in site.page("ada")


def test_an_unusual_share_of_removals_ends_it_with_exit_code_4(site: Site) -> None:
    """Nothing is removed; it starts again once a build was allowed to, or the rows are back."""
    site.add_people(12)
    with watching(site) as watch:
        site.execute("UPDATE portfolios SET published = false")
        assert watch.process.wait(PATIENCE) == 4
    assert all(site.has(f"p{person}") for person in range(1, 13))
    assert "`qwikfolio build --allow-removals 12` once" in (site.root / "stderr").read_text()
    with watching(site, ready=False) as watch:
        assert watch.process.wait(PATIENCE) == 4
    site.execute("UPDATE portfolios SET published = true WHERE slug <> 'p1'")
    with watching(site):
        assert not site.has("p1")
        assert site.has("p2")
