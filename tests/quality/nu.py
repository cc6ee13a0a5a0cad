"""The Nu HTML checker, over a folder of pages."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import msgspec

from tests.quality.showroom import ROOT

CHECKER = ROOT / ".venv/node/node_modules/vnu-jar/build/dist/vnu.jar"
MISSING = "the Nu HTML checker isn't there: run `make tools`"


class Message(msgspec.Struct, frozen=True):
    """What the checker says of one place of a page."""

    type: str
    message: str
    url: str = ""
    lastLine: int = 0  # noqa: N815 - its own name
    extract: str = ""


class _Report(msgspec.Struct, frozen=True):
    messages: tuple[Message, ...]


def mistakes(pages: Mapping[str, bytes], folder: Path) -> list[str]:
    """What is wrong with pages, a line each; they are checked by one process.

    Args:
        pages: By a name that may be a file's.
        folder: An empty one, to put them in.
    """
    assert CHECKER.exists(), MISSING
    for name, body in pages.items():
        (folder / f"{name}.html").write_bytes(body)
    command = ["java", "-jar", CHECKER, "--errors-only", "--format", "json", "--skip-non-html"]
    answer = subprocess.run([*command, folder], capture_output=True, check=False)
    report = msgspec.json.decode(answer.stderr, type=_Report)
    return [
        f"{it.url.rpartition('/')[2]}:{it.lastLine}: {it.message} {it.extract!r}"
        for it in report.messages
    ]
