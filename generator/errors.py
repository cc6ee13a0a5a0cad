"""Every error a user can meet.

    QwikfolioError
    ├── ConfigError          qwikfolio.toml, the environment or an option is wrong
    ├── MissingExtraError    a library that is only needed here is not installed
    ├── ContentError         a file under content/ can't be used
    ├── ThemeError           a theme is missing, or one of its templates fails
    ├── DatabaseError        the database can't be reached, or isn't as it should be
    │   ├── MigrationError   a migration was edited, is unknown, or failed
    │   └── UnavailableError no server answers, or it takes nobody now: that passes by itself
    ├── PublishError         output/ or its manifest can't be written
    ├── RemovalLimitError    a build would remove more people than it may
    ├── SpoolError           the beacon's spool can't be used
    └── StrictError          --strict met a problem

Each says what is wrong, where, and what to do (DESIGN, rule 11); the command line prints the three
and nothing else. A problem with one person's row is not an error: see `model.problem`.
"""


class QwikfolioError(Exception):
    """What went wrong, where, and what to do about it.

    Args:
        what: One sentence, lower case, without a full stop.
        where: `file:line`, `table.column`, a URL; None when `what` says it all.
        fix: What the reader can do now.
    """

    def __init__(self, what: str, *, where: str | None = None, fix: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.fix = fix

    def __str__(self) -> str:
        lines = [self.what]
        if self.where:
            lines.append(f"  where: {self.where}")
        if self.fix:
            lines.append(f"  to do: {self.fix}")
        return "\n".join(lines)


class ConfigError(QwikfolioError):
    """The settings can't be used as they stand.

    Args:
        what: As in `QwikfolioError`.
        where: As in `QwikfolioError`.
        fix: As in `QwikfolioError`.
        also: What else is wrong with them, for who mends all of it at once.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        fix: str | None = None,
        also: tuple["ConfigError", ...] = (),
    ) -> None:
        super().__init__(what, where=where, fix=fix)
        self.also = also

    def __str__(self) -> str:
        return "\nand: ".join([super().__str__(), *map(str, self.also)])


class MissingExtraError(QwikfolioError):
    """An extra of the package, which is only needed for some things, is not installed."""


class ContentError(QwikfolioError):
    """A file under `content/` can't be used."""


class ThemeError(QwikfolioError):
    """A theme is missing, or one of its templates fails."""


class DatabaseError(QwikfolioError):
    """The database can't be reached, or isn't as it should be."""


class MigrationError(DatabaseError):
    """A migration was edited after it was applied, is unknown here, or failed."""


class UnavailableError(DatabaseError):
    """No server answers, or it takes nobody now: worth trying again soon."""


class PublishError(QwikfolioError):
    """The output directory or its manifest can't be written."""


class RemovalLimitError(QwikfolioError):
    """A build would remove more people than it may; it has changed nothing."""

    def __init__(
        self, *, people: int, of: int, limit: int, examples: tuple[str, ...], where: str
    ) -> None:
        """How many of how many people would go, how many may, and the addresses of some."""
        named = ", ".join(examples)
        more = f" and {people - len(examples):,} more" if people > len(examples) else ""
        super().__init__(
            f"this build would remove {people:,} of {of:,} people, and may remove {limit:,}; "
            f"nothing was changed. They are {named}{more}",
            where=where,
            fix="check that the database shows everybody: a failed restore, a lost grant or a "
            "changed row-level security policy hides people. If the removal is intended, run "
            f"`qwikfolio build --allow-removals {people}` once, with the same options",
        )
        self.people = people
        self.of = of
        self.limit = limit
        self.examples = examples


class SpoolError(QwikfolioError):
    """The beacon's folder for events can't be used."""


class StrictError(QwikfolioError):
    """`--strict` was given, and a problem was met."""
