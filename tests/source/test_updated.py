"""When a person's page was last changed: by any of their rows, as far as the publisher may see."""

import re

import msgspec
import pytest

from generator.source import rows
from generator.source.portfolio import read_portfolio
from generator.source.snapshot import open_snapshot
from tests.site import Site

CHILDREN: dict[str, dict[str, object]] = {
    "skills": {"name": "Rust", "category": "language", "level": "advanced"},
    "projects": {"name": "Engine", "description": "It computes, and prints."},
    "experience": {"company": "Works", "role": "Engineer", "start_date": "2020-01"},
    "education": {"school": "School", "degree": "BSc", "field": "Maths", "start_date": "2010-01"},
    "certifications": {"name": "Paper", "issuer": "Office", "issue_date": "2020-01"},
}


def dates(site: Site) -> tuple[str, str]:
    """When the one person's portfolio was made, and last changed."""
    with open_snapshot(site.url) as snapshot:
        (person,) = snapshot.people()
    portfolio = read_portfolio(person.owner, person.document).portfolio
    assert portfolio is not None
    return portfolio.created, portfolio.updated


@pytest.mark.parametrize("table", CHILDREN)
def test_a_new_row_of_any_table_is_a_change(site: Site, table: str) -> None:
    user = site.person("ada", created_at="2020-01-01Z", updated_at="2021-02-03Z")
    assert dates(site) == ("2020-01-01", "2021-02-03")
    site.insert(table, user_id=user, created_at="2022-05-06Z", **CHILDREN[table])
    assert dates(site) == ("2020-01-01", "2022-05-06")


def test_a_technology_added_to_a_project_is_a_change(site: Site) -> None:
    user = site.person("ada", created_at="2020-01-01Z", updated_at="2021-02-03Z")
    project = site.insert(
        "projects", user_id=user, created_at="2020-01-01Z", **CHILDREN["projects"]
    )
    site.insert("project_tech_stack", project_id=project, tech="Rust", created_at="2023-01-01Z")
    assert dates(site) == ("2020-01-01", "2023-01-01")


IMPOSSIBLE = ["infinity", "-infinity", "0044-03-15 BC", "2999-01-01Z", "20000-01-01Z"]


@pytest.mark.parametrize("moment", IMPOSSIBLE)
def test_an_impossible_time_is_no_date_and_sorts_last(site: Site, moment: str) -> None:
    """On the page, on the home page's list of the latest, and in the sitemap."""
    site.person("mallory", created_at=moment, updated_at=moment)
    site.person("ada", created_at="2020-01-01Z", updated_at="2021-02-03Z")
    site.person("bob", created_at="2020-01-01Z", updated_at="2020-02-03Z")
    with_pages = msgspec.structs.replace(site.settings.site, people_per_page=2)
    site.settings = msgspec.structs.replace(site.settings, site=with_pages)
    site.build()
    assert "<time" not in site.page("mallory")
    assert "dateModified" not in site.page("mallory")
    assert "<time" in site.page("ada")
    assert re.findall(r'href="/(ada|bob|mallory)/"', site.page(""))[:2] == ["ada", "bob"]
    sitemap = site.files()["sitemap-people.xml"].decode()
    dates_told = sorted(re.findall("<lastmod>(.*?)</lastmod>", sitemap))
    assert dates_told == ["2020-02-03", "2021-02-03"]


@pytest.mark.parametrize("moment", IMPOSSIBLE)
@pytest.mark.parametrize("table", ["projects", "experience"])
def test_a_row_of_an_impossible_time_comes_last_and_changes_no_date(
    site: Site, table: str, moment: str
) -> None:
    user = site.person("ada", created_at="2020-01-01Z", updated_at="2021-02-03Z")
    name = "company" if table == "experience" else "name"
    for text, time in (("Impossible", moment), ("First", "2020-05-06Z"), ("Second", "2020-06-06Z")):
        site.insert(table, user_id=user, created_at=time, **{**CHILDREN[table], name: text})
    assert dates(site) == ("2020-01-01", "2021-02-03")
    with open_snapshot(site.url) as snapshot:
        (person,) = snapshot.people()
    read = rows.decode(person.owner, person.document)
    assert [getattr(it, name) for it in getattr(read, table)] == ["First", "Second", "Impossible"]


@pytest.mark.parametrize("moment", IMPOSSIBLE)
def test_an_impossible_time_takes_nobodys_address(site: Site, moment: str) -> None:
    """Not even where claims are found anew from the rows."""
    site.person("ADA", created_at=moment)
    site.person("Ada", created_at="2020-01-01Z")
    site.execute("DELETE FROM qwikfolio.address_claims")
    site.execute("CALL qwikfolio.track_claims()")
    site.build()
    assert site.has("Ada")
    assert not site.has("ADA")


def test_a_number_that_is_none_is_left_out(site: Site) -> None:
    """NUMERIC holds NaN, and without a precision infinity, too."""
    site.execute("DROP VIEW my_portfolio")  # which has the column, too
    site.execute("ALTER TABLE portfolios ALTER hourly_rate TYPE numeric")
    for slug, value in (("ada", "NaN"), ("bob", "Infinity"), ("eve", "1e90")):
        site.person(slug, hourly_rate=value, availability="freelance")
    report = site.build()
    assert report.failed == ()
    assert sorted(site.problems("portfolios.hourly_rate")) == [
        f"portfolios.hourly_rate: '1{'0' * 58}… is not an amount",
        "portfolios.hourly_rate: 'Infinity' is not an amount",
        "portfolios.hourly_rate: 'NaN' is not an amount",
    ]


@pytest.mark.parametrize(
    "hostile", ["repeat('[', 3000) || repeat(']', 3000)", "'{\"x\":' || repeat('9', 5000) || '}'"]
)
def test_one_persons_hostile_row_leaves_the_others_their_page(site: Site, hostile: str) -> None:
    site.person("ada")
    mallory = site.person("mallory")
    site.execute(f"UPDATE portfolios SET theme = ({hostile})::jsonb WHERE user_id = %s", mallory)
    report = site.build()
    assert report.failed == (str(mallory),)
    assert site.has("ada")
    assert not site.has("mallory")
