"""What is known of values: every field of the contract has a kind, and every address is known."""

import pytest
from jinja2 import FunctionLoader

from generator.check import filters
from generator.check.addresses import OF_PEOPLE, OF_THE_SITE
from generator.check.kinds import Unknown, each, field, public
from generator.check.policy import allows_inline, blocks
from generator.contract.structs import fields
from generator.contract.templates import structs, templates
from generator.render.environment import Environment
from generator.render.language import Language

STRUCTS = structs(templates())
FIELDS = [(struct, name) for struct in STRUCTS for name in public(struct)]


@pytest.mark.parametrize(
    ("struct", "name"), FIELDS, ids=lambda it: it if isinstance(it, str) else it.__name__
)
def test_every_field_of_the_contract_has_a_kind(struct: type, name: str) -> None:
    kind = field(struct, name)

    assert kind is not None
    if (struct.__name__, name) != ("ThemeChoice", "chosen"):
        assert not any(isinstance(it, Unknown) for it in each(kind))


def test_there_is_nothing_besides_the_documented_fields() -> None:
    for struct in STRUCTS:
        documented = {it.name.split("(")[0] for it in fields(struct)}
        assert set(public(struct)) == documented


def test_every_field_that_is_described_as_an_address_is_known_as_one() -> None:
    described = {
        f"{struct.__name__}.{it.name.split('(')[0]}"
        for struct in STRUCTS
        for it in fields(struct)
        if "address" in it.about or it.name.split("(")[0].endswith("url")
    }
    known = OF_PEOPLE | OF_THE_SITE
    mail = {"Portfolio.email"}
    assert described - mail <= known
    assert {it for it in known if "." in it} <= {
        f"{struct.__name__}.{name}" for struct, name in FIELDS
    }


def test_the_policy_is_read_from_the_headers_that_are_served() -> None:
    assert blocks("script-src")
    assert blocks("font-src")
    assert not blocks("style-src")
    assert not allows_inline("style-src")


def test_every_filter_that_templates_may_use_is_known() -> None:
    loader = FunctionLoader(lambda _name: None)
    allowed = Environment(loader, filters=Language("en").filters).filters

    known = {*filters.TEXTS, *filters.NUMBERS, *filters.MARKUP, *filters.SAME, *filters.ITEM}
    assert known | filters.SPECIAL.keys() | filters.BY_FIELD.keys() == set(allowed)
