"""What fails when pages are made has been told by reading: themes misspelt at random."""

import random
import re
import shutil
from pathlib import Path

import pytest

from generator.check.check import check
from generator.errors import ThemeError
from generator.gallery.edge_cases import EDGE_CASES
from generator.gallery.knobs import choose, covering
from generator.render.listing import Listed, Pagination, Range
from generator.render.renderer import Renderer
from generator.render.site import make_site
from generator.theme.find import load_theme
from tests.check.trial import ROOT, project

pytestmark = pytest.mark.slow

TEMPLATES = sorted((ROOT / "themes").glob("*/templates/**/*.html"))
TAG = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
WORD = re.compile(r"[A-Za-z_]\w+")


def misspelt(text: str, dice: random.Random) -> str:
    """A template with one of its tags changed: a word cut short, or exchanged, or a test turned."""
    tag = dice.choice(list(TAG.finditer(text)))
    words = list(WORD.finditer(tag[0]))
    word = dice.choice(words)
    before, after = tag[0][: word.start()], tag[0][word.end() :]
    changed = dice.choice(
        [
            before + word[0][:-1] + after,
            before + word[0][:-1] + after,
            before + dice.choice(words)[0] + after,
            tag[0].replace("if ", "if not ", 1),
            "",
        ]
    )
    return text[: tag.start()] + changed + text[tag.end() :]


def failure(theme: Path) -> str | None:
    """Why a page of the theme can't be made; None where each can."""
    settings = project()
    try:
        loaded = load_theme(theme)
        site = make_site(settings.site, (("About", "about/"),))
        renderer = Renderer({loaded.name: loaded}, site, loaded.name)
        renderer.check()
        for person in EDGE_CASES.values():
            for knobs in covering(loaded.schema):
                renderer.portfolio(choose(person, loaded.name, knobs), "ada")
        people = [
            Listed("Ada", "", "/ada/", None, None),
            Listed("Bo", "x", "/bo/", "https://x.example", "Y"),
        ]
        ranges = [Range("/people/1/", "Ada", "Bo")]
        renderer.home(people, ())
        renderer.home(people, ranges)
        renderer.home((), ())
        renderer.directory("people/1/", ranges[0], Pagination(None, "/x/"), people, ())
        renderer.directory("people/", ranges[0], Pagination("/x/", None), (), ranges)
        renderer.redirect("lovelace", "ada")
    except ThemeError as error:
        return str(error)
    return None


@pytest.mark.parametrize("seed", range(40))
def test_whatever_fails_was_told_before(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    shutil.copytree(ROOT / "themes", tmp_path / "themes")
    template = tmp_path / "themes" / dice.choice(TEMPLATES).relative_to(ROOT / "themes")
    if not TAG.search(template.read_text("utf-8")):
        return
    template.write_text(misspelt(template.read_text("utf-8"), dice), "utf-8")
    name = template.relative_to(tmp_path / "themes").parts[0]
    theme = tmp_path / "themes" / ("emerald" if name == "base" else name)

    reason = failure(theme)
    found = check(project(), theme, quick=True, say=lambda _text: None).findings
    told = [it for it in found if it.level == "error" or it.code == "QF109"]

    assert reason is None or told, f"{template}: {reason}"


def test_themes_as_they_are_fail_nowhere() -> None:
    for about in (ROOT / "themes").glob("*/theme.toml"):
        if about.parent.name != "base":
            assert failure(about.parent) is None
