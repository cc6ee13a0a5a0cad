"""Write generator/model/unicode_security.txt from the files of the Unicode Consortium.

Usage: python scripts/unicode_security.py FOLDER

FOLDER holds, of one version of Unicode: IdentifierStatus.txt and confusables.txt
(https://www.unicode.org/Public/security/VERSION/), Scripts.txt, ScriptExtensions.txt and
PropertyValueAliases.txt (https://www.unicode.org/Public/VERSION/ucd/).
"""

import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).parents[1] / "generator" / "model" / "unicode_security.txt"
HEADER = """\
# Which characters an identifier may have (allowed: code points, scripts), and what a character
# looks like (like: code point, code points).
# Derived from IdentifierStatus, Scripts, ScriptExtensions and confusables of Unicode {version}
# by scripts/unicode_security.py. Don't edit.
#
# Copyright © 1991-2024 Unicode, Inc. The data files are provided under the Unicode License v3:
# https://www.unicode.org/license.txt
"""


def main(folder: Path) -> None:
    """Write the file."""
    status = (folder / "IdentifierStatus.txt").read_text("utf-8")
    version = re.search(r"^# Version: (\S+)", status, re.MULTILINE)
    if version is None:
        sys.exit(f"{folder}/IdentifierStatus.txt names no version")
    allowed = [code for codes, _ in _records(status) for code in codes]
    scripts = _scripts(folder)
    lines = [HEADER.format(version=version[1]), f"version {version[1]}", ""]
    lines += _ranges(allowed, scripts)
    lines.append("")
    seen = {part for code in allowed for part in unicodedata.normalize("NFD", chr(code))}
    for codes, target in _records((folder / "confusables.txt").read_text("utf-8-sig")):
        if chr(codes[0]) in seen:
            lines.append(f"like {codes[0]:04X} {target}")
    TARGET.write_text("\n".join(lines) + "\n", "utf-8")


def _records(text: str) -> Iterator[tuple[range, str]]:
    """Each line's code points, and its second field."""
    for line in text.splitlines():
        fields = [field.strip() for field in line.partition("#")[0].split(";")]
        if len(fields) > 1:
            first, _, last = fields[0].partition("..")
            yield range(int(first, 16), int(last or first, 16) + 1), fields[1]


def _scripts(folder: Path) -> dict[int, str]:
    """The names of the scripts of each code point, divided by spaces."""
    names = {}
    for line in (folder / "PropertyValueAliases.txt").read_text("utf-8").splitlines():
        fields = [field.strip() for field in line.partition("#")[0].split(";")]
        if fields[0] == "sc":
            names[fields[1]] = fields[2]
    found: dict[int, str] = {}
    for name in ("Scripts.txt", "ScriptExtensions.txt"):  # the second refines the first
        for codes, scripts in _records((folder / name).read_text("utf-8")):
            full = " ".join(names.get(script, script) for script in scripts.split())
            found |= dict.fromkeys(codes, full)
    return found


def _ranges(allowed: list[int], scripts: dict[int, str]) -> Iterator[str]:
    """Runs of allowed code points that have the same scripts."""
    first = last = -1
    for code in [*sorted(allowed), -1]:
        if code != last + 1 or scripts.get(code) != scripts.get(first):
            if first >= 0:
                end = f"..{last:04X}" if last > first else ""
                yield f"allowed {first:04X}{end} {scripts[first]}"
            first = code
        last = code


if __name__ == "__main__":
    main(Path(sys.argv[1]))
