"""Rule 8: our compiler lets out of the sandbox no more than Jinja's own does, which is nothing."""

import sys
from collections.abc import AsyncIterator, Iterator

import pytest

from generator.config import SiteSettings
from generator.render.site import make_site
from tests.render.jinja import ours, outcome, plain
from tests.source.documents import read

ESCAPES = r"""
{{ ''.__class__ }}
{{ ''.__class__.__mro__[1].__subclasses__() }}
{{ ''['__class__'] }}
{{ portfolio.__class__ }}
{{ portfolio['__class__'] }}
{{ portfolio|attr('__class__') }}
{{ portfolio|attr('__' ~ 'class__') }}
{{ portfolio.name.__class__ }}
{{ portfolio.theme.__class__.__base__ }}
{{ portfolio.__replace__(name='x') }}
{{ portfolio.__rich_repr__() }}
{{ portfolio.__struct_fields__ }}
{{ portfolio.__struct_config__ }}
{{ portfolio.__init__.__globals__ }}
{{ portfolio.__reduce__() }}
{{ portfolio.__copy__() }}
{{ portfolio.__setattr__('name', 'x') }}
{{ site.url.__func__.__globals__ }}
{{ site.path.__globals__ }}
{{ asset.__globals__ }}
{{ asset.__closure__ }}
{{ asset.__code__ }}
{{ asset['__globals__'] }}
{{ cycler.__init__.__globals__ }}
{{ joiner.__init__.__globals__.os.popen('id').read() }}
{{ namespace.__init__.__globals__ }}
{{ lipsum.__globals__['os'] }}
{{ dict.mro() }}
{{ dict.__base__ }}
{{ self.__init__.__globals__ }}
{{ self._TemplateReference__context }}
{{ '{0.__class__.__mro__}'.format('') }}
{{ '{0.__class__}'.format(portfolio) }}
{{ '{p.__class__}'.format_map({'p': portfolio}) }}
{{ ('{0.__class__}'|safe).format(portfolio) }}
{{ '%(a)s'|format(a=portfolio.__class__) }}
{{ ('{0.__class__}'.format)(portfolio) }}
{{ ['{0.__class__}']|map('format', portfolio)|list }}
{% set f = '{0.__class__}'.format %}{{ f(portfolio) }}
{{ [portfolio]|selectattr('__class__')|list }}
{{ [portfolio]|sum(attribute='__class__') }}
{{ [1].append(2) }}
{{ {}.update(a=1) }}
{% set x = [] %}{{ x.append(1) }}
{% set x = {} %}{{ x.setdefault('a', 1) }}
{{ {}.__setitem__('a', 1) }}
{% set x = portfolio %}{% set x.name = 'Eve' %}
{% set portfolio.name = 'Eve' %}
{{ range(999999999)|list }}
{% for a in [1] %}{{ loop.__class__ }}{% endfor %}
{% for a in [1] %}{{ loop._iterator }}{% endfor %}
{% for a in [1] %}{{ loop.cycle.__globals__ }}{% endfor %}
{% macro m() %}{% endmacro %}{{ m.__call__.__globals__ }}
{% macro m() %}{% endmacro %}{{ m._environment }}
{% macro m() %}{% endmacro %}{{ m._func.__globals__ }}
{{ generator.gi_frame }}
{{ generator.gi_code }}
{{ coroutine.cr_frame }}
{{ coroutine.cr_code }}
{{ agenerator.ag_frame }}
{{ function.__globals__ }}
{{ code.co_consts }}
{{ frame.f_globals }}
{{ traceback.tb_frame }}
{{ kind.mro }}
{{ kind.__subclasses__() }}
{{ portfolio.name.encode().__class__ }}
{{ [].__class__ }}
{{ portfolio.projects.__class__ }}
{{ portfolio.＿＿class＿＿ }}
{{ portfolio.theme.ｎame.__class__ }}
""".strip().splitlines()
"""One a line: ways that have led out of a template, here or in the literature."""

SILENT = r"""
{{ [portfolio]|map(attribute='__class__')|list }}
{{ [portfolio]|map(attribute='theme.__class__')|list }}
{{ [portfolio]|sort(attribute='__class__') }}
{{ [portfolio]|groupby('__class__') }}
{{ [portfolio]|map('attr', '__class__')|list }}
""".strip().splitlines()
"""Ways that give nothing but an undefined value."""

INTERNALS = ("context", "environment", "escape_str", "has_name", "value", "undefined", "missing",
             "resolve", "files", "Markup", "l_0_portfolio", "t_1")  # fmt: skip
"""Names of the compiled code's own."""

REFUSALS = ("SecurityError", "UndefinedError", "TemplateRuntimeError", "TemplateSyntaxError",
            "TypeError", "OverflowError")  # fmt: skip


def made_of() -> dict[str, object]:
    """Python's own objects, which no template is given; the sandbox must hold if it were."""

    def generator() -> Iterator[int]:
        yield 1

    async def coroutine() -> None: ...

    async def stream() -> AsyncIterator[int]:
        yield 1

    try:
        int("")
    except ValueError as error:
        traceback = error.__traceback__
    started = coroutine()
    started.close()
    return {
        "generator": generator(),
        "coroutine": started,
        "agenerator": stream(),
        "function": made_of,
        "code": made_of.__code__,
        "frame": sys._getframe(),
        "traceback": traceback,
        "kind": int,
    }


def asset(name: str) -> str:
    return name


def drawn(template: str) -> tuple[str, str]:
    """What ours and plain Jinja make of a template, after one that reads what it may."""
    site = make_site(SiteSettings())
    context = {"portfolio": read(bio="x")[0], "site": site, "asset": asset, **made_of()}
    templates = {
        "main": "{{ portfolio.name }}{{ portfolio.theme.id }}{% include 'part' %}",
        "part": template,
    }
    return outcome(ours(templates), "main", context), outcome(plain(templates), "main", context)


@pytest.mark.parametrize("template", ESCAPES)
def test_a_way_out_of_the_sandbox_is_refused(template: str) -> None:
    by_ours, by_plain = drawn(template)
    assert by_ours == by_plain
    assert by_ours.startswith(REFUSALS)


@pytest.mark.parametrize("template", SILENT)
def test_a_filter_finds_no_private_attribute(template: str) -> None:
    by_ours, by_plain = drawn(template)
    assert by_ours == by_plain
    assert "Undefined" in by_ours or "class" not in by_ours


@pytest.mark.parametrize("name", INTERNALS)
def test_a_template_can_not_name_what_the_compiled_code_is_made_of(name: str) -> None:
    assert drawn(f"{{{{ {name} }}}}") == (f"UndefinedError: {name!r} is undefined",) * 2
