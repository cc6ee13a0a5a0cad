"""The Nu HTML checker, which is a Java program: one run for a folder of pages."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec

VARIABLE = "QWIKFOLIO_VNU"
"""The environment variable that names the checker's vnu.jar."""

_PLACES = (
    "node_modules/vnu-jar/build/dist/vnu.jar",
    ".venv/node/node_modules/vnu-jar/build/dist/vnu.jar",
)
_LONGEST = 600  # seconds


class Invalid(NamedTuple):
    """One error on one page."""

    page: int
    """Which of the pages."""
    message: str
    extract: str
    """The HTML around it, up to where it was noticed."""


class UnavailableError(Exception):
    """A tool isn't there; the message says how to get it."""


class _Message(msgspec.Struct):
    type: str
    message: str = ""
    url: str = ""
    extract: str = ""
    hiliteStart: int = 0  # noqa: N815 - the checker's own name


class _Report(msgspec.Struct):
    messages: list[_Message]


def validate(pages: Sequence[bytes], root: Path) -> Iterator[Invalid]:
    """The errors of pages, in their order.

    Args:
        pages: HTML.
        root: Where node_modules may be.

    Raises:
        UnavailableError: There is no Java, or no vnu.jar, or it fails.
    """
    java, jar = shutil.which("java"), _jar(root)
    if java is None:
        raise UnavailableError("install a Java runtime (Debian: default-jre-headless)")
    if jar is None:
        raise UnavailableError(f"run `npm install vnu-jar`, or set {VARIABLE} to vnu.jar")
    with tempfile.TemporaryDirectory() as folder:
        for number, body in enumerate(pages):
            Path(folder, f"{number}.html").write_bytes(body)
        command = [java, "-jar", str(jar), "--errors-only", "--format", "json", folder]
        try:
            done = subprocess.run(command, capture_output=True, check=False, timeout=_LONGEST)  # noqa: S603 - both found above
        except subprocess.TimeoutExpired:
            raise UnavailableError(f"it took more than {_LONGEST} seconds: try again") from None
    try:
        report = msgspec.json.decode(done.stderr, type=_Report)
    except msgspec.DecodeError:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise UnavailableError(f"it failed: {said[-1] if said else 'it said nothing'}") from None
    for message in report.messages:
        if message.type in {"error", "non-document-error"}:
            number = int(Path(urlsplit(message.url).path).stem or 0)
            yield Invalid(number, message.message, message.extract[message.hiliteStart :])


def _jar(root: Path) -> Path | None:
    named = os.environ.get(VARIABLE)
    places = [Path(named)] if named else [root / place for place in _PLACES]
    return next((place for place in places if place.is_file()), None)
