"""The ordinary person that most edge cases are variations of, and what they are made from."""

from decimal import Decimal

from msgspec.structs import replace

from generator.model.date import PartialDate, Period
from generator.model.portfolio import (
    Certification,
    Education,
    Experience,
    Link,
    Media,
    Portfolio,
    Project,
    Skill,
    SkillCategory,
    SkillGroup,
    SkillLevel,
    ThemeChoice,
)

_LEVELS: tuple[SkillLevel, ...] = ("advanced", "intermediate", "beginner")
_MOST_YEARS = 12

BARE = Portfolio(
    name="Jo Ng",
    headline="Designer",
    role_level=None,
    photo=None,
    location=None,
    website=None,
    bio=None,
    availability=None,
    hourly_rate=None,
    salary_range=None,
    email="jo@ng.example",
    links=(),
    primary_stack=(),
    skills=(),
    projects=(),
    experience=(),
    education=(),
    certifications=(),
    seo_title=None,
    seo_description=None,
    theme=ThemeChoice(),
    created="2024-02-01",
    updated="2026-01-05",
)

BIO = """\
I build the quiet half of products: queues, ledgers and the other machinery that keeps working \
**at night**, when nobody looks at a screen.

Before that I taught. I still write [short talks](https://adele.example/talks) and keep a list of \
small rules:

- measure before you move anything
- leave the campsite documented

> A system is finished when its last dashboard is boring.

My favourite query is still `SELECT 1`."""

LEDGER = Project(
    id="5b0c1c1e-0000-4000-8000-000000000001",
    name="Ledgerline",
    description="An append-only ledger in which every balance is a *fold* over immutable entries.",
    role="Author",
    highlights=("Replays eleven million entries in 40 seconds", "No balance was ever corrected"),
    tags=("fintech", "open source"),
    featured=True,
    technologies=("Rust", "PostgreSQL"),
    media=(
        Media("image", "https://pictures.example/ledger-overview.png"),
        Media("image", "https://pictures.example/ledger-detail.png"),
        Media("video", "https://films.example/watch?v=ledger"),
    ),
    repo_url="https://github.com/adele/ledgerline",
    live_url="https://ledgerline.example",
)
REHEARSE = replace(
    LEDGER,
    id="5b0c1c1e-0000-4000-8000-000000000002",
    name="Rehearse",
    description="Runs yesterday's migrations against last night's backup, before anybody is awake.",
    highlights=(),
    tags=("databases",),
    featured=False,
    technologies=("Python", "PostgreSQL", "Kubernetes"),
    media=(Media("image", "https://pictures.example/rehearse.png"),),
    live_url=None,
)
TIDEMARK = replace(
    REHEARSE,
    id="5b0c1c1e-0000-4000-8000-000000000003",
    name="Tidemark",
    description="Tells a team which of its queues will overflow, about an hour before it does.",
    role=None,
    tags=(),
    technologies=("Go",),
    media=(),
    repo_url=None,
)


def job(company: str, role: str, start: int, end: int | None) -> Experience:
    """A job from April of one year to March of another, or until today."""
    return Experience(
        company=company,
        role=role,
        period=Period(PartialDate(start, 4), PartialDate(end, 3) if end else None, end is None),
        location="Lyon",
        employment_type="full_time",
        description="Owned everything that touches money, from the first entry to the statement.",
        achievements=("Moved the ledger without an hour offline", "p99 from 900 ms to 120 ms"),
    )


def group(category: SkillCategory, *names: str) -> SkillGroup:
    """Skills of one category: of every level, with fewer years each, and then without."""
    return SkillGroup(
        category,
        tuple(
            Skill(
                name, category, _LEVELS[n % len(_LEVELS)], Decimal(max(0, _MOST_YEARS - n)) or None
            )
            for n, name in enumerate(names)
        ),
    )


TYPICAL = replace(
    BARE,
    name="Adèle Lovelace-Marchand",
    headline="Senior Backend Engineer",
    role_level="senior",
    photo="https://pictures.example/adele.png",
    location="Lyon, France",
    website="https://adele.example",
    bio=BIO,
    availability="freelance",
    hourly_rate=Decimal("95.50"),
    email="adele@adele.example",
    links=(
        Link("github", "https://github.com/adele"),
        Link("linkedin", "https://www.linkedin.com/in/adele"),
        Link("devto", "https://dev.to/adele"),
    ),
    primary_stack=("Python", "PostgreSQL", "Rust"),
    skills=(
        group("language", "Python", "Rust", "SQL", "Go"),
        group("framework", "FastAPI", "Django"),
        group("tool", "PostgreSQL", "Kafka", "Kubernetes"),
        group("soft_skill", "Mentoring", "Technical writing"),
    ),
    projects=(LEDGER, REHEARSE, TIDEMARK),
    experience=(
        job("Banque Serein", "Staff Engineer", 2021, None),
        job("Kolej Analytics", "Backend Engineer", 2018, 2021),
        job("Atelier Numérique", "Developer", 2017, 2018),
    ),
    education=(
        Education(
            school="INSA Lyon",
            degree="MSc",
            field="Computer Science",
            period=Period(PartialDate(2012), PartialDate(2017, 6), current=False),
            description=None,
            gpa=Decimal("3.85"),
            coursework=("Databases", "Compilers"),
            honors="Magna cum laude",
        ),
    ),
    certifications=(
        Certification(
            name="PostgreSQL Certified Professional",
            issuer="EDB",
            issued=PartialDate(2024, 3),
            expires=PartialDate(2027, 3),
            credential_id="EDB-88",
            credential_url="https://certificates.example/88",
        ),
    ),
)
