"""When a person's page was last changed: by any of their rows, as far as the publisher may see."""

import pytest

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


def test_what_is_always_and_never_is_no_date(site: Site) -> None:
    site.person("ada", created_at="-infinity", updated_at="infinity")
    assert dates(site) == ("", "")
    site.build()
    assert "<time" not in site.page("ada")
    assert "dateModified" not in site.page("ada")


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
