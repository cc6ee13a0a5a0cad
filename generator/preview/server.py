"""What answers where: under `/-/` the gallery and its files, everywhere else the site."""

from collections.abc import Callable
from importlib.resources import files

import msgspec
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from generator.preview.answer import OURS, Answer, Asked, case_answer, site_answer
from generator.preview.events import Events
from generator.preview.facts import gather
from generator.preview.hosts import is_loopback, is_ours
from generator.preview.picture import picture
from generator.preview.stage import Stage

_TYPES = {"css": "text/css", "html": "text/html", "js": "text/javascript"}


class Server:
    """The answers of a stage; all in one thread's loop, one after the other."""

    def __init__(self, stage: Stage, events: Events, host: str) -> None:
        """`host`: what the server was told to listen at."""
        self._stage = stage
        self._events = events
        self._again: Callable[[], Answer] | None = None
        self.app = Starlette(
            routes=[
                Route("/-/", self._gallery),
                Route("/-/look/{path:path}", self._look),
                Route("/-/static/{name}", self._static),
                Route("/-/facts.json", self._facts),
                Route("/-/events", self._listen),
                Route("/-/case/{name}/", self._case),
                Route("/-/picture/{name}.svg", self._picture),
                Route("/{path:path}", self._site),
            ],
            middleware=[Middleware(_OurHost, own=host)],
        )

    def warm(self) -> None:
        """Make the last page again: who looked at it is about to ask, and compiling takes long."""
        if self._again:
            self._again()

    async def _gallery(self, _request: Request) -> Response:
        return _file("gallery.html")

    async def _look(self, _request: Request) -> Response:
        return _file("look.html")

    async def _static(self, request: Request) -> Response:
        return _file(request.path_params["name"])

    async def _facts(self, _request: Request) -> Response:
        is_given = self._stage.request.theme is not None
        facts = msgspec.json.encode(gather(self._stage.last_good(), in_sites_theme=is_given))
        return Response(facts, media_type="application/json", headers=OURS)

    async def _listen(self, _request: Request) -> Response:
        stream = self._events.listen()
        headers = {**OURS, "Connection": "close"}  # a stream that has ended holds no descriptor
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)

    async def _case(self, request: Request) -> Response:
        name = request.path_params["name"]
        return self._page(lambda: case_answer(self._stage, name, _asked(request)))

    async def _picture(self, request: Request) -> Response:
        drawn = picture(request.path_params["name"])
        headers = {**OURS, "Cache-Control": "public, max-age=86400, immutable"}
        return Response(drawn, headers=headers, media_type="image/svg+xml")

    async def _site(self, request: Request) -> Response:
        return self._page(lambda: site_answer(self._stage, _asked(request)))

    def _page(self, make: Callable[[], Answer]) -> Response:
        answer = make()
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            self._again = make
        return Response(answer.body, answer.status, dict(answer.headers))


class _OurHost:
    """Refuses requests under a foreign name (`hosts.py`)."""

    def __init__(self, app: ASGIApp, own: str) -> None:
        self._app = app
        self._own = own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not is_ours(
            Request(scope).headers.get("host", ""), self._own
        ):
            refusal = PlainTextResponse("this server answers under its own name only\n", 421)
            await refusal(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _asked(request: Request) -> Asked:
    return Asked(
        path=request.scope["path"],
        query=dict(request.query_params),
        is_framed=request.headers.get("sec-fetch-dest") == "iframe",
        is_local=is_loopback(request.headers.get("host", "")),
    )


def _file(name: str) -> Response:
    """A file of the gallery itself."""
    kind = _TYPES.get(name.rpartition(".")[2])
    found = [
        it for it in files("generator.preview").joinpath("static").iterdir() if it.name == name
    ]
    if kind is None or not found:
        return PlainTextResponse("nothing is here\n", 404, OURS)
    return Response(found[0].read_bytes(), headers=OURS, media_type=kind)
