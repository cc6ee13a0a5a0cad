"""Markdown as people write it into a bio, made safe to stand in a page.

CommonMark without raw HTML, with what would surprise somebody who only typed plain text taken away:
an indented line is no code block, a line of dashes under a line is no heading, a line break stays.
"""

from collections.abc import Sequence
from functools import cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from generator.model.url import link_url

LINK_REL = "nofollow noopener ugc"
_LOWEST_HEADING = 6


def to_html(text: str, level: int = 3) -> Markup:
    """The text as HTML whose highest heading is `<h{level}>`.

    Links lead to http, https and mailto only; any other is left as the text it was. A picture
    becomes a link to it, so that a page's visitors are not reported to a third party.
    """
    return Markup(_converter(breaks=True).render(text, {"level": level}))  # noqa: S704 - it is safe


def document_to_html(text: str) -> Markup:
    """A hand-written page as HTML: its lines flow together, its headings stay what they are."""
    return Markup(_converter(breaks=False).render(text, {"level": 1}))  # noqa: S704 - as above


@cache
def _converter(*, breaks: bool) -> MarkdownIt:
    options = {"html": False, "breaks": breaks, "xhtmlOut": False}
    md = MarkdownIt("commonmark", options, renderer_cls=_Renderer)
    md.disable(["code", "lheading", "reference", "html_block", "html_inline"])
    md.normalizeLink = lambda url: link_url(url) or ""  # type: ignore[method-assign]
    md.validateLink = bool  # type: ignore[method-assign,assignment]
    md.core.ruler.push("lower_headings", _lower_headings)
    return md


def _lower_headings(state: StateCore) -> None:
    lower = state.env["level"] - 1
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + lower, _LOWEST_HEADING)}"
        elif token.type == "fence":
            token.info = ""


class _Renderer(RendererHTML):
    def link_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        tokens[idx].attrSet("rel", LINK_REL)
        return self.renderToken(tokens, idx, options, env)

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        href = escape(str(token.attrs["src"]))
        words = self.renderInlineAsText(token.children or [], options, env)
        return f'<a href="{href}" rel="{LINK_REL}">{escape(words) or href}</a>'
