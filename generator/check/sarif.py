"""What was found, in SARIF 2.1.0: the format in which forges and editors take findings."""

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

import msgspec

from generator import __version__
from generator.check.finding import Finding
from generator.check.rules import RULES, Rule

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(findings: Iterable[Finding]) -> str:
    """One run with every rule and every finding, as JSON."""
    rules = list(RULES.values())
    index = {rule.code: at for at, rule in enumerate(rules)}
    driver = {
        "name": "qwikfolio theme check",
        "semanticVersion": __version__,
        "rules": [_rule(rule) for rule in rules],
    }
    results = [_result(finding, index[finding.code]) for finding in findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return msgspec.json.encode({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}).decode()


def _rule(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.code,
        "shortDescription": {"text": rule.what},
        "help": {"text": f"To do: {rule.fix}."},
        "defaultConfiguration": {"level": rule.level},
    }


def _result(finding: Finding, rule: int) -> dict[str, object]:
    place: dict[str, object] = {"artifactLocation": {"uri": _uri(finding.file)}}
    if finding.line:
        region: dict[str, object] = {"startLine": finding.line}
        if finding.snippet:
            region["snippet"] = {"text": finding.snippet}
        place["region"] = region
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": finding.level,
        "message": {"text": f"{finding.message}. To do: {finding.fix}."},
        "locations": [{"physicalLocation": place}],
        "properties": {"theme": finding.theme},
    }


def _uri(file: str) -> str:
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(file)
