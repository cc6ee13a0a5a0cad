"""Markdown as people write it into a bio, made safe to stand in a page.

CommonMark without raw HTML, with what would surprise somebody who only typed plain text taken away:
an indented line is no code block, a line of dashes under a line is no heading, a line break stays.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
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
    """The text as HTML whose first heading is `<h{level}>`, with no level left out below it.

    Links lead to http, https and mailto only; any other is left as the text it was. A picture
    becomes a link to it, so that a page's visitors are not reported to a third party.
    """
    return _to_html(text, level)


def document_to_html(text: str) -> Markup:
    """A hand-written page as HTML: its lines flow together, its headings stand below its title."""
    return Markup(_converter(breaks=False).render(text, {"level": 2}))  # noqa: S704 - as above


def plain(text: str) -> str:
    """A Markdown text as one line of words, as a reader of the page sees them."""
    return to_html(text).striptags()


@lru_cache(maxsize=4)  # a page needs its bio twice: whole, and as the words of its description
def _to_html(text: str, level: int) -> Markup:
    return Markup(_converter(breaks=True).render(text, {"level": level}))  # noqa: S704 - it is safe


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
    """Headings keep their order of rank, not their number: the first is `level`, none skips one."""
    above: list[int] = []  # the ranks, as they were written, of the headings this one stands under
    for token in state.tokens:
        if token.type == "heading_open":
            rank = int(token.tag[1])
            above = [higher for higher in above if higher < rank]
            token.tag = f"h{min(state.env['level'] + len(above), _LOWEST_HEADING)}"
            above.append(rank)
            tag = token.tag
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
