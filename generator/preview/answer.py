"""The answer to one request for a page or file of the site.

It is what a host gives that serves the built site, to the byte and with the headers of `_headers`.
There are three exceptions, each for a request that no visitor of a built site makes:

- a page in a frame (`Sec-Fetch-Dest: iframe`) may be framed by us: `frame-ancestors 'self'`;
- an address with a query may ask for another look (`look.py`);
- under another name than this machine's own, say for a phone, requests are not upgraded to https,
  which nothing here speaks.
"""

from collections.abc import Callable, Mapping
from mimetypes import guess_type
from pathlib import PurePosixPath
from urllib.parse import unquote

import msgspec

from generator.errors import QwikfolioError
from generator.model.content import NOT_FOUND
from generator.model.problem import quote
from generator.preview.failure import FailedPageError, Subject
from generator.preview.headers import for_frames, headers_for, without_upgrade
from generator.preview.look import Look, parse_look
from generator.preview.mistake_page import mistake_page
from generator.preview.showing import Showing
from generator.preview.stage import Stage

_TYPES = {
    "": "text/plain; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml",
}
OURS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; frame-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
"""The headers of what is ours: the gallery, and pages about mistakes."""


class Asked(msgspec.Struct, frozen=True):
    """What a request says, as far as it matters."""

    path: str
    """From the root of the host, decoded."""
    query: Mapping[str, str] = {}
    is_framed: bool = False
    is_local: bool = True
    """Whether it names this very machine."""


class Answer(msgspec.Struct, frozen=True):
    """What is answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def site_answer(stage: Stage, asked: Asked) -> Answer:
    """A page or file that a build would write."""
    look = parse_look(asked.query)

    def answer(showing: Showing) -> Answer:
        home = unquote(showing.materials.site.home)
        if not asked.path.startswith(home):
            home = showing.materials.site.home
            return _moved(home) if asked.path == "/" else _text(404, "nothing is here")
        file = asked.path.removeprefix(home)
        file = f"{file}index.html" if file.endswith("/") or not file else file
        body = showing.file(file, look)
        if body is not None:
            return _found(showing, asked, file, body)
        if showing.file(f"{file}/index.html", look) is not None:
            return _moved(showing.materials.site.path(f"{file}/"))
        return _missing(showing, asked, look)

    return _answer_or_mistake(stage, answer)


def case_answer(stage: Stage, name: str, asked: Asked) -> Answer:
    """The page of an edge case, with the headers that it would have as a person's."""
    look = parse_look(asked.query)

    def answer(showing: Showing) -> Answer:
        body = showing.case(name, look)
        if body is None:
            return _text(404, f"no edge case is called {name}")
        return _found(showing, asked, f"{name}/index.html", body)

    return _answer_or_mistake(stage, answer)


def _answer_or_mistake(stage: Stage, answer: Callable[[Showing], Answer]) -> Answer:
    try:
        return answer(stage.showing())
    except FailedPageError as failure:
        return _mistake(stage, failure.error, failure.subject)
    except QwikfolioError as error:
        return _mistake(stage, error, None)
    except Exception as error:  # a fault of ours must not look like the author's
        fault = QwikfolioError(
            f"this is a fault in qwikfolio: {type(error).__name__}: {quote(str(error))}",
            fix="report it, with what was saved before",
        )
        return _mistake(stage, fault, None)


def _mistake(stage: Stage, error: QwikfolioError, subject: Subject | None) -> Answer:
    body = mistake_page(error, subject, stage.settings.root)
    return Answer(500, {**OURS, "Content-Type": _TYPES[".html"]}, body)


def _found(showing: Showing, asked: Asked, file: str, body: bytes, *, status: int = 200) -> Answer:
    headers = headers_for(showing.rules, showing.materials.site.path(file))
    if asked.is_framed:
        headers = for_frames(headers)
    if not asked.is_local:
        headers = without_upgrade(headers)
    headers.setdefault("Cache-Control", "no-cache")  # what hosts say of pages
    return Answer(status, {**headers, "Content-Type": _media_type(file)}, body)


def _missing(showing: Showing, asked: Asked, look: Look) -> Answer:
    """As a host does: the page for what is not there, if the site has one."""
    body = showing.file(NOT_FOUND, look)
    if body is None:
        return _text(404, "nothing is here")
    return _found(showing, asked, NOT_FOUND, body, status=404)


def _moved(address: str) -> Answer:
    """To a path on this host, percent-encoded: no header can hold another character."""
    return Answer(308, {"Location": address, "Cache-Control": "no-store"}, b"")


def _text(status: int, text: str) -> Answer:
    return Answer(status, {**OURS, "Content-Type": _TYPES[".txt"]}, f"{text}\n".encode())


def _media_type(file: str) -> str:
    suffix = PurePosixPath(file).suffix
    return _TYPES.get(suffix) or guess_type(file)[0] or "application/octet-stream"
