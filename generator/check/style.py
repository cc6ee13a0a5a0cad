"""Mistakes in style sheets: syntax, requests, fonts, the dark, motion, custom properties."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import tinycss2  # type: ignore[import-untyped]  # it comes without types
from tinycss2 import ast

from generator.check import policy
from generator.check.notes import Notes, meant
from generator.check.subject import Subject
from generator.theme.about import THEME_FILE

_MOVING = re.compile(r"(^|-)(animation|transition)($|-)|^view-transition|^scroll-behavior$")
_STILL = {"none", "auto", "0s", "initial", "unset", "inherit"}
_OUTSIDE = re.compile(r"\s*(https?:)?//", re.IGNORECASE)
_IMPORT = re.compile(r'^@import "[^"\n]+";[ \t]*$', re.MULTILINE)
_DARK = re.compile(r"prefers-color-scheme|light-dark\(")


class Sheet(NamedTuple):
    """A style sheet as it was parsed."""

    file: Path
    errors: tuple[ast.ParseError, ...]
    rules: tuple[ast.AtRule, ...]
    declarations: tuple[ast.Declaration, ...]


def check_styles(subject: Subject, notes: Notes) -> None:
    """Note what is wrong with the theme's own style sheets, and with what they add up to."""
    own = subject.chain[0]
    sheets = {name: body for name, body in own.static.items() if name.endswith(".css")}
    whole = [
        parse(body.decode("utf-8", "replace"), own.path / "static" / asset.name)
        for asset in subject.theme.assets
        if asset.name.endswith(".css")
        for body in [asset.body]
    ]
    for name, body in sheets.items():
        text = body.decode("utf-8", "replace")
        sheet = parse(text, own.path / "static" / name)
        for error in sheet.errors:
            notes.add("QF821", sheet.file, error.source_line, f"no CSS: {error.message}")
        _check_requests(sheet, text, notes)
    if not own.about.abstract:
        _check_whole(subject, whole, notes)
        _check_properties(subject, whole, notes)


def parse(text: str, file: Path) -> Sheet:
    """The declarations and at-rules of a style sheet, nested ones included."""
    errors: list[ast.ParseError] = []
    rules: list[ast.AtRule] = []
    declarations: list[ast.Declaration] = []

    def visit(nodes: Iterable[ast.Node]) -> None:
        for node in nodes:
            if isinstance(node, ast.ParseError):
                errors.append(node)
            elif isinstance(node, ast.Declaration):
                declarations.append(node)
                errors.extend(it for it in node.value if isinstance(it, ast.ParseError))
            elif isinstance(node, ast.QualifiedRule | ast.AtRule):
                if isinstance(node, ast.AtRule):
                    rules.append(node)
                visit(tinycss2.parse_blocks_contents(node.content or (), True, True))  # noqa: FBT003

    visit(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True))
    return Sheet(file, tuple(errors), tuple(rules), tuple(declarations))


def _check_requests(sheet: Sheet, text: str, notes: Notes) -> None:
    lines = {text.count("\n", 0, match.start()) + 1 for match in _IMPORT.finditer(text)}
    for rule in sheet.rules:
        if _is(rule, "font-face") and policy.blocks("font-src"):
            notes.add("QF824", sheet.file, rule.source_line, "the policy would block this font")
        if _is(rule, "import") and rule.source_line not in lines:
            address = _first(rule.prelude)
            if _OUTSIDE.match(address):
                message = f"@import asks another host: {address[:60]}"
                notes.add("QF823", sheet.file, rule.source_line, message)
            else:
                message = "this @import stays in the style sheet, and would ask for another file"
                fix = 'write it on a line of its own: @import "_part.css";'
                notes.add("QF822", sheet.file, rule.source_line, message, fix)
    for declaration in sheet.declarations:
        for address, line in _addresses(declaration.value):
            if _OUTSIDE.match(address):
                notes.add("QF823", sheet.file, line, f"url() asks another host: {address[:60]}")
            elif address.lower().startswith("data:"):
                notes.add("QF822", sheet.file, line, "the policy would block this data: address")
            elif not address.startswith("#"):
                message = f"url() names a file whose name changes with its content: {address[:60]}"
                notes.add("QF822", sheet.file, line, message)


def _check_properties(subject: Subject, sheets: list[Sheet], notes: Notes) -> None:
    """A parent's style sheet may use what its children set: only the whole can be judged."""
    known = {it.name for sheet in sheets for it in sheet.declarations if it.name[:2] == "--"}
    rules = [rule for sheet in sheets for rule in sheet.rules if _is(rule, "property")]
    known |= {_first(rule.prelude) for rule in rules}
    used = {name for sheet in sheets for it in sheet.declarations for name in _needed(it.value)}
    for name in sorted(used - known):
        file, line = _place(subject, rf"var\(\s*{re.escape(name)}\s*\)")
        notes.add("QF827", file, line, f"{name} is set nowhere{meant(name, known)}")


def _needed(value: Iterable[ast.Node]) -> Iterator[str]:
    """The custom properties that a value reads, and has nothing to fall back on."""
    for node in _functions(value, "var"):
        arguments = [it for it in node.arguments if it.type not in {"whitespace", "comment"}]
        if len(arguments) == 1 and arguments[0].type == "ident":
            yield arguments[0].value


def _place(subject: Subject, pattern: str) -> tuple[Path, int]:
    """Where a theme or a parent of it writes something in a style sheet."""
    for folder in subject.chain:
        for name, body in folder.static.items():
            text = body.decode("utf-8", "replace")
            if name.endswith(".css") and (found := re.search(pattern, text)):
                return folder.path / "static" / name, text.count("\n", 0, found.start()) + 1
    return subject.chain[0].path / THEME_FILE, 0


def _check_whole(subject: Subject, sheets: list[Sheet], notes: Notes) -> None:
    own = subject.chain[0].path
    file = next((it.file for it in sheets if it.file.exists()), own / THEME_FILE)
    text = "\n".join(
        asset.body.decode("utf-8", "replace")
        for asset in subject.theme.assets
        if asset.name.endswith(".css")
    )
    rules = [rule for sheet in sheets for rule in sheet.rules]
    media = [tinycss2.serialize(rule.prelude).lower() for rule in rules if _is(rule, "media")]
    if not any(re.search(r"\bprint\b", prelude) for prelude in media):
        notes.add("QF312", file, 0, "no style sheet has rules for paper")
    if not _DARK.search(text):
        notes.add("QF825", file, 0, "no style sheet has colours for the dark")
    moving = next((it for sheet in sheets for it in sheet.declarations if _moves(it)), None)
    if moving is not None and not any("prefers-reduced-motion" in it for it in media):
        message = f"`{moving.name}` moves, whatever a visitor prefers"
        notes.add("QF826", file, 0, message)


def _moves(declaration: ast.Declaration) -> bool:
    value = tinycss2.serialize(declaration.value).strip().lower()
    return bool(_MOVING.search(declaration.lower_name)) and value not in _STILL


def _addresses(nodes: Iterable[ast.Node]) -> Iterator[tuple[str, int]]:
    for node in nodes:
        if node.type == "url":
            yield node.value, node.source_line
        elif node.type == "function":
            if node.lower_name in {"url", "src", "image-set", "image"}:
                for it in node.arguments:
                    if it.type == "string":
                        yield it.value, it.source_line
            yield from _addresses(node.arguments)
        elif hasattr(node, "content"):
            yield from _addresses(node.content or ())


def _functions(nodes: Iterable[ast.Node], name: str) -> Iterator[ast.FunctionBlock]:
    for node in nodes:
        if node.type == "function":
            if node.lower_name == name:
                yield node
            yield from _functions(node.arguments, name)
        elif hasattr(node, "content"):
            yield from _functions(node.content or (), name)


def _first(nodes: Iterable[ast.Node]) -> str:
    for node in nodes:
        if node.type in {"string", "url", "ident"}:
            return str(node.value)
        if node.type == "function" and node.lower_name == "url":
            return _first(node.arguments)
    return ""


def _is(rule: ast.AtRule, keyword: str) -> bool:
    return bool(rule.lower_at_keyword == keyword)
