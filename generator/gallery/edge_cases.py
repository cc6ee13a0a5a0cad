"""People who don't exist, each one hard for a theme in a way of their own.

Every value is one that `generator.source` could have made of a row: trimmed, printable, addresses
that may be linked to. `typical` is the ordinary person; most others are that person but for what
their name says.
"""

from collections.abc import Mapping
from decimal import Decimal
from itertools import cycle, islice
from types import MappingProxyType
from typing import get_args

from msgspec.structs import replace

from generator.gallery.typical import BARE, BIO, LEDGER, REHEARSE, TIDEMARK, TYPICAL, group, job
from generator.model.date import PartialDate, Period
from generator.model.portfolio import Link, LinkKind, Portfolio, Skill, SkillGroup, ThemeChoice

LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
BIO_LENGTH = 6_000
"""Characters of the longest biography that the app takes."""

_LONG_WORDS = replace(
    TYPICAL,
    name=f"Hubert {LONG_WORD}",
    headline=f"Senior {LONG_WORD}",
    location=LONG_WORD,
    website=f"https://example.com/{'b' * 200}",
    bio=f"{LONG_WORD * 3}\n\n`{LONG_WORD * 2}`\n\nhttps://example.com/{'a' * 300}",
    email=f"{'hubert' * 9}@{LONG_WORD[:40].lower().replace('ä', 'ae')}.example",
    primary_stack=(LONG_WORD, "C"),
    skills=(group("tool", LONG_WORD, "C", f"{LONG_WORD} 2"), group("soft_skill", LONG_WORD)),
    projects=(
        replace(
            LEDGER,
            name=LONG_WORD * 2,
            description=LONG_WORD * 4,
            role=LONG_WORD,
            highlights=(LONG_WORD * 2,),
            tags=(LONG_WORD, "short"),
            technologies=(LONG_WORD, "short"),
            live_url=f"https://example.com/{'c' * 300}",
        ),
    ),
    experience=(replace(job(LONG_WORD, LONG_WORD, 2019, None), achievements=(LONG_WORD * 2,)),),
    education=(replace(TYPICAL.education[0], school=LONG_WORD, field=LONG_WORD),),
    certifications=(replace(TYPICAL.certifications[0], name=LONG_WORD, credential_id="9" * 120),),
)

_NAMES_OF_SKILLS = tuple(
    f"{first} {second}"
    for first in ("Stream", "Graph", "Edge", "Batch", "Cloud", "Mobile")
    for second in (
        "testing", "design", "security", "tuning", "tracing",
        "storage", "search", "billing", "routing", "modelling",
    )
)  # fmt: skip

_RIGHT_TO_LEFT = replace(
    TYPICAL,
    name="ليلى بنت يوسف",
    headline="مهندسة برمجيات أولى",
    location="الدار البيضاء، المغرب",
    bio="أبني أنظمة موثوقة تعمل في صمت، بلغة Python وقاعدة PostgreSQL 17.\n\n"
    "- القياس قبل التغيير\n- التوثيق بعده\n\nThis paragraph is in English.",
    skills=(group("language", "Python", "بايثون"), group("soft_skill", "الكتابة التقنية")),
    projects=(
        replace(LEDGER, name="دفتر", description="سجلّ لا يُمحى منه شيء (append-only)."),
        REHEARSE,
    ),
    experience=(job("بنك السكينة", "مهندسة", 2020, None), job("Kolej", "Developer", 2018, 2020)),
    theme=ThemeChoice(chosen=(("primaryColor", "cyan"), ("layout", "sidebar-top"))),
)
_CJK = replace(
    TYPICAL,
    name="山田 太郎",
    headline="シニアバックエンドエンジニア",
    location="東京都千代田区",
    bio="静かに動くものを作っています。夜のあいだも止まらない仕組みが好きです。" * 12
    + "\n\n我也写中文文档。한국어도 조금 합니다.",
    skills=(group("language", "Python", "型システム"), group("soft_skill", "技術文書", "傾聴")),
    projects=(
        replace(LEDGER, name="台帳", description="追記しかできない台帳。残高はすべて履歴から。"),
        replace(REHEARSE, name="预演", description="在凌晨之前，用昨夜的备份演练迁移。"),
    ),
    experience=(job("株式会社静寂", "バックエンドエンジニア", 2020, None),),
)
_EMOJI = replace(
    TYPICAL,
    name="Zoë 🦊 Fox-Müller",
    headline="👩🏽‍💻 Engineer & 🎨 illustrator",
    location="🏔️ Innsbruck 🇦🇹",
    bio="I draw 👩‍👩‍👧‍👦 families of icons. Keycaps 1️⃣ 2️⃣ 3️⃣, flags 🏳️‍🌈 🏴‍☠️, hearts ❤️ ❤︎.\n\n"
    "- 🚀 fast\n- 🧘 calm",
    skills=(group("tool", "🖍️ Drawing", "⚙️ Rust", "🐘 PostgreSQL"),),
    projects=(replace(LEDGER, name="🧾 Ledgerline 🧾", tags=("💸", "open ❤️ source")), REHEARSE),
)
_HOSTILE = replace(
    TYPICAL,
    name='Mallory <script>alert(1)</script> "O\'Hara" & {{ 7*7 }}',
    headline="</title></style><script>alert('headline')</script> {% raw %} ]]> --> ${7*7}",
    location="\" onmouseover=\"alert('location')",
    website="https://mallory.example/?a=1&b=%22%3E%3Cscript%3E#%3Cb%3E",
    bio="<script>alert('bio')</script> <img src=x onerror=alert(1)>\n\n"
    "[a link](javascript:alert(1)), [data](data:text/html,x), ![picture](javascript:alert(1))\n\n"
    "{{ config }} {% include '/etc/passwd' %} {# a comment #} </script> <!-- <!DOCTYPE html>\n\n"
    "| no | table\n--- ```\nunclosed `code **bold _italic [link](",
    availability="open_to_work",
    hourly_rate=None,
    salary_range="'; DROP TABLE portfolios; --",
    email="mallory+o'hara@mallory.example",
    links=(Link("github", "https://github.com/mallory?%3Cb%3E&%22"),),
    primary_stack=("<b>Bold</b>", "{{ 7*7 }}", "SQL'); --"),
    skills=(group("tool", "<script>alert('skill')</script>", "{{ self }}", "&lt;b&gt;"),),
    projects=(
        replace(
            LEDGER,
            name="<img src=x onerror=alert('project')>",
            description="</div></section><script>alert('description')</script>",
            highlights=("<svg/onload=alert(1)>",),
            tags=("\"><script>alert('tag')</script>",),
            technologies=("{{ ''.__class__ }}", "%00"),
            repo_url="https://example.org/?q=%3Cscript%3E&x=';alert(1)//",
        ),
    ),
    experience=(job("<b>Company</b>", "<!-- role", 2020, None),),
    seo_title="</title><script>alert('seoTitle')</script>",
    seo_description='"><meta http-equiv="refresh" content="0;url=https://evil.example">',
    theme=ThemeChoice(
        id="../../{{ 7*7 }}",
        chosen=(("primaryColor", "red;} body { display: none } /*"), ("radius", "calc(1px")),
    ),
)


_PERIODS = (
    Period(None, None, current=False),
    Period(None, None, current=True),
    Period(None, PartialDate(2019, 4), current=False),
    Period(PartialDate(2017), PartialDate(2018), current=False),
    Period(PartialDate(2014, 1), PartialDate(2014, 1), current=False),
    Period(PartialDate(2013, 12), PartialDate(2013, 2), current=False),
    Period(PartialDate(1900), PartialDate(2199, 12), current=False),
)
"""What is left of dates that people typed: some that are none, an end before its beginning."""
_ODD_DATES = replace(
    TYPICAL,
    hourly_rate=Decimal("12345678.99"),
    projects=(),
    skills=(
        SkillGroup(
            "tool",
            (
                Skill("Sieve", "tool", "advanced", Decimal("99.9")),
                Skill("Abacus", "tool", "beginner", Decimal("0.0")),
            ),
        ),
    ),
    experience=tuple(
        replace(job(f"Company {n}", "Consultant", 2020, None), period=period, achievements=())
        for n, period in enumerate(_PERIODS, 1)
    ),
    education=tuple(
        replace(TYPICAL.education[0], period=period, gpa=Decimal(n) / 2)
        for n, period in enumerate(_PERIODS[:4])
    ),
    certifications=(
        replace(TYPICAL.certifications[0], issued=None, expires=None),
        replace(TYPICAL.certifications[0], issued=None, expires=PartialDate(2011)),
        replace(TYPICAL.certifications[0], issued=PartialDate(2012, 5), expires=None),
    ),
)
_LEFT_BLANK = replace(
    TYPICAL,
    headline="",
    bio=None,
    links=tuple(Link(kind, f"https://{kind}.example/jo") for kind in get_args(LinkKind)),
    projects=(
        replace(LEDGER, name="", description="", role=None, highlights=(), technologies=()),
        replace(TIDEMARK, name="", description=""),
    ),
    experience=(replace(job("", "", 2020, None), description=None, achievements=()),),
    education=(replace(TYPICAL.education[0], school="", degree="", field=""),),
    certifications=(replace(TYPICAL.certifications[0], name="", issuer=""),),
)
"""Required texts of which no character can be shown; and every kind of link."""


def _paragraphs(length: int) -> str:
    """The biography over and over, cut to so many characters."""
    return f"{BIO}\n\n## Longer ago\n\n"[: len(BIO) + 30] * (length // len(BIO) + 1)


EDGE_CASES: Mapping[str, Portfolio] = MappingProxyType(
    {
        "typical": TYPICAL,
        "bare": BARE,
        "no-projects": replace(TYPICAL, projects=(), photo=None),
        "one-project": replace(
            BARE, bio=BIO, projects=(replace(REHEARSE, featured=True),), email=None
        ),
        "forty-projects": replace(
            TYPICAL,
            projects=tuple(
                replace(
                    project,
                    id=f"5b0c1c1e-0000-4000-8000-{n:012}",
                    name=f"{project.name} {n}",
                    featured=n in {1, 2, 3},
                )
                for n, project in enumerate(islice(cycle(TYPICAL.projects), 40), 1)
            ),
        ),
        "sixty-skills": replace(
            TYPICAL,
            primary_stack=_NAMES_OF_SKILLS[:12],
            skills=(
                group("language", *_NAMES_OF_SKILLS[:15]),
                group("framework", *_NAMES_OF_SKILLS[15:30]),
                group("tool", *_NAMES_OF_SKILLS[30:50]),
                group("soft_skill", *_NAMES_OF_SKILLS[50:]),
            ),
        ),
        "long-bio": replace(TYPICAL, bio=_paragraphs(BIO_LENGTH)[:BIO_LENGTH].rstrip()),
        "long-words": _LONG_WORDS,
        "right-to-left": _RIGHT_TO_LEFT,
        "cjk": _CJK,
        "emoji": _EMOJI,
        "hostile": _HOSTILE,
        "odd-dates": _ODD_DATES,
        "left-blank": _LEFT_BLANK,
    }
)
"""By name, the ordinary first."""
