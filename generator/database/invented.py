"""One synthetic person, as lines of COPY text.

Everything about a person follows from their number: a hash of it is the dice they are rolled with,
and `phrases.toml` holds what the dice choose from. So person 7 is the same in every database.
"""

import json
import tomllib
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from importlib.resources import files
from typing import TypeVar
from unicodedata import normalize

import msgspec


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    places: tuple[str, ...]
    roles: tuple[str, ...]
    focuses: tuple[str, ...]
    skills: tuple[tuple[str, str], ...]
    technologies: tuple[str, ...]
    projects: tuple[tuple[str, str], ...]
    highlights: tuple[str, ...]
    tags: tuple[str, ...]
    companies: tuple[str, ...]
    duties: tuple[str, ...]
    achievements: tuple[str, ...]
    schools: tuple[str, ...]
    fields: tuple[str, ...]
    courses: tuple[str, ...]
    certificates: tuple[tuple[str, str], ...]
    openings: tuple[str, ...]
    middles: tuple[str, ...]
    interests: tuple[str, ...]
    closings: tuple[str, ...]


_WORDS = msgspec.convert(
    tomllib.loads(files("generator.database").joinpath("phrases.toml").read_text("utf-8")), _Words
)
_MARK = "5e7d0c00"
_T = TypeVar("_T")


def _dice(table: str, person: int) -> bytes:
    """64 numbers from 0 to 255, the same ones each time."""
    return blake2b(b"%s %d" % (table.encode(), person)).digest()


def _id(table: int, person: int, nth: int = 0) -> str:
    return f"{_MARK}-{table:04x}-8000-8000-{person:08x}{nth:04x}"


def user_id(person: int) -> str:
    """The id of person 1, 2, …; the number stands in it."""
    return _id(0, person)


def _pick(choices: Sequence[_T], die: int) -> _T:
    return choices[die % len(choices)]


def _maybe(text: str, percent: int, die: int) -> str:
    """The text for so many people in a hundred, NULL for the others."""
    return text if die % 100 < percent else r"\N"


def _some(choices: Sequence[str], die: int, count: int) -> str:
    """A few neighbours of a list, as a JSON array."""
    return json.dumps([_pick(choices, die + nth) for nth in range(count)], ensure_ascii=False)


def _time(person: int, nth: int = 0) -> str:
    """A second of 2024, a minute later for each later row."""
    days, hour = person % 336, person % 24
    return f"2024-{days // 28 + 1:02}-{days % 28 + 1:02}T{hour:02}:{nth:02}:00Z"


def _name(person: int) -> tuple[str, str]:
    dice = _dice("name", person)
    return _pick(_WORDS.first_names, dice[0]), _pick(_WORDS.last_names, dice[1])


def _address(*names: str) -> str:
    """The names as a safe path segment."""
    plain = normalize("NFKD", "-".join(names)).encode("ascii", "ignore").decode()
    return plain.lower()


def _users(person: int) -> Iterator[str]:
    yield f"{user_id(person)}\tperson-{person}@synthetic.example.com\n"


def _profiles(person: int) -> Iterator[str]:
    dice, (first, last) = _dice("profiles", person), _name(person)
    avatar = _maybe(f"https://images.example.org/avatars/{dice[0] % 90}.jpg", 80, dice[1])
    plan = _pick(("free", "free", "free", "free", "pro"), dice[2])
    yield (
        f"{user_id(person)}\t{first} {last}\t{_address(first)}{person}\t{avatar}\tt\t{plan}"
        f"\t{_time(person)}\t{_time(person)}\n"
    )


def _portfolios(person: int) -> Iterator[str]:
    dice, (first, last) = _dice("portfolios", person), _name(person)
    address = f"{_address(first, last)}-{person}"
    availability = _pick(("open_to_work", "freelance", "not_open"), dice[0])
    rate = f"{40 + dice[1] // 2}.00" if availability == "freelance" else r"\N"
    salary = f"{45 + dice[1] // 4},000 – {60 + dice[1] // 3},000" if dice[0] % 3 == 0 else r"\N"
    photo = _maybe(f"https://images.example.org/people/{dice[2]}.jpg", 90, dice[3])
    values = (
        _id(1, person),
        user_id(person),
        f"{first} {last}",
        f"{_pick(_WORDS.roles, dice[4])} {_pick(_WORDS.focuses, dice[5])}",
        f"person-{person}@synthetic.example.com",
        f"+00 555 {person:07}",
        _bio(dice[6:16]),
        _maybe(f"https://{address}.example.org", 50, dice[16]),
        _pick(_WORDS.places, dice[17]),
        _pick(("junior", "mid", "senior", "lead"), dice[18]),
        availability,
        rate,
        salary,
        photo,
        f'[{{"type": "github", "url": "https://github.example.com/{address}"}},'
        f' {{"type": "linkedin", "url": "https://linkedin.example.com/in/{address}"}}]',
        f'{{"slug": "{address}", "isPublic": true, "showContactForm": true}}',
        _theme(dice[20:25]),
        json.dumps([skill for skill, _ in _skills_of(person)[:3]]),
        address,
        "t",
        _time(person),
        _time(person, 30),
    )
    yield "\t".join(values) + "\n"


def _bio(dice: bytes) -> str:
    paragraphs = (
        _pick(_WORDS.openings, dice[0]),
        _pick(_WORDS.middles, dice[1]),
        "What I like to work on:",
        r"\n".join(f"- {_pick(_WORDS.interests, dice[2] + nth)}" for nth in range(3)),
        _pick(_WORDS.middles, dice[1] + 1),
        _pick(_WORDS.closings, dice[3]),
    )
    return r"\n\n".join(paragraphs)


def _theme(dice: bytes) -> str:
    theme = _pick(("emerald",) * 7 + ("ocean", "violet", "default"), dice[0])
    color = _pick(("emerald", "cyan", "violet", "amber"), dice[1])
    accent = _pick(("soft", "vibrant", "mono"), dice[2])
    radius = _pick(("none", "md", "xl"), dice[3])
    layout = _pick(("sidebar-left", "sidebar-top", "one-column"), dice[4])
    return (
        f'{{"id": "{theme}", "primaryColor": "{color}", "accentStyle": "{accent}",'
        f' "radius": "{radius}", "layout": "{layout}", "showProfilePhoto": true}}'
    )


def _skills_of(person: int) -> list[tuple[str, str]]:
    """12 different ones: steps of 5 meet each of the 32 once."""
    start = _dice("skills", person)[0]
    return [_pick(_WORDS.skills, start + 5 * nth) for nth in range(12)]


def _skills(person: int) -> Iterator[str]:
    dice, user = _dice("skills", person), user_id(person)
    for nth, (name, category) in enumerate(_skills_of(person)):
        level = _pick(("beginner", "intermediate", "advanced"), dice[nth + 1])
        years = _maybe(f"{dice[nth + 20] % 30 / 2}", 80, dice[nth + 40])
        yield (
            f"{_id(2, person, nth)}\t{user}\t{name}\t{category}\t{level}\t{years}"
            f"\t{_time(person, nth)}\n"
        )


def _projects(person: int) -> Iterator[str]:
    dice, user = _dice("projects", person), user_id(person)
    for nth in range(5):
        die = dice[nth + 1]
        name, description = _pick(_WORDS.projects, dice[0] + nth)
        address = f"{_address(*name.split())}-{person}"
        yield (
            f"{_id(3, person, nth)}\t{user}\t{name}\t{description}\t{_pick(_WORDS.roles, die)}"
            f"\t{_some(_WORDS.highlights, die, 2)}\t{_some(_WORDS.tags, die, 2)}"
            f"\t{'ttfff'[nth]}\t{nth}"
            f'\t[{{"type": "image", "url": "https://images.example.org/projects/{die}.png"}}]'
            f"\thttps://github.example.com/{address}\thttps://{address}.example.org"
            f"\t{_time(person, nth)}\t{_time(person, nth)}\n"
        )


def _technologies(person: int) -> Iterator[str]:
    dice = _dice("technologies", person)
    for project in range(5):
        for nth in range(5):
            name = _pick(_WORDS.technologies, dice[project] + 3 * nth)
            yield (
                f"{_id(4, person, 5 * project + nth)}\t{_id(3, person, project)}\t{name}"
                f"\t{_time(person, nth)}\n"
            )


def _experience(person: int) -> Iterator[str]:
    dice, user = _dice("experience", person), user_id(person)
    for nth in range(3):
        die = dice[nth + 1]
        start, end = 2020 - 3 * nth, f"{2023 - 3 * nth}-{die % 12 + 1:02}" if nth else r"\N"
        kind = _pick(("full_time", "full_time", "contract", "internship"), die)
        yield (
            f"{_id(5, person, nth)}\t{user}\t{_pick(_WORDS.companies, dice[0] + nth)}"
            f"\t{_pick(_WORDS.roles, die)}\t{start}-{die % 12 + 1:02}\t{end}"
            f"\t{'f' if nth else 't'}\t{_pick(_WORDS.places, die)}\t{kind}"
            f"\t{_pick(_WORDS.duties, die + nth)}\t{_some(_WORDS.achievements, die, 2)}"
            f"\t{_time(person, nth)}\t{_time(person, nth)}\n"
        )


def _education(person: int) -> Iterator[str]:
    dice, user = _dice("education", person), user_id(person)
    for nth, degree in enumerate(("MSc", "BSc")):
        die = dice[nth + 1]
        gpa = _maybe(f"{2 + die % 200 / 100:.2f}", 50, dice[nth + 3])
        honors = _maybe("With distinction", 20, dice[nth + 5])
        yield (
            f"{_id(6, person, nth)}\t{user}\t{_pick(_WORDS.schools, dice[0] + nth)}\t{degree}"
            f"\t{_pick(_WORDS.fields, dice[0])}\t{2012 - 3 * nth}-10\t{2014 - 2 * nth}-07\t{gpa}"
            f"\t{_some(_WORDS.courses, die, 3)}\t{honors}"
            f"\t{_time(person, nth)}\t{_time(person, nth)}\n"
        )


def _certifications(person: int) -> Iterator[str]:
    dice, user = _dice("certifications", person), user_id(person)
    for nth in range(2):
        die = dice[nth + 1]
        name, issuer = _pick(_WORDS.certificates, dice[0] + nth)
        number = f"{person:06}-{die:03}"
        expiry = _maybe(f"{2026 + die % 5}-0{die % 9 + 1}", 60, dice[nth + 3])
        yield (
            f"{_id(7, person, nth)}\t{user}\t{name}\t{issuer}\t{2018 + die % 7}-0{die % 9 + 1}"
            f"\t{expiry}\t{number}\thttps://verify.example.org/{number}"
            f"\t{_time(person, nth)}\t{_time(person, nth)}\n"
        )


TABLES: dict[str, tuple[str, Callable[[int], Iterator[str]]]] = {
    "auth.users": ("id email", _users),
    "public.profiles": (
        "id full_name username avatar_url onboarding_completed plan created_at updated_at",
        _profiles,
    ),
    "public.portfolios": (
        "id user_id name headline email phone bio website location role_level availability"
        " hourly_rate salary_range profile_photo_url social_links settings theme primary_stack"
        " slug published created_at updated_at",
        _portfolios,
    ),
    "public.skills": ("id user_id name category level years_experience created_at", _skills),
    "public.projects": (
        "id user_id name description role highlights tags featured order media repo_url live_url"
        " created_at updated_at",
        _projects,
    ),
    "public.project_tech_stack": ("id project_id tech created_at", _technologies),
    "public.experience": (
        "id user_id company role start_date end_date current location employment_type"
        " description achievements created_at updated_at",
        _experience,
    ),
    "public.education": (
        "id user_id school degree field start_date end_date gpa coursework honors"
        " created_at updated_at",
        _education,
    ),
    "public.certifications": (
        "id user_id name issuer issue_date expiry_date credential_id credential_url"
        " created_at updated_at",
        _certifications,
    ),
}
"""What is written: by table, parents first, its columns and the lines of one person."""
