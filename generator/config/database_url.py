"""The URL of a database, as operators have it: with what other software appended to it."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote as percent
from urllib.parse import unquote

import msgspec

from generator.config.masking import masked
from generator.config.url_parameters import IGNORED, LIBPQ, NUMBERS, SCHEMAS, TIMEOUTS, WORDS
from generator.model.guess import nearest
from generator.model.problem import quote

_HOW = "write it as postgresql://USER:PASSWORD@HOST:5432/DATABASE"
_SCHEME = re.compile(r"postgres(?:ql)?(?:\+(\w+))?://", re.IGNORECASE)
_DSN = re.compile(r"\s*\w+\s*=")
_PAIR = re.compile(r"\s*(\w+)\s*=\s*('(?:[^'\\]|\\.)*'|(?:[^'\s\\]|\\.)*)(?=\s|\Z)", re.DOTALL)
_PORTS = re.compile(r"\d*(?:,\d*)*", re.ASCII)
_HOST = r"(?:\[[^\]]*\]|[^:,/\[\]]*)(?::\d*)?"
_HOSTS = re.compile(f"{_HOST}(?:,{_HOST})*", re.ASCII)
_NAME = re.compile(r"[\w.-]+", re.ASCII)
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PLACEHOLDER = re.compile(
    r"\[?\bYOUR[-_ ][A-Z_ -]*PASS\w*\]?|\[PASSWORD\]|<password>", re.IGNORECASE
)
_TRUE = {"true", "1", "on", "yes"}
_FALSE = {"false", "0", "off", "no"}


class UrlError(Exception):
    """A URL that names no database; says why and what to do, and never the password."""

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(what)
        self.what = f"the database URL can't be used: {what}"
        self.fix = fix


class DatabaseUrl(msgspec.Struct, frozen=True):
    """A URL, or a connection string, that libpq takes."""

    libpq: str
    notes: tuple[str, ...] = ()
    """What was left out, or read as something else."""


class _Parameter(NamedTuple):
    name: str
    value: str
    written: str


def parse_database_url(text: str) -> DatabaseUrl:
    """What libpq is given of a URL.

    Raises:
        UrlError: Its parts can't be told apart, or a parameter is unknown or has no such value.
    """
    text = text.strip()
    scheme = _SCHEME.match(text)
    if scheme:
        return _of_url(text[scheme.end() :], scheme[1])
    if _DSN.match(text):
        _check(_pairs(text))
        return DatabaseUrl(text)
    raise UrlError("it is not a postgresql:// URL", _other_scheme(text))


def _other_scheme(text: str) -> str:
    if text[:1] in {'"', "'"}:
        return "take the quotation marks out of the value"
    if text.startswith("jdbc:postgresql://"):
        return "leave out jdbc:, and put user and password before the host: " + _HOW
    if text.startswith(("prisma:", "prisma+")):
        return f"that is a proxy of Prisma's; give the database's own URL, and {_HOW}"
    return _HOW


def _of_url(rest: str, driver: str | None) -> DatabaseUrl:
    user_info, at, place = _divide(rest)
    place, mark, query = place.partition("?")
    parameters = list(_parameters(query, rest)) if mark else []
    kept, notes = _sort_out(parameters)
    if driver:
        notes = (f"+{driver} names a driver that qwikfolio does not use", *notes)
    _check(kept)
    query = "&".join(it.written for it in kept)
    return DatabaseUrl(f"postgresql://{user_info}{at}{place}{'?' if query else ''}{query}", notes)


def _divide(rest: str) -> tuple[str, str, str]:
    """User and password, the `@`, and everything after it, as libpq divides them.

    Raises:
        UrlError: A password holds a character that divides a URL.
    """
    match = re.match(r"([^@/]*)@", rest)
    user_info, place = (match[1], rest[match.end() :]) if match else ("", rest)
    hosts, _, name = place.partition("?")[0].partition("/")
    divided = _HOSTS.fullmatch(hosts)
    if "@" in hosts + name or divided is None:
        raise UrlError("its parts can't be told apart", _unescaped(rest))
    if _PERCENT.search(user_info + hosts + name):
        raise UrlError(
            "a % in it is followed by no two hexadecimal digits",
            "write % as %25 in user, password and database",
        )
    if _PLACEHOLDER.search(unquote(user_info)):
        raise UrlError("it still has a placeholder for the password", "put the password there")
    return user_info, "@" if match else "", place


def _unescaped(rest: str) -> str:
    """Which characters of the presumed password are to be encoded."""
    password = rest.rpartition("@")[0].partition(":")[2]
    found = [mark for mark in "%@:/?#[]" if mark in password]
    if not found:
        return f"{_HOW}, with @ : / ? # % in the password percent-encoded (@ is %40)"
    codes = ", ".join(f"{mark} as {percent(mark, safe='')}" for mark in found)
    return f"percent-encode the password: write {codes}"


def _parameters(query: str, rest: str) -> Iterator[_Parameter]:
    for written in query.split("&"):
        name, equals, value = written.partition("=")
        if not written:
            continue
        if not _NAME.fullmatch(unquote(name)):  # half a password, perhaps: it is not shown
            raise UrlError("its parts can't be told apart", _unescaped(rest))
        if not equals:
            raise UrlError(
                f"its parameter {quote(name)} has no value", f"write {name}=VALUE, or take it out"
            )
        if _PERCENT.search(written):
            raise UrlError(
                f"a % in its parameter {name} is followed by no two hexadecimal digits",
                "write % as %25 there",
            )
        yield _Parameter(unquote(name), unquote(value), written)


def _sort_out(parameters: Sequence[_Parameter]) -> tuple[list[_Parameter], tuple[str, ...]]:
    """What libpq takes, and what is to be said of the others."""
    kept, ignored, notes = [], [], []
    has_mode = any(it.name == "sslmode" for it in parameters)
    for it in parameters:
        if (it.name == "ssl" and not has_mode) or (it.name, it.value) == ("sslmode", "no-verify"):
            mode = _sslmode(it)
            kept.append(_Parameter("sslmode", mode, f"sslmode={mode}"))
            notes.append(f"{it.name}={_shown(it)} is read as sslmode={mode}")
        elif note := _note(it):
            notes.append(note)
        elif it.name in IGNORED | SCHEMAS | {"ssl"}:
            ignored.append(it.name)
        else:
            kept.append(it)
    if ignored:
        are = "is ignored: it is a parameter" if len(ignored) == 1 else "are ignored: parameters"
        notes.append(f"{', '.join(dict.fromkeys(ignored))} {are} of other software")
    return kept, tuple(notes)


def _note(it: _Parameter) -> str | None:
    """Of what is ignored, and may have been meant for the database."""
    if it.name in SCHEMAS and it.value != "public":
        return f"{it.name}={_shown(it)} is ignored: qwikfolio reads the schema public"
    if it.name in TIMEOUTS:
        return f"{it.name} is ignored: ALTER ROLE … SET statement_timeout limits statements"
    if it.name == "sslidentity":
        return "sslidentity is ignored: sslcert and sslkey name a client's certificate and key"
    return _of_sslaccept(it) if it.name == "sslaccept" else None


def _of_sslaccept(it: _Parameter) -> str:
    if it.value == "strict":
        return (
            "sslaccept=strict is ignored; to have the server's certificate verified, write "
            "sslmode=verify-full&sslrootcert=system"
        )
    return f"sslaccept={_shown(it)} is ignored: sslmode says what is verified"


def _sslmode(it: _Parameter) -> str:
    """Which of libpq's modes others mean by `ssl`."""
    value = it.value.lower()
    if value in WORDS["sslmode"]:
        return value
    if value in _TRUE or value == "no-verify":
        return "require"
    if value in _FALSE:
        return "disable"
    raise UrlError(
        f"{it.name} can't be {_shown(it)}", f"write sslmode=, one of {', '.join(WORDS['sslmode'])}"
    )


def _pairs(text: str) -> Iterator[_Parameter]:
    """The keywords of a connection string; libpq itself says what is wrong with its form."""
    at = 0
    while match := _PAIR.match(text, at):
        value = re.sub(r"\\(.)", r"\1", match[2].strip("'"))
        yield _Parameter(match[1], value, match[0])
        at = match.end()


def _check(parameters: Sequence[_Parameter] | Iterator[_Parameter]) -> None:
    for it in parameters:
        if it.name not in LIBPQ:
            near = nearest(it.name, LIBPQ)
            raise UrlError(
                f"it has an unknown parameter {quote(it.name)}",
                f"did you mean {near}?" if near else "take it out: PostgreSQL knows no such one",
            )
        words = WORDS.get(it.name)
        if words and it.value not in words:
            near = nearest(it.value, words)
            raise UrlError(
                f"{it.name} can't be {_shown(it)}",
                (f"did you mean {near}? It is " if near else "use ") + f"one of {', '.join(words)}",
            )
        if it.name in NUMBERS and not re.fullmatch(r"-?[0-9]{1,9}", it.value):
            raise UrlError(f"{it.name} can't be {_shown(it)}", "write a whole number")
        if it.name == "port" and not _PORTS.fullmatch(it.value):
            raise UrlError(f"port can't be {_shown(it)}", "write a number, like 5432")


def _shown(it: _Parameter) -> str:
    return quote(masked(it.value))
