"""A person's rows become a `Portfolio`: the rules of the app, one function a table."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import starmap
from types import MappingProxyType
from typing import TypeVar, get_args

import msgspec

from generator.model import portfolio as model
from generator.model.date import Period
from generator.model.problem import Problem, quote
from generator.source import rows
from generator.source.clean import Complaints, RowCleaner, line, prose, says_no
from generator.source.snapshot import Person

_CATEGORIES: tuple[model.SkillCategory, ...] = get_args(model.SkillCategory)
_LEVELS: tuple[model.SkillLevel, ...] = get_args(model.SkillLevel)
_ROLE_LEVELS: tuple[model.RoleLevel, ...] = get_args(model.RoleLevel)
_AVAILABILITIES: tuple[model.Availability, ...] = get_args(model.Availability)
_EMPLOYMENT_TYPES: tuple[model.EmploymentType, ...] = get_args(model.EmploymentType)
_MEDIA_KINDS: tuple[model.MediaKind, ...] = get_args(model.MediaKind)
_LINK_KINDS: tuple[model.LinkKind, ...] = get_args(model.LinkKind)
_SPOKEN_LEVEL = {"junior": "Junior", "mid": "Mid-level", "senior": "Senior", "lead": "Lead"}
_SAYS_LEVEL = {
    "junior": {"junior", "jr"},
    "mid": {"mid"},
    "senior": {"senior", "sr"},
    "lead": {"lead"},
}

_SCALAR = (str, bool, int, float)
_OUR_KEYS = {"id", "showProfilePhoto"}
"""Keys of `portfolios.theme` that mean the same in every theme."""
_LONGEST_KEY = 100
_NO_PICTURES: Mapping[str, str] = MappingProxyType({})

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_WORD = re.compile(r"\w+")
_BLANK = "no character of it can be shown"

_Dated = TypeVar("_Dated", model.Experience, model.Education)
_Kind = TypeVar("_Kind", bound=str)


class Reading(msgspec.Struct, frozen=True):
    """What came of one person's rows."""

    portfolio: model.Portfolio | None
    """None where the page can't be built; `problems` then ends with the error."""
    problems: tuple[Problem, ...]


def read_portfolio(
    owner: str, document: bytes, row: str = "", *, pictures: Mapping[str, str] = _NO_PICTURES
) -> Reading:
    """Turn one document of the query `people` into a portfolio.

    Args:
        owner: `portfolios.user_id`.
        document: UTF-8 JSON.
        row: `portfolios.id`, which problems name; empty where it isn't known.
        pictures: The address of each picture that the samples bring, by its name
            (`pictures/ada.webp`); where there are none, such a name is no address.
    """
    complaints = Complaints(owner)
    try:
        person = rows.decode(owner, document, row)
        assembly = _Assembly(complaints, owner, row, pictures)
        return Reading(assembly.portfolio(person), complaints.all())
    except rows.RowError as error:
        spoiled = Problem(
            kind=error.kind, level="error", owner=owner, table=error.table, column=error.column,
            row=error.row, reason=error.reason,
        )  # fmt: skip
        return Reading(None, (*complaints.all(), spoiled))


def read_person(person: Person, pictures: Mapping[str, str] = _NO_PICTURES) -> Reading:
    """Turn a person's rows into a portfolio, if they were read; `pictures` as above."""
    if person.problems:
        return Reading(None, person.problems)
    return read_portfolio(person.owner, person.document, person.row, pictures=pictures)


class _Assembly:
    """The assembly of one portfolio; carries whose it is, and the problems met."""

    def __init__(
        self, complaints: Complaints, owner: str, row: str, pictures: Mapping[str, str]
    ) -> None:
        self._complaints = complaints
        self._owner = owner
        self._row = row
        self._pictures = pictures

    def portfolio(self, person: rows.PersonRow) -> model.Portfolio:
        row = RowCleaner(self._complaints, "portfolios", self._row)
        name = line(person.name)
        if name is None:
            raise rows.RowError("blank", "portfolios", "name", self._row, _BLANK)
        settings = row.mapping("settings", person.settings)
        theme = row.mapping("theme", person.theme)
        role_level = row.choice("role_level", person.role_level, _ROLE_LEVELS)
        availability = row.choice("availability", person.availability, _AVAILABILITIES)
        hourly_rate = row.number("hourly_rate", person.hourly_rate)
        return model.Portfolio(
            name=name,
            headline=_headline(_required(row, "headline", person.headline), role_level),
            role_level=role_level,
            photo=None if says_no(theme.get("showProfilePhoto")) else self._photo(person),
            location=line(person.location),
            website=row.url("website", person.website),
            bio=prose(person.bio),
            availability=availability,
            hourly_rate=hourly_rate if availability == "freelance" else None,
            salary_range=line(person.salary_range) if availability == "open_to_work" else None,
            email=_contact_email(row, settings, person.email),
            links=self._links(person),
            primary_stack=tuple(dict.fromkeys(row.lines("primary_stack", person.primary_stack))),
            skills=self._skills(person.skills or ()),
            projects=tuple(map(self._project, person.projects or ())),
            experience=_latest_first(list(map(self._experience, person.experience or ()))),
            education=_latest_first(list(map(self._education, person.education or ()))),
            certifications=self._certifications(person.certifications or ()),
            seo_title=_setting_line(row, settings, "seoTitle"),
            seo_description=_setting_line(row, settings, "seoDescription"),
            theme=_theme(row, theme),
            created=_day(person.created_at),
            updated=_day(person.updated_at),
        )

    def _photo(self, person: rows.PersonRow) -> str | None:
        portfolio = RowCleaner(self._complaints, "portfolios", self._row)
        profile = RowCleaner(self._complaints, "profiles", self._owner)
        known = self._pictures
        return portfolio.picture(
            "profile_photo_url", person.profile_photo_url, known
        ) or profile.picture("avatar_url", person.avatar_url, known)

    def _links(self, person: rows.PersonRow) -> tuple[model.Link, ...]:
        row = RowCleaner(self._complaints, "portfolios", self._row)
        stored = row.objects("social_links", person.social_links)
        links = list(starmap(model.Link, _typed_urls(row, "social_links", stored, _LINK_KINDS)))
        if not stored:
            github, linkedin = (
                row.url("github", person.github),
                row.url("linkedin", person.linkedin),
            )
            if github:
                links.append(model.Link("github", github))
            if linkedin:
                links.append(model.Link("linkedin", linkedin))
        return tuple(dict.fromkeys(links))

    def _skills(self, skills: Sequence[rows.SkillRow]) -> tuple[model.SkillGroup, ...]:
        groups: dict[model.SkillCategory, list[model.Skill]] = {c: [] for c in _CATEGORIES}
        for skill in skills:
            row = RowCleaner(self._complaints, "skills", skill.id)
            name = line(skill.name) or line(skill.skill)
            if name is None:
                row.drop("blank", "name", "it is empty")
                continue
            category = row.choice("category", skill.category, _CATEGORIES) or "tool"
            level = row.choice("level", skill.level, _LEVELS) or "intermediate"
            years = row.number("years_experience", skill.years_experience)
            groups[category].append(model.Skill(name, category, level, years))
        return tuple(
            model.SkillGroup(category, tuple(group)) for category, group in groups.items() if group
        )

    def _project(self, project: rows.ProjectRow) -> model.Project:
        row = RowCleaner(self._complaints, "projects", project.id)
        technologies = map(self._technology, project.project_tech_stack or ())
        stored = row.objects("media", project.media)
        return model.Project(
            id=project.id,
            name=_required(row, "name", project.name),
            description=_required(row, "description", project.description, prose),
            role=line(project.role),
            highlights=row.lines("highlights", project.highlights),
            tags=tuple(dict.fromkeys(row.lines("tags", project.tags))),
            featured=bool(project.featured),
            technologies=tuple(dict.fromkeys(filter(None, technologies))),
            media=tuple(starmap(model.Media, self._media(row, stored))),
            repo_url=row.url("repo_url", project.repo_url),
            live_url=row.url("live_url", project.live_url),
        )

    def _media(
        self, row: RowCleaner, stored: list[dict[str, object]]
    ) -> Iterator[tuple[model.MediaKind, str]]:
        return _typed_urls(row, "media", stored, _MEDIA_KINDS, self._pictures)

    def _technology(self, stack: rows.TechRow) -> str:
        row = RowCleaner(self._complaints, "project_tech_stack", stack.id)
        return _required(row, "tech", stack.tech)

    def _experience(self, job: rows.ExperienceRow) -> model.Experience:
        row = RowCleaner(self._complaints, "experience", job.id)
        return model.Experience(
            company=_required(row, "company", job.company),
            role=_required(row, "role", job.role),
            period=row.period(job.start_date, job.end_date, job.current),
            location=line(job.location),
            employment_type=row.choice("employment_type", job.employment_type, _EMPLOYMENT_TYPES),
            description=prose(job.description),
            achievements=row.lines("achievements", job.achievements),
        )

    def _education(self, study: rows.EducationRow) -> model.Education:
        row = RowCleaner(self._complaints, "education", study.id)
        return model.Education(
            school=_required(row, "school", study.school),
            degree=_required(row, "degree", study.degree),
            field=_required(row, "field", study.field),
            period=row.period(study.start_date, study.end_date, study.current),
            description=prose(study.description),
            gpa=row.number("gpa", study.gpa),
            coursework=row.lines("coursework", study.coursework),
            honors=line(study.honors),
        )

    def _certifications(
        self, certificates: Sequence[rows.CertificationRow]
    ) -> tuple[model.Certification, ...]:
        kept = []
        for certificate in certificates:
            row = RowCleaner(self._complaints, "certifications", certificate.id)
            kept.append(
                model.Certification(
                    name=_required(row, "name", certificate.name),
                    issuer=_required(row, "issuer", certificate.issuer),
                    issued=row.date("issue_date", certificate.issue_date),
                    expires=row.date("expiry_date", certificate.expiry_date),
                    credential_id=line(certificate.credential_id),
                    credential_url=row.url("credential_url", certificate.credential_url),
                )
            )
        return tuple(sorted(kept, key=lambda c: (c.issued is not None, c.issued), reverse=True))


def _day(text: str | None) -> str:
    """`YYYY-MM-DD`; empty where a timestamp is infinite, or of no year of four digits."""
    return text if text and _DAY.fullmatch(text) else ""


def _typed_urls(
    row: RowCleaner,
    column: str,
    stored: list[dict[str, object]],
    kinds: Collection[_Kind],
    pictures: Mapping[str, str] = _NO_PICTURES,
) -> Iterator[tuple[_Kind, str]]:
    """What can be shown of a JSONB array of `{type, url}`."""
    for item in stored:
        kind = row.choice(column, item.get("type"), kinds)
        known = pictures if kind == "image" else _NO_PICTURES
        url = row.picture(column, item.get("url"), known)
        if kind and url:
            yield kind, url


def _required(
    row: RowCleaner,
    column: str,
    text: str,
    clean: Callable[[str | None], str | None] = line,
) -> str:
    """A text the schema requires; empty, with a warning, where no character of it can be shown."""
    kept = clean(text)
    if kept is None:
        row.drop("blank", column, _BLANK)
    return kept or ""


def _headline(headline: str, role_level: model.RoleLevel | None) -> str:
    """The level stands before the headline ("Senior Backend Engineer") unless that says it."""
    if role_level is None:
        return headline
    spoken = _SPOKEN_LEVEL[role_level]
    if not headline:
        return spoken
    words = set(_WORD.findall(headline.casefold()))
    return headline if words & _SAYS_LEVEL[role_level] else f"{spoken} {headline}"


def _contact_email(row: RowCleaner, settings: dict[str, object], email: str | None) -> str | None:
    """The address that the owner chose; `email` where they chose none, but not where they erred."""
    if says_no(settings.get("showContactForm")):
        return None
    chosen = settings.get("contactEmail")
    if chosen is None or (isinstance(chosen, str) and line(chosen) is None):
        return row.email("email", email)
    return row.email("settings.contactEmail", chosen)


def _setting_line(row: RowCleaner, settings: dict[str, object], key: str) -> str | None:
    value = settings.get(key)
    if value is not None and not isinstance(value, str):
        row.drop("json", f"settings.{key}", f"{quote(value)} is not text")
        return None
    return line(value)


def _theme(row: RowCleaner, theme: dict[str, object]) -> model.ThemeChoice:
    """What the owner chose; whether the theme can take it is the theme's to say."""
    id_ = theme.get("id")
    if id_ is None:
        id_ = model.ThemeChoice().id
    chosen = []
    for key, value in theme.items():
        if value is None or key in _OUR_KEYS:
            continue
        if isinstance(value, _SCALAR):
            chosen.append((key, value))
        else:
            place = f"theme.{key}"[:_LONGEST_KEY]
            row.drop("setting", place, f"{quote(value)} can't be a setting")
    return model.ThemeChoice(id_ if isinstance(id_, str) else quote(id_), tuple(chosen))


def _latest_first(entries: list[_Dated]) -> tuple[_Dated, ...]:
    """Current ones first, then by when they began; those without a date last."""

    def recency(entry: _Dated) -> tuple[bool, int, int]:
        period: Period = entry.period
        start = period.start or period.end
        return (period.current, start.year if start else 0, start.month if start else 0)

    return tuple(sorted(entries, key=recency, reverse=True))
