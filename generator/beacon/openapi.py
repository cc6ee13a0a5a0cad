"""What the endpoint takes and answers, for programs: an OpenAPI document."""

from typing import Any

import msgspec

from generator import __version__
from generator.beacon.event import Sent

_SENT = {
    200: "Understood, and by rule not stored: a bot, a prefetch, or an opt-out.",
    204: "Stored. Sent again, it is still counted once.",
    400: "No event, or no HTTP.",
    403: "`project_id` is no project of that portfolio.",
    404: "No public portfolio is at `slug`.",
    408: "The request did not come to its end in time.",
    413: "The body is larger than 4,096 bytes.",
    417: "An `Expect` other than `100-continue`.",
    422: "The database refuses this event, and will again.",
    429: "Too many events of this visitor, or about this portfolio.",
    431: "The headers are larger than 16 KiB.",
    501: "An Upgrade, CONNECT, or a coding of the body other than `chunked`.",
    503: "There is no room for it now.",
}
_LATER = (429, 503)
_EMPTY = 204
_UUID7 = "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"  # RFC 9562


def document() -> dict[str, Any]:
    """The description, in OpenAPI 3.1; its schemas are made from the structs of `event.py`."""
    where = "#/components/schemas/{name}"
    (sent,), schemas = msgspec.json.schema_components([Sent], ref_template=where)
    schemas["Sent"]["properties"]["id"]["pattern"] = _UUID7
    send = {
        "operationId": "send",
        "summary": "Tell of a visit",
        "requestBody": {
            "required": True,
            "description": "JSON, sent as plain text: a browser asks for no leave first.",
            "content": {"text/plain": {"schema": sent}},
        },
        "responses": {str(status): _answer(text, status) for status, text in _SENT.items()},
    }
    ready = {200: "They can.", 503: "They can't now."}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "QwikFolio's beacon",
            "description": "Takes what pages tell of visits. An answer of 204 means stored.",
            "version": __version__,
        },
        "paths": {
            "/e": {
                "post": send,
                "options": _asked(
                    "Whether a page may send (CORS)", {200: "Any page may."}, kind=None
                ),
            },
            "/healthz": {"get": _asked("Whether the beacon is there", {200: "It is."})},
            "/readyz": {"get": _asked("Whether events can be stored", ready)},
            "/metrics": {"get": _asked("What became of events", {200: "For Prometheus."})},
            "/openapi.json": {
                "get": _asked("This document", {200: "JSON."}, kind="application/json")
            },
        },
        "components": {"schemas": schemas},
    }


def _asked(
    summary: str, answers: dict[int, str], *, kind: str | None = "text/plain"
) -> dict[str, Any]:
    """An operation that takes no body, and answers with this kind of one."""
    described = {str(status): _answer(text, status, kind) for status, text in answers.items()}
    return {"summary": summary, "responses": described}


def _answer(text: str, status: int, kind: str | None = "text/plain") -> dict[str, Any]:
    """One of an operation's answers."""
    word: dict[str, Any] = {"schema": {"type": "string"}}
    names = ["Access-Control-Allow-Origin", "Cache-Control"]
    if status in _LATER:
        names.append("Retry-After")
    answer: dict[str, Any] = {"description": text, "headers": dict.fromkeys(names, word)}
    if kind and status != _EMPTY:
        answer["content"] = {kind: {} if kind == "application/json" else word}
    return answer
