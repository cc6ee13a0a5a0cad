"""The samples' site, held byte by byte to the tree in `tests/golden/site`.

After a change that is meant: `pytest tests/golden --update-golden`, and read the diff.
"""

import shutil
from pathlib import Path

import pytest

from generator.database.seed import seed
from tests.site import TEST_PEOPLE, Site

pytestmark = pytest.mark.slow

GOLDEN = Path(__file__).parent / "site"


def test_the_samples_site_is_as_it_was(site: Site, request: pytest.FixtureRequest) -> None:
    seed(site.url, TEST_PEOPLE)
    site.execute("ALTER TABLE portfolios DISABLE TRIGGER USER")
    site.execute("UPDATE portfolios SET created_at = '2025-01-01Z', updated_at = '2025-06-01Z'")
    for table in ("skills", "projects", "project_tech_stack", "experience", "education",
                  "certifications"):  # fmt: skip
        site.execute(f"UPDATE {table} SET created_at = created_at - interval '40 years'")
    report = site.build()
    assert report.failed == ()
    built = site.files()
    if request.config.getoption("--update-golden"):
        shutil.rmtree(GOLDEN, ignore_errors=True)
        for path, body in built.items():
            (GOLDEN / path).parent.mkdir(parents=True, exist_ok=True)
            (GOLDEN / path).write_bytes(body)
    golden = {
        path.relative_to(GOLDEN).as_posix(): path.read_bytes()
        for path in GOLDEN.rglob("*")
        if path.is_file()
    }
    assert sorted(built) == sorted(golden)
    for path, body in golden.items():
        ours, theirs = (it.decode("utf-8", "backslashreplace") for it in (built[path], body))
        assert ours == theirs, path


def test_every_trap_of_the_samples_is_reported_and_none_spoils_a_page(site: Site) -> None:
    seed(site.url, TEST_PEOPLE)
    report = site.build()
    assert report.failed == ()
    assert report.people == 11
    complained_of = {f"{p.table}.{p.column}" for p in site.notes.problems}
    assert {
        "portfolios.slug", "profiles.username", "portfolios.website", "portfolios.social_links",
        "portfolios.theme.id", "projects.media", "projects.repo_url", "education.start_date",
        "certifications.issue_date",
    } <= complained_of  # fmt: skip
