"""A runaway template is stopped, at the same step each time, and the other pages still build."""

import re
import sys
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from jinja2 import DictLoader, TemplateError

from generator.errors import ThemeError
from generator.render.budget import LARGEST_PAGE, STEPS
from generator.render.environment import Environment
from generator.render.language import Language
from tests.render.test_template_errors import broken
from tests.source.documents import read

CORPUS = (Path(__file__).parent / "runaway.txt").read_text().splitlines()
RUNAWAYS = [line for line in CORPUS if not line.startswith("# ")]
WORDS = "{% set w %}" + "words " * 1000 + "{% endset %}" + "more " * 1000
MEGABYTES = 150


def environment(main: str, **templates: str) -> Environment:
    sources = {"portfolio.html": main, "words.html": WORDS}
    sources |= {f"{name}.html": source for name, source in templates.items()}
    made = Environment(DictLoader(sources), None, Language("en").filters)
    made.globals["asset"] = str
    return made


def draw(made: Environment) -> str:
    portfolio = read(bio="x", hourly_rate="45")[0]
    return made.draw("portfolio.html", {"s": "<é& " * 1000, "portfolio": portfolio})


@pytest.mark.parametrize("template", RUNAWAYS)
def test_a_runaway_is_stopped_soon(template: str) -> None:
    made, began = environment(template), time.process_time()
    with pytest.raises((TemplateError, ArithmeticError)) as error:
        draw(made)
    assert time.process_time() - began < 2  # a second, and room for a busy machine
    assert str(error.value)


@pytest.mark.parametrize(
    "template",
    [
        "{% for a in range(9999) %}{{ s }}{% endfor %}",
        "{% for a in range(99999) %}{{ '<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<'|upper }}{% endfor %}",
        "{% for a in range(9999) %}{% set b = s|list %}{% endfor %}",
        "{% set ns = namespace(a=[]) %}{% for a in range(99999) %}{% set ns.a = [ns.a, s ~ a] %}"
        "{% endfor %}",
        "{% for a in range(99) %}{{ (s * 200)|upper }}{% endfor %}",
    ],
)
def test_a_runaway_takes_little_memory(template: str) -> None:
    made = environment(template)
    tracemalloc.start()
    with pytest.raises(TemplateError):
        draw(made)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < MEGABYTES * 2**20


BIG_LOOP = "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}"


@pytest.mark.parametrize(
    ("template", "said"),
    [
        (f"\n{BIG_LOOP}", f"{STEPS:,} steps"),
        ("\n{{ 'x' * 10**9 }}", "1,000,000 characters"),
        ("\n{{ [0] * 10**9 }}", "100,000 items"),
        ("{% macro m() %}\n{{ m() }}{% endmacro %}{{ m() }}", "50 deep"),
        ("\n{{ 9 ** 9 }}{{ 9 ** 99 }}", "exponent of at most 64"),
    ],
)
def test_its_author_is_told_the_limit_and_the_line(
    tmp_path: Path, template: str, said: str
) -> None:
    renderer = broken(tmp_path, "portfolio.html", template)
    with pytest.raises(ThemeError) as error:
        renderer.portfolio(read()[0], "ada")
    assert said in str(error.value)
    assert re.search(r"templates/portfolio\.html:2\n", str(error.value))


def test_the_other_pages_still_build(tmp_path: Path) -> None:
    source = "{% if portfolio.bio %}" + BIG_LOOP + "{% endif %}{{ portfolio.name }}"
    renderer = broken(tmp_path, "portfolio.html", source)
    first = renderer.portfolio(read(name="Ada")[0], "ada").body
    with pytest.raises(ThemeError):
        renderer.portfolio(read(bio="x")[0], "bob")
    assert renderer.portfolio(read(name="Ada")[0], "ada").body == first == b"Ada"


def test_a_page_is_no_larger_than_a_page() -> None:
    turns = LARGEST_PAGE // 6000
    source = "{% from 'words.html' import w %}{% for a in range(TURNS) %}{{ w }}{% endfor %}"
    assert len(draw(environment(source.replace("TURNS", str(turns))))) <= LARGEST_PAGE
    with pytest.raises(TemplateError, match=f"{LARGEST_PAGE:,} characters"):
        draw(environment(source.replace("TURNS", str(turns + 1))))


CONSTANT = "{% if a == -1 %}{{ '" + "word " * 2000 + "'|title }}{% endif %}"


@pytest.mark.parametrize(
    "body", ["{{ a }}", "{% include 'part.html' %}", "{{ m(a) }}", "{{ w }}", CONSTANT]
)
def test_the_same_page_has_the_same_verdict_whatever_came_before_it(body: str) -> None:
    """Compiling, importing, and what earlier pages took are nobody's cost."""
    head = "{% macro m(x) %}{{ x }}{% endmacro %}{% from 'words.html' import w %}"
    source = head + "{% for a in range(NUMBER) %}" + body + "{% endfor %}"

    def passes(number: int, *, warm: bool) -> bool:
        made = environment(source.replace("NUMBER", "n"), part="{% block x %}{{ a }}{% endblock %}")
        if warm:
            made.draw("portfolio.html", {"n": 3})
        try:
            made.draw("portfolio.html", {"n": number})
        except TemplateError:
            return False
        return True

    low, high = 1, 100_001  # one more than a range may have
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if passes(middle, warm=False) else (low, middle)
    assert passes(low, warm=True)
    assert not passes(high, warm=True)


def test_two_threads_do_not_disturb_each_other_s_count() -> None:
    """Each page takes more than half of what one may, little by little."""
    source = "{% macro m(x) %}{{ x }}{% endmacro %}{% for a in range(n) %}{{ m(a) }}{% endfor %}"
    made, interval = environment(source), sys.getswitchinterval()

    def page(turns: int) -> int:
        return len(made.draw("portfolio.html", {"n": turns}))

    sys.setswitchinterval(1e-4)
    try:
        with ThreadPoolExecutor(4) as threads:
            sizes = set(threads.map(page, [10_000] * 12))
    finally:
        sys.setswitchinterval(interval)
    assert len(sizes) == 1


def test_a_large_page_is_let_through() -> None:
    people = [{"name": f"Person {number}", "path": f"/p{number}/"} for number in range(1000)]
    card = "{% macro card(p) %}<li><a href='{{ p.path }}'>{{ p.name|upper }}</a></li>{% endmacro %}"
    made = environment(card + "{% for p in people %}{{ card(p) }}{% endfor %}")
    assert made.draw("portfolio.html", {"people": people}).count("<li>") == 1000
