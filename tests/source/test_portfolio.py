"""What the rows mean: the rules of the app, and every trap of older and hand-edited rows."""

from decimal import Decimal

import pytest

from generator.model.date import PartialDate
from generator.model.portfolio import Link, Media, ThemeChoice
from generator.source.portfolio import read_portfolio
from generator.source.rows import (
    CertificationRow,
    EducationRow,
    ExperienceRow,
    ProjectRow,
    SkillRow,
    TechRow,
)
from tests.source.documents import OWNER, document, read, row


def test_a_person_with_nothing_but_the_required_columns() -> None:
    portfolio, problems = read()
    assert portfolio.name == "Ada"
    assert (portfolio.links, portfolio.skills, portfolio.projects) == ((), (), ())
    assert portfolio.theme == ThemeChoice()
    assert problems == []


@pytest.mark.parametrize(
    ("level", "headline", "shown"),
    [
        ("senior", "Backend Engineer", "Senior Backend Engineer"),
        ("senior", "Senior Backend Engineer", "Senior Backend Engineer"),
        ("senior", "Engineer, SENIOR", "Engineer, SENIOR"),
        ("senior", "Sr. Engineer", "Sr. Engineer"),
        ("mid", "Mid-level Engineer", "Mid-level Engineer"),
        ("mid", "Engineer", "Mid-level Engineer"),
        ("lead", "Team Lead", "Team Lead"),
        ("lead", "Leading Engineer", "Lead Leading Engineer"),
        ("junior", "Engineer", "Junior Engineer"),
        (None, "Engineer", "Engineer"),
    ],
)
def test_the_role_level_stands_before_the_headline(level: str, headline: str, shown: str) -> None:
    assert read(role_level=level, headline=headline)[0].headline == shown


def test_a_rate_belongs_to_freelance_and_a_range_to_open_to_work() -> None:
    pay = {"hourly_rate": Decimal("45.00"), "salary_range": "€60k"}
    freelance, _ = read(availability="freelance", **pay)
    assert (freelance.hourly_rate, freelance.salary_range) == (Decimal("45.00"), None)
    open_to_work, _ = read(availability="open_to_work", **pay)
    assert (open_to_work.hourly_rate, open_to_work.salary_range) == (None, "€60k")
    for other in ("not_open", None):
        portfolio, _ = read(availability=other, **pay)
        assert (portfolio.hourly_rate, portfolio.salary_range) == (None, None)


def test_the_photo_is_the_portfolios_else_the_profiles_and_none_where_hidden() -> None:
    both = {"profile_photo_url": "x.example/a.png", "avatar_url": "x.example/b.png"}
    assert read(**both)[0].photo == "https://x.example/a.png"
    assert read(avatar_url="x.example/b.png")[0].photo == "https://x.example/b.png"
    for no in (False, "false", "False"):
        assert read(**both, theme={"showProfilePhoto": no})[0].photo is None
    assert read(**both | {"profile_photo_url": ""})[0].photo == "https://x.example/b.png"


def test_where_to_write() -> None:
    def email(settings: object) -> str | None:
        return read(email="ada@example.org", settings=settings)[0].email

    assert email(None) == email({}) == email({"contactEmail": ""}) == "ada@example.org"
    assert email({"contactEmail": "hi@example.org"}) == "hi@example.org"
    for no in (False, 0, "false", "False", " FALSE "):
        assert email({"showContactForm": no}) is None
    for yes in (True, None, 1, "true", ""):
        assert email({"showContactForm": yes}) == "ada@example.org"


@pytest.mark.parametrize("typo", ["hi@example", "hi example.org", 5, ["hi@example.org"]])
def test_a_typo_in_the_address_to_show_does_not_publish_the_private_one(typo: object) -> None:
    portfolio, problems = read(email="private@example.org", settings={"contactEmail": typo})
    assert portfolio.email is None
    assert [problem.split(":")[0] for problem in problems] == ["portfolios.settings.contactEmail"]


@pytest.mark.parametrize("blank", [None, "", "  ", "\u200b"])
def test_no_address_to_show_means_the_accounts_own(blank: object) -> None:
    portfolio, problems = read(email="ada@example.org", settings={"contactEmail": blank})
    assert (portfolio.email, problems) == ("ada@example.org", [])


@pytest.mark.parametrize("stored", [None, [], [None, None], "[]", "[null, null]"])
def test_deprecated_links_are_shown_where_social_links_is_empty(stored: object) -> None:
    portfolio, problems = read(social_links=stored, github="github.com/ada", linkedin="")
    assert portfolio.links == (Link("github", "https://github.com/ada"),)
    assert problems == []


def test_deprecated_links_are_not_shown_beside_social_links() -> None:
    links = [None, {"type": "devto", "url": "dev.to/ada"}]
    portfolio, problems = read(social_links=links, github="github.com/ada")
    assert portfolio.links == (Link("devto", "https://dev.to/ada"),)
    assert problems == []


@pytest.mark.parametrize(
    "stored", [["a", "b"], '["a", "b"]', ["a", None, "", " b\n"], '["a","b",null]']
)
def test_an_array_of_strings_may_be_a_string_of_json(stored: object) -> None:
    project = row(ProjectRow, highlights=stored, tags=stored)
    portfolio, problems = read(projects=[project], primary_stack=stored)
    assert portfolio.projects[0].highlights == portfolio.projects[0].tags == ("a", "b")
    assert portfolio.primary_stack == ("a", "b")
    assert problems == []


def test_what_is_no_array_of_strings_is_dropped_and_said() -> None:
    portfolio, problems = read(projects=[row(ProjectRow, highlights={"a": 1}, tags=["x", 5])])
    assert portfolio.projects[0].highlights == ()
    assert portfolio.projects[0].tags == ("x",)
    assert problems == [
        "projects.highlights: {'a': 1} is not an array",
        "projects.tags: 5 is not text",
    ]


def test_skills_from_before_v1() -> None:
    old = row(SkillRow, name=None, category=None, level=None, skill="COBOL")
    letter = row(SkillRow, name="C", category="language", years_experience=Decimal("9.5"))
    portfolio, problems = read(skills=[old, letter])
    language, tool = portfolio.skills
    assert (language.category, language.skills[0].name) == ("language", "C")
    assert (tool.category, tool.skills[0].name, tool.skills[0].level) == (
        "tool", "COBOL", "intermediate",
    )  # fmt: skip
    assert problems == []


def test_current_means_present_whatever_the_end_date_says() -> None:
    job = row(ExperienceRow, current=True, end_date="2021-05")
    period = read(experience=[job])[0].experience[0].period
    assert period.current
    assert period.end is None


def test_the_latest_come_first_and_current_ones_before_them() -> None:
    jobs = [
        row(ExperienceRow, company="old", start_date="2010-01"),
        row(ExperienceRow, company="undated", start_date=""),
        row(ExperienceRow, company="now", start_date="2012", current=True),
        row(ExperienceRow, company="new", start_date="2020-03"),
    ]
    companies = [job.company for job in read(experience=jobs)[0].experience]
    assert companies == ["now", "new", "old", "undated"]
    papers = [
        row(CertificationRow, name="none", issue_date=""),
        row(CertificationRow, name="old", issue_date="2010"),
        row(CertificationRow, name="new", issue_date="2020-01"),
    ]
    assert [c.name for c in read(certifications=papers)[0].certifications] == ["new", "old", "none"]


def test_a_date_that_is_none_is_dropped_and_said() -> None:
    portfolio, problems = read(
        education=[row(EducationRow, start_date="autumn", end_date="2023-1")]
    )
    period = portfolio.education[0].period
    assert (period.start, period.end) == (None, PartialDate(2023, 1))
    assert problems == ["education.start_date: 'autumn' is not a date like 2023-01"]


def test_hostile_addresses_are_dropped_and_said() -> None:
    media = [{"type": "image", "url": "javascript:a"}, {"type": "image", "url": "x.example/i.png"}]
    portfolio, problems = read(
        website="javascript:a",
        social_links=[
            {"type": "github", "url": "data:,x"},
            {"type": "myspace", "url": "x.example"},
        ],
        projects=[row(ProjectRow, media=media, repo_url="ftp://x.example")],
    )
    assert portfolio.website is None
    assert portfolio.links == ()
    assert portfolio.projects[0].media == (Media("image", "https://x.example/i.png"),)
    assert portfolio.projects[0].repo_url is None
    assert [problem.split(":")[0] for problem in problems] == [
        "portfolios.website", "portfolios.social_links", "portfolios.social_links",
        "projects.media", "projects.repo_url",
    ]  # fmt: skip


def test_what_the_owner_chose_is_for_the_theme_to_judge() -> None:
    theme = {
        "id": "ocean",
        "primaryColor": "pink",
        "accentStyle": None,
        "radius": 5,
        "layout": "one-column",
        "showProfilePhoto": True,
        "grid": {"columns": 2},
    }
    portfolio, problems = read(theme=theme)
    chosen = (("primaryColor", "pink"), ("radius", 5), ("layout", "one-column"))
    assert portfolio.theme == ThemeChoice("ocean", chosen)
    assert len(problems) == 1
    assert "theme.grid" in problems[0]


@pytest.mark.parametrize("broken", [None, [], "x", 5, True])
def test_settings_and_theme_may_be_anything(broken: object) -> None:
    portfolio, _ = read(settings=broken, theme=broken)
    assert portfolio.theme == ThemeChoice()
    assert portfolio.seo_title is None


def test_numbers_that_are_none() -> None:
    """NUMERIC holds NaN, which JSON has no number for."""
    portfolio, problems = read(
        hourly_rate="NaN",
        availability="freelance",
        education=[row(EducationRow, gpa=Decimal("3.90"))],
    )
    assert portfolio.hourly_rate is None
    assert portfolio.education[0].gpa == Decimal("3.90")
    assert problems == ["portfolios.hourly_rate: 'NaN' is not an amount"]


def test_text_that_html_forbids_is_taken_out() -> None:
    portfolio, _ = read(
        name=" A\x00d\x1ba \u200b", headline="a\nb\t c", bio="a\r\nb\x07\n\n  c\ufffe "
    )
    assert portfolio.name == "A d a \u200b"
    assert portfolio.headline == "a b c"
    assert portfolio.bio == "a\nb\n\n  c"


def test_technologies_and_links_are_shown_once() -> None:
    stack = [row(TechRow, tech="Rust"), row(TechRow, tech=" Rust "), row(TechRow, tech="")]
    link = {"type": "github", "url": "github.com/ada"}
    portfolio, _ = read(
        projects=[row(ProjectRow, project_tech_stack=stack)], social_links=[link, link]
    )
    assert portfolio.projects[0].technologies == ("Rust",)
    assert len(portfolio.links) == 1


@pytest.mark.parametrize("inside", ['["\\ud800"]', "[" * 5000, f"[{'9' * 5000}]", "[NaN]"])
def test_hostile_json_in_a_text_is_dropped_and_said(inside: str) -> None:
    portfolio, (problem,) = read(primary_stack=inside)
    assert portfolio.primary_stack == ()
    assert problem.startswith("portfolios.primary_stack: ")
    assert problem.endswith(" is not a JSON array")


@pytest.mark.parametrize("invisible", ["\u200b", "\u2060 \u200e", "\u3164", "\u00a0", "\x07"])
def test_a_name_that_nobody_could_see_is_empty(invisible: str) -> None:
    reading = read_portfolio(OWNER, document(name=invisible))
    assert reading.portfolio is None
    assert reading.problems[-1].column == "name"
    portfolio, _ = read(projects=[row(ProjectRow, name=invisible)], bio=invisible)
    assert portfolio.projects[0].name == ""
    assert portfolio.bio is None


@pytest.mark.parametrize("mark", ["\U000e0041", "क\u200dष", "👩\u200d💻", "ᅠa"])
def test_invisible_characters_between_visible_ones_stay(mark: str) -> None:
    assert read(name=f"A{mark}")[0].name == f"A{mark}"


HUGE = "x" * 100_000


@pytest.mark.parametrize(
    "columns",
    [
        {"website": HUGE},
        {"theme": {"id": ["x"] * 10_000, "radius": [HUGE]}},
        {"settings": {"seoTitle": [HUGE], "seoDescription": {"a": HUGE}, "contactEmail": HUGE}},
        {"social_links": [HUGE, {"type": HUGE, "url": HUGE}]},
        {"role_level": HUGE, "availability": HUGE},
        {"primary_stack": [[[HUGE]], {"a": 1}]},
        {"hourly_rate": f"-{'9' * 100_000}"},
    ],
)
def test_a_huge_value_makes_no_huge_message(columns: dict[str, object]) -> None:
    portfolio, problems = read(**columns)
    assert problems or "theme" in columns
    assert max(map(len, problems)) < 300
    assert len(portfolio.theme.id) < 300


def test_many_problems_of_one_column_are_counted() -> None:
    links = [{"type": "github", "url": "nonsense"}] * 1000
    _, problems = read(social_links=links, website="nonsense")
    assert len(problems) == 22
    assert problems[-1] == "portfolios.social_links: 980 more of the same kind"


def test_control_characters_of_a_value_do_not_reach_a_terminal() -> None:
    _, (problem,) = read(website="\x1b[2J\u202e\x9b")
    assert problem.isprintable()


@pytest.mark.parametrize(
    "address",
    ["https://u:hunter2@x.example/a", "//u:hunter2@x.example", "u:hunter2@x.example",
     " u:hunter2@x.example", "https:/u:hunter2@x.example", "https:\\\\u:hunter2@x.example",
     "HTTPS://u:hunter@2:hunter2@x.example", "ftp://hunter2@x.example"],
)  # fmt: skip
def test_a_password_in_any_spelling_of_an_address_is_masked(address: str) -> None:
    _, (problem,) = read(website=address)
    assert "hunter" not in problem
    assert "***@x.example" in problem


def test_an_address_to_write_to_is_no_password() -> None:
    _, (problem,) = read(website="mailto:ada@x.example")
    assert "'mailto:ada@x.example'" in problem


def test_a_password_in_an_address_is_not_repeated() -> None:
    media = [{"type": "image", "url": "//u:hunter2@x.example"}]
    _, problems = read(
        website="https://user:hunter2@x.example/a",
        social_links=[["https://user:hunter2@x.example"], {"type": "github", "url": "u:hunter2@x"}],
        projects=[row(ProjectRow, media=media)],
    )
    assert len(problems) == 4
    assert not any("hunter2" in problem for problem in problems)
    assert problems[0].startswith("portfolios.website: 'https://***@x.example/a' is not")


@pytest.mark.parametrize("stored", [None, "", "infinity", "10000-01-01"])
def test_a_moment_without_a_day_is_no_date(stored: str | None) -> None:
    portfolio, _ = read(created_at=stored, updated_at=stored)
    assert (portfolio.created, portfolio.updated) == ("", "")
