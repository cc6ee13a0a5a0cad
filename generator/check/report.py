"""What was found, for a person."""

from collections.abc import Callable, Iterator

from generator.check.check import Outcome
from generator.check.finding import Finding

Paint = Callable[[str, str], str]
"""Colours a text as what it is: `error`, `warning`, `place` or `aside`."""

_LONGEST = 160


def plain(_role: str, text: str) -> str:
    """No colour at all."""
    return text


def report(outcome: Outcome, paint: Paint = plain, *, quick: bool) -> str:
    """Every finding, and how many there are."""
    return "\n".join([*_findings(outcome, paint), _summary(outcome, paint, quick=quick)])


def _findings(outcome: Outcome, paint: Paint) -> Iterator[str]:
    for it in outcome.findings:
        place = f"{it.file}:{it.line}" if it.line else it.file
        yield f"{paint('place', place)}: {paint(it.level, it.level)} {it.code}: {it.message}"
        if it.snippet:
            yield paint("aside", f"    | {_short(it.snippet)}")
        yield f"    to do: {it.fix}\n"


def _summary(outcome: Outcome, paint: Paint, *, quick: bool) -> str:
    errors = sum(it.level == "error" for it in outcome.findings)
    warnings = len(outcome.findings) - errors
    counts = (
        paint("error" if errors else "aside", _plural(errors, "error")),
        paint("warning" if warnings else "aside", _plural(warnings, "warning")),
    )
    themes = f"{_plural(len(outcome.themes), 'theme')} checked ({', '.join(outcome.themes)})"
    aside = "; pages were not rendered (--quick)" if quick else ""
    return f"{themes}: {', '.join(counts)}{aside}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def failed(findings: tuple[Finding, ...]) -> bool:
    """Whether there is an error among them."""
    return any(it.level == "error" for it in findings)
