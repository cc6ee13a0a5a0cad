"""Five people the theme must do justice to."""

from decimal import Decimal

import msgspec

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
    SkillGroup,
    ThemeChoice,
)

BIO = (
    "I build the quiet half of products: the queues and ledgers that keep working **at night**.\n\n"
    "# On stage\n\nMy talks are [on my site](https://ada.example/talks).\n\n- one\n- two\n\n"
    "> Measure twice.\n\n`SELECT 1`"
)
LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
COMPANIES = ("Banque Serein", "Kolej Analytics", "Atelier Numérique")

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

_LEDGER = Project(
    id="5b0c1c1e-0000-4000-8000-000000000001",
    name="Ledgerline",
    description="An append-only ledger. Every balance is a fold over immutable entries.",
    role="Author",
    highlights=("Replays eleven million entries in 40 seconds",),
    tags=("fintech", "open source"),
    featured=True,
    technologies=("Rust", "PostgreSQL"),
    media=(
        Media("image", "https://pictures.example/ledger-1.png"),
        Media("image", "https://pictures.example/ledger-2.png"),
        Media("video", "https://films.example/watch?v=1"),
    ),
    repo_url="https://github.com/ada/ledgerline",
    live_url="https://ledgerline.example",
)
_REHEARSE = msgspec.structs.replace(
    _LEDGER, id="5b0c1c1e-0000-4000-8000-000000000002", name="Rehearse", featured=False, media=()
)


def _job(company: str, start: int, end: int | None) -> Experience:
    return Experience(
        company=company,
        role="Backend Engineer",
        period=Period(PartialDate(start, 4), PartialDate(end, 3) if end else None, end is None),
        location="Lyon",
        employment_type="full_time",
        description="Own everything that touches money.",
        achievements=("Moved the ledger without downtime", "p99 from 900 ms to 120 ms"),
    )


TYPICAL = msgspec.structs.replace(
    BARE,
    name="Adèle Lovelace-Marchand",
    headline="Senior Backend Engineer",
    photo="https://pictures.example/ada.png",
    location="Lyon, France",
    website="https://ada.example",
    bio=BIO,
    availability="freelance",
    hourly_rate=Decimal("95.5"),
    email="adele@ada.example",
    links=(Link("github", "https://github.com/ada"), Link("devto", "https://dev.to/ada")),
    primary_stack=("Python", "PostgreSQL"),
    skills=(
        SkillGroup("language", (Skill("Python", "language", "advanced", Decimal(9)),)),
        SkillGroup("tool", (Skill("Kafka", "tool", "beginner", None),)),
    ),
    projects=(_LEDGER, _REHEARSE, _REHEARSE),
    experience=(
        _job(COMPANIES[0], 2021, None),
        _job(COMPANIES[1], 2018, 2021),
        _job(COMPANIES[2], 2017, 2017),
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
            credential_url="https://certs.example/88",
        ),
    ),
)

ARABIC = msgspec.structs.replace(
    TYPICAL,
    name="ليلى بنت يوسف",
    headline="مهندسة برمجيات",
    bio="أبني أنظمة موثوقة تعمل في صمت.\n\nThis paragraph is in English.",
    location="الدار البيضاء",
)

JAPANESE = msgspec.structs.replace(
    TYPICAL,
    name="山田 太郎",
    headline="バックエンドエンジニア",
    bio="静かに動くものを作っています。" * 40,
)

LONG = msgspec.structs.replace(
    TYPICAL,
    name=f"Hubert Blaine {LONG_WORD}",
    headline=f"Senior {LONG_WORD}",
    website="https://example.com/" + "b" * 200,
    bio=f"{BIO}\n\nhttps://example.com/{'a' * 300}\n\n" * 15,
    skills=(
        SkillGroup(
            "tool",
            tuple(Skill(f"{LONG_WORD} {n}", "tool", "advanced", Decimal(3)) for n in range(60)),
        ),
    ),
    projects=tuple(
        msgspec.structs.replace(_LEDGER, id=str(n), name=LONG_WORD * (n % 3), featured=n < 3)
        for n in range(1, 41)
    ),
)

PEOPLE = {
    "typical": TYPICAL,
    "bare": BARE,
    "arabic": ARABIC,
    "japanese": JAPANESE,
    "long": LONG,
}
