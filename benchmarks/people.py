"""The people of a database as one JSON file: what the others render from.

Reading and cleaning rows is work that we do in every build and that the others are spared.
"""

from decimal import Decimal
from pathlib import Path

import msgspec

from generator.model.date import PartialDate
from generator.model.portfolio import Portfolio
from generator.source.portfolio import read_portfolio
from generator.source.snapshot import open_snapshot

_SHORT = {"primaryColor": "color", "accentStyle": "accent", "radius": "radius", "layout": "layout"}


class Address(msgspec.Struct, frozen=True):
    """Where a person stands, and where a redirect leads there."""

    segment: str
    alias: str | None
    theme: str
    """What the person chose; the others know emerald only."""


def write_people(url: str, file: Path) -> list[Address]:
    """Write every public person as JSON.

    Args:
        url: A database of synthetic people, whose slugs and usernames all differ.
        file: Gets `{"people": [{segment, aliases, params}]}`, with the fields of `Portfolio` as
            `params`, but for `theme`, which holds the settings of emerald; and the year, month and
            `iso` of every date.

    Returns:
        Everybody's address.
    """
    addresses = []
    with open_snapshot(url) as snapshot, file.open("wb") as out:
        claims = {claim.owner: claim for claim in snapshot.claims()}
        separator = b'{"people":['
        for person in snapshot.people():
            portfolio = read_portfolio(person.owner, person.document).portfolio
            claim = claims[person.owner]
            segment = claim.slug or claim.username
            if portfolio is None or segment is None:
                raise ValueError(f"{person.owner} has no page: only synthetic people will do")
            alias = claim.username if claim.slug else None
            entry = {
                "segment": segment,
                "aliases": [f"/{alias}/"] if alias else [],
                "params": {**fields(portfolio), "theme": chosen(portfolio)},
            }
            out.write(separator + msgspec.json.encode(entry))
            addresses.append(Address(segment, alias, portfolio.theme.id))
            separator = b",\n"
        out.write(b"]}\n")
    return addresses


def chosen(portfolio: Portfolio) -> dict[str, object]:
    """The settings of emerald, as a person chose them."""
    return {"color": "emerald", "accent": "soft", "radius": "md", "layout": "sidebar-left"} | {
        _SHORT[key]: value for key, value in portfolio.theme.chosen if key in _SHORT
    }


def fields(value: msgspec.Struct) -> dict[str, object]:
    """The fields of a struct, plain."""
    return {name: plain(getattr(value, name)) for name in value.__struct_fields__}


def plain(value: object) -> object:
    """What a program that knows none of our types is given of a portfolio."""
    match value:
        case PartialDate():
            return {"year": value.year, "month": value.month, "iso": value.iso}
        case msgspec.Struct():
            return fields(value)
        case tuple():
            return [plain(item) for item in value]
        case Decimal():
            return int(value) if value % 1 == 0 else float(value)
        case _:
            return value
