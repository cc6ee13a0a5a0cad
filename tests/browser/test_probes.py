"""Each probe finds what it looks for, on pages of a few lines, and finds nothing else."""

from typing import Any

import pytest

from tests.browser.probes import (
    CORNERS,
    FAINT,
    FOCUSED,
    FOCUSED_IN_TURN,
    LAYOUT_SHIFTS,
    OUTSIDE,
    SATURATED,
    SCROLL_THROUGH,
    SMALL_TARGETS,
    TOP,
)
from tests.browser.visitor import Screen

PLAIN = "body { background: #fff; color: #000; margin: 0 }"


def found(screen: Screen, probe: str, style: str, body: str, width: int = 320) -> Any:
    page = f"<!doctype html><style>{PLAIN} {style}</style><body>{body}".encode()
    return screen.show({"index.html": page}, "", width=width, scheme="light").page.evaluate(probe)


@pytest.mark.parametrize(
    ("style", "body"),
    [
        ("p { color: #777 }", "<p>text"),
        ("p { opacity: .5 }", "<p>text"),
        ("p { color: rgb(0 0 0 / .5) }", "<p>text"),
        ("p { background: rgb(0 0 0 / .6) }", "<p>text"),
        ("p { background: linear-gradient(#fff, #666) }", "<p>text"),
        ("p { background: linear-gradient(#fff, #666) no-repeat #fff }", "<p>text"),
        ("p::before { content: 'text'; color: #777 }", "<p>"),
        ("p { color: #777 }", "<details><summary>more</summary><p>text</p></details>"),
        ("input { border: 1px solid #aaa; background: #fff }", "<input>"),
        ("input { border: 0; background: #fff }", "<input>"),
        ("input { border: 1px solid #000; background: #fff; color: #888 }", "<input value=text>"),
        (".button { color: #000; background: #eee }", "<a class=button href=/>go</a>"),
        ("a { color: #aaa }", "<a href=/ aria-label=go><svg><path d='M0 0h9v9'/></svg></a>"),
    ],
)
def test_faint(screen: Screen, style: str, body: str) -> None:
    assert len(found(screen, FAINT, style, body)) == 1


@pytest.mark.parametrize(
    ("style", "body"),
    [
        ("p { color: #767676 }", "<p>text"),
        ("p { color: rgb(0 0 0 / .55) }", "<p>text"),
        ("p { color: #fff; background: linear-gradient(#000, #333) }", "<p>text"),
        ("p { color: #777; display: none }", "<p>text"),
        ("p { color: #777; visibility: hidden }", "<p>text"),
        ("p::before { content: '·'; color: #777 }", "<p>text"),
        ("input { border: 0; border-bottom: 1px solid #767676; background: #fff }", "<input>"),
        ("input { border: 0; background: #767676; color: #000 }", "<input>"),
        (".button { color: #fff; background: #333 }", "<a class=button href=/>go</a>"),
    ],
)
def test_not_faint(screen: Screen, style: str, body: str) -> None:
    assert found(screen, FAINT, style, body) == []


@pytest.mark.parametrize("style", ["background: url(a.png) #fff", "background: #fff; opacity: .9"])
def test_what_no_contrast_can_be_computed_of_is_refused(screen: Screen, style: str) -> None:
    with pytest.raises(Exception, match=r"a picture behind text|a translucent background"):
        found(screen, FAINT, f"p {{ {style} }}", "<p>text")


@pytest.mark.parametrize(
    "style",
    [
        "p { width: 400px }",
        "p { margin-left: -50px }",
        "p { overflow: hidden; white-space: nowrap }",
        "div { overflow-x: auto } p { width: 400px }",
    ],
)
def test_outside(screen: Screen, style: str) -> None:
    body = f"<div><p>{'far too long ' * 9}"
    assert len(found(screen, OUTSIDE, style, body)) == 1


@pytest.mark.parametrize("body", ["<p>text", "<div tabindex=0><p class=wide>text</div>"])
def test_not_outside(screen: Screen, body: str) -> None:
    assert found(screen, OUTSIDE, "div { overflow: auto } .wide { width: 400px }", body) == []


def test_small_targets(screen: Screen) -> None:
    style = "a { display: inline-block; font: 10px/1 serif } .big { padding: 12px }"
    body = "<a href=/>small</a> <a class=big href=/>big</a> <p class=prose><a href=/>said</a>"

    (only,) = found(screen, SMALL_TARGETS, style, body)
    assert "small" in only


def test_layout_shifts(screen: Screen) -> None:
    body = "<img src=/picture.png width=300 height=900><p>text</p>"
    late = """async () => {
      const painted = () => new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)));
      await painted();
      document.querySelector('p').style.marginTop = '300px';
      await painted();
    }"""

    found(screen, late, "", "<p>text</p>")
    assert screen.page.evaluate(LAYOUT_SHIFTS) != []
    found(screen, SCROLL_THROUGH, "", body)
    assert screen.page.evaluate(LAYOUT_SHIFTS) == []


@pytest.mark.parametrize(
    ("style", "many"),
    [
        ("p { color: #0a0 }", 1),
        ("p { border: 1px solid #a00 }", 1),
        ("p { background: linear-gradient(#00a, #fff) }", 1),
        ("p { color: #0b0f0d; background: #eee }", 0),
    ],
)
def test_saturated(screen: Screen, style: str, many: int) -> None:
    assert len(found(screen, SATURATED, style, "<p>text")) == many


def test_corners(screen: Screen) -> None:
    assert sorted(found(screen, CORNERS, "p { border-radius: 8px }", "<p>a</p><b>b")) == [
        "0px",
        "8px",
    ]


def test_top(screen: Screen) -> None:
    assert found(screen, TOP, "h1 { margin: 0; background: #123456 }", "<h1>a</h1>") == ["#123456"]


@pytest.mark.parametrize(
    ("style", "key", "least"),
    [
        ("a { outline: 0 }", "outline", 2),
        ("a { outline: 1px solid #000 }", "outline", 2),
        ("a { outline: 3px solid #ccc }", "contrast", 3),
        ("i { position: absolute; inset: 0; background: #fff }", "seen", True),
    ],
)
def test_focus(screen: Screen, style: str, key: str, least: float) -> None:
    for css, enough in ((style, False), ("a { outline: 3px solid #000 }", True)):
        found(screen, "1", css, "<a href=/>a</a><i></i>")
        screen.page.keyboard.press("Tab")
        stops = [screen.page.evaluate(FOCUSED), *screen.page.evaluate(FOCUSED_IN_TURN)]
        assert [stop[key] >= least for stop in stops] == [enough, enough]
