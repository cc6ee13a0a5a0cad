"""`qwikfolio stats`: the same numbers as text, as JSON and as a page."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from rich.cells import cell_len

from generator.cli import cli
from generator.cli.stats import text
from generator.errors import ConfigError, DatabaseError
from generator.stats.figures import Count, Day, Figures
from tests.site import Site
from tests.stats.test_page import tables
from tests.stats.test_query import add


@pytest.fixture
def ada(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Somebody who is looked at, and the folder that commands are given in."""
    monkeypatch.chdir(tmp_path)
    ada = site.person("ada", name="Ada [red]Lovelace")
    engine = site.insert("projects", user_id=ada, name="Engine", description="Ten letters")
    now = datetime.now(UTC)
    for nth in range(30):
        at = now - timedelta(hours=7 * nth)
        add(site, ada, at, visitor=f"v{nth % 4}", referrer=f"{nth % 12}.example", screen="phone")
        add(site, ada, at, "project_view", engine)
        add(site, ada, at, "social_click", type="git\x1b[2Jhub")
        add(site, ada, at, "download")
    site.execute("INSERT INTO qwikfolio.filtered VALUES (%s, %s, 'prefetch', 7)", ada, now.date())
    return site


def run(site: Site, *arguments: str) -> str:
    done = CliRunner().invoke(
        cli,
        ["stats", "ada", "--database-url", site.url, "--days", "7", *arguments],
        catch_exceptions=False,
    )
    assert done.exit_code == 0, done.output
    return done.output


def test_text_json_and_page_say_the_same(ada: Site, tmp_path: Path) -> None:
    facts = json.loads(run(ada, "--json"))
    text = run(ada)
    assert run(ada, "--html", "ada.html") == "written ada.html\n"
    page = tables(BeautifulSoup((tmp_path / "ada.html").read_text(), "html.parser"))

    assert facts["views"] == sum(day["views"] for day in facts["days"]) > 20
    assert facts["visitors"] > 4
    assert f"{facts['views']} views, {facts['visitors']} visitors, " in text
    assert f"{facts['downloads']} downloads, 0 contact clicks" in text
    for day in facts["days"]:
        assert re.search(rf"{day['day']} .*? {day['views']} +{day['visitors']}\n", text)
    assert [row[1:] for row in reversed(page["Every day"])] == [
        [str(day["views"]), str(day["visitors"])] for day in facts["days"]
    ]
    for key, title in {
        "projects": "Projects looked at", "links": "Links followed", "screens": "Screens",
        "referrers": "Where visitors came from", "languages": "Languages", "filtered": "Left out",
    }.items():  # fmt: skip
        assert page[title] == [[value["name"], str(value["events"])] for value in facts[key]]
        for value in facts[key]:
            assert re.search(rf"^{re.escape(value['name'])} .* {value['events']}$", text, re.M)


def test_what_is_stored_gives_a_terminal_no_orders(ada: Site) -> None:
    text = run(ada)
    assert "\x1b" not in text
    assert text.startswith("Ada [red]Lovelace (/ada/)\n")


def test_days_are_of_the_time_zone_that_is_asked_for(ada: Site) -> None:
    assert json.loads(run(ada, "--json", "--timezone", "Asia/Tokyo"))["timezone"] == "Asia/Tokyo"
    assert "time zone UTC" in run(ada)
    with pytest.raises(ConfigError, match="there is no time zone 'Mars/Olympus'"):
        run(ada, "--timezone", "Mars/Olympus")


def test_where_nobody_came_it_says_so(ada: Site) -> None:
    ada.execute("TRUNCATE portfolio_analytics, qwikfolio.filtered")
    assert "Nobody has come by in these days." in run(ada)


def test_one_view_is_in_the_singular(ada: Site) -> None:
    eve = ada.person("eve")
    add(ada, eve, datetime.now(UTC), visitor="v0")
    done = CliRunner().invoke(cli, ["stats", "eve", "--database-url", ada.url])
    assert "\n1 view, 1 visitor, 0 downloads, 0 contact clicks\n" in done.output


def test_a_page_that_can_not_be_written_is_told(ada: Site) -> None:
    with pytest.raises(ConfigError, match="the page can't be written"):
        run(ada, "--html", "nowhere/ada.html")


def test_an_unknown_address_is_told(ada: Site) -> None:
    ada.execute("DELETE FROM portfolios")
    with pytest.raises(DatabaseError, match="nobody's portfolio is at 'ada'"):
        run(ada)


LARGE = Figures(
    name="Ada",
    address="ada",
    public=True,
    timezone="UTC",
    views=100_191,
    visitors=1_234_740,
    downloads=0,
    contacts=0,
    days=(Day(date(2026, 11, 3), 173, 173), Day(date(2026, 11, 4), 100_018, 1_234_567)),
    projects=(Count("An engine whose name is longer than any column of the table is", 12_345),),
    links=(Count("github", 7),),
    referrers=(Count("a.host.of.many.labels.example", 1_000_000_000), Count("日本語の名前", 89)),
    screens=(),
    languages=(Count("pt-BR", 1),),
    filtered=(),
)


@pytest.mark.parametrize("width", range(30, 201))
def test_no_width_of_a_terminal_cuts_a_number(width: int) -> None:
    lines = text(LARGE, width).splitlines()
    rows = [re.split(r" {2,}", line) for line in lines]
    assert any(row[0] == "2026-11-03" and row[-2:] == ["173", "173"] for row in rows)
    assert any(row[0] == "2026-11-04" and row[-2:] == ["100,018", "1,234,567"] for row in rows)
    for number in ("12,345", "7", "1,000,000,000", "89", "1"):
        assert any(len(row) > 1 and row[-1] == number for row in rows), number
    assert max(map(cell_len, lines)) <= width
    assert "…" not in "".join(lines)


def test_bars_are_drawn_where_there_is_room() -> None:
    assert "█" not in text(LARGE, 30)
    widest = max(text(LARGE, 120).splitlines(), key=lambda line: line.count("█"))
    assert widest.count("█") == 30


def test_a_pipe_is_as_wide_as_columns_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert max(map(cell_len, text(LARGE).splitlines())) <= 40
    monkeypatch.delenv("COLUMNS")
    assert 40 < max(map(cell_len, text(LARGE).splitlines())) <= 100
