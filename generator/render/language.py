"""How a language writes months, numbers and counted words (Unicode CLDR, by Babel)."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache

import msgspec
from babel.core import Locale, UnknownLocaleError
from babel.dates import format_skeleton
from babel.numbers import format_decimal
from jinja2 import TemplateRuntimeError

from generator.model.date import PartialDate

_YEAR = 2001  # stands for any year while the months are written down
_REMEMBERED = 4096


class Language(msgspec.Struct, frozen=True, dict=True):
    """A language, by its BCP 47 tag; one that CLDR lacks is written like English."""

    tag: str

    @cached_property
    def filters(self) -> dict[str, Callable[..., str]]:
        """What templates are given, by name; the docstrings are for docs/theme-context.md."""
        months, locale = self._months, self._locale

        def month_year(date: PartialDate) -> str:
            """`Jan 2023` in the site's language, or `2023` where the month is unknown."""
            year = str(date.year)
            return months[date.month - 1].replace(str(_YEAR), year) if date.month else year

        @lru_cache(maxsize=_REMEMBERED)
        def category(count: Decimal | int) -> str:
            """Of the number as it is written: 1.0 stands as `1`, which is one."""
            shown = int(count) if count % 1 == 0 else Decimal(count).normalize()
            return str(locale.plural_form(shown))

        @lru_cache(maxsize=_REMEMBERED)
        def number(value: Decimal | int, places: int = 0) -> str:
            """`45`, `37.5`, `1,250` in the site's language; `places`: digits that must be there."""
            pattern = f"#,##0.{'0' * places}{'#' * (3 - places)}"
            return str(format_decimal(value, pattern, locale=locale))

        def plural(forms: Mapping[str, str], count: Decimal | int) -> str:
            """The form of a counted word for a number, which stands in it for `%(n)s`."""
            if not isinstance(forms, dict) or "other" not in forms:
                raise TemplateRuntimeError("plural needs a word with the key `other`")
            form: str = forms.get(category(count)) or forms["other"]
            return form.replace("%(n)s", number(count))

        return {"month_year": month_year, "number": number, "plural": plural}

    @cached_property
    def plural_categories(self) -> frozenset[str]:
        """What a counted word needs a form for."""
        return frozenset(self._locale.plural_form.tags) | {"other"}

    @cached_property
    def _locale(self) -> Locale:
        parts = self.tag.split("-")
        for count in range(len(parts), 0, -1):
            try:
                return Locale.parse("-".join(parts[:count]), sep="-")
            except (UnknownLocaleError, ValueError):
                continue
        return Locale("en")

    @cached_property
    def _months(self) -> tuple[str, ...]:
        days = (date(_YEAR, month, 1) for month in range(1, 13))
        return tuple(format_skeleton("yMMM", day, locale=self._locale) for day in days)
