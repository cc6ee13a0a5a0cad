"""A portfolio: the public contract between the database and the themes.

Everything a template sees of a person is here, already cleaned: text is trimmed and free of control
characters, every URL is http(s) or a picture of this site, dates are parsed, what may not be shown
is absent. The docstring under a field says what it is and which column it comes from;
docs/theme-context.md is made from them.
"""

from decimal import Decimal
from typing import Literal

import msgspec

from generator.model.date import PartialDate, Period

SkillCategory = Literal["language", "framework", "tool", "soft_skill"]
SkillLevel = Literal["beginner", "intermediate", "advanced"]
RoleLevel = Literal["junior", "mid", "senior", "lead"]
Availability = Literal["open_to_work", "freelance", "not_open"]
EmploymentType = Literal["full_time", "contract", "internship"]
MediaKind = Literal["image", "video"]
Scalar = str | bool | int | float
"""What a setting of a theme can be."""
LinkKind = Literal[
    "github", "linkedin", "twitter", "dribbble", "instagram", "facebook", "devto", "portfolio"
]


class Link(msgspec.Struct, frozen=True):
    """A link to the person elsewhere (`portfolios.social_links`)."""

    kind: LinkKind
    """Which service: `github`, `linkedin`, …; `portfolio` for a site of their own."""
    url: str
    """An http(s) address."""


class Skill(msgspec.Struct, frozen=True):
    """One skill (`skills`)."""

    name: str
    """`skills.name`; `skills.skill` where a row from before v1 has no name."""
    category: SkillCategory
    """`skills.category`; `tool` where it is missing."""
    level: SkillLevel
    """`skills.level`; `intermediate` where it is missing."""
    years: Decimal | None
    """`skills.years_experience`, 0 to 99.9."""


class SkillGroup(msgspec.Struct, frozen=True):
    """The skills of one category, in the order they were added."""

    category: SkillCategory
    """The category all of them share."""
    skills: tuple[Skill, ...]
    """Never empty."""


class Media(msgspec.Struct, frozen=True):
    """A picture or a film of a project (`projects.media`)."""

    kind: MediaKind
    """`image` or `video`."""
    url: str
    """An http(s) address; of a picture of this site, its path from the root of the host."""


class Project(msgspec.Struct, frozen=True):
    """One project (`projects` and its `project_tech_stack`)."""

    id: str
    """`projects.id`, for the event `project_view`."""
    name: str
    """`projects.name`."""
    description: str
    """`projects.description`: Markdown; may be empty where only control characters were stored."""
    role: str | None
    """`projects.role`."""
    highlights: tuple[str, ...]
    """`projects.highlights`, one line each."""
    tags: tuple[str, ...]
    """`projects.tags`."""
    featured: bool
    """`projects.featured`; featured projects come first."""
    technologies: tuple[str, ...]
    """`project_tech_stack.tech`, in the order they were added."""
    media: tuple[Media, ...]
    """`projects.media`."""
    repo_url: str | None
    """`projects.repo_url`."""
    live_url: str | None
    """`projects.live_url`."""


class Experience(msgspec.Struct, frozen=True):
    """One job (`experience`)."""

    company: str
    """`experience.company`."""
    role: str
    """`experience.role`."""
    period: Period
    """`experience.start_date`, `.end_date` and `.current`."""
    location: str | None
    """`experience.location`."""
    employment_type: EmploymentType | None
    """`experience.employment_type`."""
    description: str | None
    """`experience.description`: Markdown."""
    achievements: tuple[str, ...]
    """`experience.achievements`, one line each."""


class Education(msgspec.Struct, frozen=True):
    """One course of study (`education`)."""

    school: str
    """`education.school`."""
    degree: str
    """`education.degree`."""
    field: str
    """`education.field`."""
    period: Period
    """`education.start_date`, `.end_date` and `.current`."""
    description: str | None
    """`education.description`: Markdown."""
    gpa: Decimal | None
    """`education.gpa`, 0 to 4.0."""
    coursework: tuple[str, ...]
    """`education.coursework`."""
    honors: str | None
    """`education.honors`."""


class Certification(msgspec.Struct, frozen=True):
    """One certificate (`certifications`)."""

    name: str
    """`certifications.name`."""
    issuer: str
    """`certifications.issuer`."""
    issued: PartialDate | None
    """`certifications.issue_date`."""
    expires: PartialDate | None
    """`certifications.expiry_date`."""
    credential_id: str | None
    """`certifications.credential_id`."""
    credential_url: str | None
    """`certifications.credential_url`."""


class ThemeChoice(msgspec.Struct, frozen=True):
    """How the owner wants the page to look (`portfolios.theme`)."""

    id: str = "emerald"
    """The theme's name. The site may lack it; the build then uses the site's own theme."""
    chosen: tuple[tuple[str, Scalar], ...] = ()
    """What the owner set, by key. A template reads `settings`: the same, as the theme allows it."""


class Portfolio(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a page may show about one person."""

    name: str
    """`portfolios.name`."""
    headline: str
    """`portfolios.headline`, after the role level ("Senior Backend Engineer") unless it says it."""
    role_level: RoleLevel | None
    """`portfolios.role_level`; already in `headline`."""
    photo: str | None
    """`portfolios.profile_photo_url`, else `profiles.avatar_url`; None where the owner hides it.
    An http(s) address; of a picture of this site, its path from the root of the host."""
    location: str | None
    """`portfolios.location`."""
    website: str | None
    """`portfolios.website`."""
    bio: str | None
    """`portfolios.bio`: Markdown."""
    availability: Availability | None
    """`portfolios.availability`."""
    hourly_rate: Decimal | None
    """`portfolios.hourly_rate`, where `availability` is `freelance`; the site adds the currency."""
    salary_range: str | None
    """`portfolios.salary_range`, where `availability` is `open_to_work`."""
    email: str | None
    """Where to write: `settings.contactEmail`, or `portfolios.email` where that is absent or blank;
    None where it is no address, or `settings.showContactForm` is false. Show it in a contact
    section only."""
    links: tuple[Link, ...]
    """`portfolios.social_links`; the deprecated `github` and `linkedin` where that is empty."""
    primary_stack: tuple[str, ...]
    """`portfolios.primary_stack`: the skills to put first; may name some that `skills` lacks."""
    skills: tuple[SkillGroup, ...]
    """Languages, frameworks, tools, soft skills; a category without skills is absent."""
    projects: tuple[Project, ...]
    """Featured ones first, then by `projects.order`."""
    experience: tuple[Experience, ...]
    """Current jobs first, then the latest."""
    education: tuple[Education, ...]
    """Current studies first, then the latest."""
    certifications: tuple[Certification, ...]
    """The latest first."""
    seo_title: str | None
    """`settings.seoTitle`; the page's own title is in `page.title`."""
    seo_description: str | None
    """`settings.seoDescription`; the page's own description is in `page.description`."""
    theme: ThemeChoice
    """`portfolios.theme`."""
    created: str
    """`portfolios.created_at`, as `YYYY-MM-DD` in UTC; empty where that is no date."""
    updated: str
    """The latest of `portfolios.updated_at` and every row's `created_at`, as `YYYY-MM-DD` in UTC;
    empty where that is no date."""
