"""The kinds of problems: what each is called when it is counted, and what to do about it."""

from collections.abc import Mapping
from typing import Literal, get_args

import msgspec

Kind = Literal[
    "template", "unreadable", "schema", "too_large", "too_many", "too_much", "page_too_large",
    "no_address", "address", "theme", "unknown_setting", "setting", "url", "email", "date",
    "number", "choice", "json", "blank",
]  # fmt: skip
"""A name that does not change; docs/warnings.md lists them."""


class KindFacts(msgspec.Struct, frozen=True):
    """How a kind of problem is spoken of."""

    one: str
    """What one such problem is: `1 date that could not be read`."""
    many: str
    """The same of several."""
    fix: str
    """What to do about one."""


KINDS: Mapping[Kind, KindFacts] = {
    "template": KindFacts(
        "page whose template failed",
        "pages whose template failed",
        "correct the template; see docs/themes.md",
    ),
    "unreadable": KindFacts(
        "value that PostgreSQL could not give",
        "values that PostgreSQL could not give",
        "repair what PostgreSQL's message is about: the value, or a row-level security policy",
    ),
    "schema": KindFacts(
        "value that breaks the schema",
        "values that break the schema",
        "correct the value in the database",
    ),
    "too_large": KindFacts("value that is too large", "values that are too large", "shorten it"),
    "too_many": KindFacts(
        "table with too many rows of one owner",
        "tables with too many rows of one owner",
        "delete some",
    ),
    "too_much": KindFacts(
        "person whose rows are too large together",
        "people whose rows are too large together",
        "shorten it, or delete some of this person's rows",
    ),
    "page_too_large": KindFacts(
        "page that takes too much work",
        "pages that take too much work",
        "shorten it, or make the template do less for each value",
    ),
    "no_address": KindFacts(
        "person without an address",
        "people without an address",
        "give them a slug of their own",
    ),
    "address": KindFacts(
        "slug or username that is not used",
        "slugs or usernames that are not used",
        "choose another one",
    ),
    "theme": KindFacts(
        "portfolio whose theme is missing",
        "portfolios whose theme is missing",
        "add the theme to the site, or choose one that it has",
    ),
    "unknown_setting": KindFacts(
        "portfolio with settings that its theme does not have",
        "portfolios with settings that their theme does not have",
        "remove them from the column, or add them to the theme",
    ),
    "setting": KindFacts(
        "theme setting that could not be used",
        "theme settings that could not be used",
        "choose a value that the theme offers",
    ),
    "url": KindFacts(
        "link that is not an http or https address",
        "links that are not http or https addresses",
        "write an address like https://example.org, or empty it",
    ),
    "email": KindFacts(
        "value that is not an e-mail address",
        "values that are not e-mail addresses",
        "write one address like ada@example.org, or empty it",
    ),
    "date": KindFacts(
        "date that could not be read",
        "dates that could not be read",
        "write it as YYYY-MM or YYYY",
    ),
    "number": KindFacts(
        "number that is not an amount",
        "numbers that are not amounts",
        "write a number from 0 to 999,999,999,999, or empty it",
    ),
    "choice": KindFacts(
        "value that is none of those allowed",
        "values that are none of those allowed",
        "choose one of these",
    ),
    "json": KindFacts(
        "value of the wrong JSON type",
        "values of the wrong JSON type",
        "store it as docs/database.md describes the column",
    ),
    "blank": KindFacts(
        "text without a visible character",
        "texts without a visible character",
        "write a text",
    ),
}
"""By kind, the gravest first."""

SHARED: frozenset[Kind] = frozenset({"template", "theme", "unknown_setting"})
"""Kinds that have one cause for many people, in a theme: it is named once."""

if tuple(KINDS) != get_args(Kind):
    raise AssertionError("each kind has its facts, in the same order")
