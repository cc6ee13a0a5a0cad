"""Markdown by markdown-it: any text at all, at a third of a millisecond each.

It says what is right. The quicker ways in `markdown.py` and `fast_markdown.py` give the same bytes.
"""

from collections.abc import Sequence
from functools import cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from generator.model.url import link_url
from generator.render.markdown_rules import LINK_REL, Headings


def commonmark_html(text: str, level: int, *, breaks: bool) -> str:
    """The text as HTML that is safe to stand in a page.

    Args:
        text: Markdown.
        level: Of the first heading.
        breaks: Whether the end of a line breaks it.
    """
    return str(_converter(breaks=breaks).render(text, {"level": level}))


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
    headings = Headings(state.env["level"])
    for token in state.tokens:
        if token.type == "heading_open":
            token.tag = tag = headings.tag(int(token.tag[1]))
        elif token.type == "heading_close":
            token.tag = tag
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
