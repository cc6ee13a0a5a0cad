"""The edge cases are what they are called, and nothing that a row could not have become."""

from collections.abc import Iterator
from typing import get_args

import msgspec
import pytest

from generator.gallery.edge_cases import BIO_LENGTH, EDGE_CASES, LONG_WORD
from generator.gallery.gallery import portfolios
from generator.model.portfolio import LinkKind, Portfolio
from generator.model.url import email_address, web_url
from generator.source.clean import line, prose
from tests.site import ROOT, TEST_PEOPLE

PROSE = {"bio", "description"}


def texts(value: object, field: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a portfolio, with the field it is in."""
    match value:
        case str():
            yield field, value
        case tuple():
            for item in value:
                yield from texts(item, field)
        case msgspec.Struct():
            for name in value.__struct_fields__:
                yield from texts(getattr(value, name), name)


@pytest.mark.parametrize("portfolio", EDGE_CASES.values(), ids=EDGE_CASES)
def test_every_value_is_as_clean_as_a_rows(portfolio: Portfolio) -> None:
    rest = msgspec.structs.replace(portfolio, theme=None)
    for field, text in texts(rest):
        if field in {"url", "photo", "website", "repo_url", "live_url", "credential_url"}:
            assert web_url(text) == text
        elif field == "email":
            assert email_address(text) == text
        else:
            assert (prose(text) if field in PROSE else line(text)) == (text or None), field


def test_each_is_what_it_is_called() -> None:
    def skills(name: str) -> int:
        return sum(len(group.skills) for group in EDGE_CASES[name].skills)

    assert skills("sixty-skills") == 60
    assert len(EDGE_CASES["forty-projects"].projects) == 40
    assert len({it.id for it in EDGE_CASES["forty-projects"].projects}) == 40
    assert len(EDGE_CASES["one-project"].projects) == 1
    assert EDGE_CASES["no-projects"].projects == ()
    assert BIO_LENGTH - 40 < len(EDGE_CASES["long-bio"].bio or "") <= BIO_LENGTH
    assert LONG_WORD in EDGE_CASES["long-words"].name
    assert not any(EDGE_CASES["bare"].skills)
    periods = [it.period for it in EDGE_CASES["odd-dates"].experience]
    assert any(it.start is it.end is None for it in periods)
    assert any(it.start and it.end and it.end < it.start for it in periods)
    assert {it.kind for it in EDGE_CASES["left-blank"].links} == set(get_args(LinkKind))
    assert "" in {it.name for it in EDGE_CASES["left-blank"].projects}


def test_the_gallery_has_the_samples_and_the_edge_cases() -> None:
    found = portfolios(TEST_PEOPLE)
    assert {"ada", "bartholomew", "layla", *EDGE_CASES} <= found.keys()
    assert found["ada"].name != EDGE_CASES["typical"].name


def test_the_gallery_needs_no_content() -> None:
    assert portfolios(ROOT / "no-such-folder") == EDGE_CASES
