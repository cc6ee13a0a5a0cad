"""What became of every event, to be added up at any time."""

from collections import Counter
from typing import Literal, get_args

Filter = Literal["bot", "prefetch", "opt-out"]
"""Why an event is not stored, by rule."""
Rejection = Literal[
    "malformed", "unknown", "project", "rate", "size", "incomplete", "refused", "full", "damaged"
]
"""Why an event is not stored, with an error."""

_HELP = {
    "received": ("counter", "Events decided upon, and those that the spool held at the start."),
    "stored": ("counter", "Events that were committed to the database."),
    "duplicate": ("counter", "Events that the database had already."),
    "filtered": ("counter", "Events that are not stored, by rule."),
    "rejected": ("counter", "Events that are not stored, with an error."),
    "spooled": ("gauge", "Events that wait on disk for the database."),
}


class Accounts:
    """received = stored + duplicate + filtered + rejected + spooled.

    Each method keeps that true, and nothing else writes here, all in one thread.
    """

    def __init__(self, spooled: int = 0) -> None:
        """Begin with what a spool holds from before."""
        self.received = spooled
        self.spooled = spooled
        self.stored = 0
        self.duplicate = 0
        self.filtered: Counter[Filter] = Counter(dict.fromkeys(get_args(Filter), 0))
        self.rejected: Counter[Rejection] = Counter(dict.fromkeys(get_args(Rejection), 0))

    def store(self, new: int, duplicate: int) -> None:
        """Events came, and the database has them."""
        self.received += new + duplicate
        self.stored += new
        self.duplicate += duplicate

    def spool(self, events: int) -> None:
        """Events came, and wait on disk."""
        self.received += events
        self.spooled += events

    def filter(self, reason: Filter) -> None:
        """An event came, and is left out."""
        self.received += 1
        self.filtered[reason] += 1

    def reject(self, reason: Rejection, events: int = 1) -> None:
        """Events came, and are refused."""
        self.received += events
        self.rejected[reason] += events

    def unspool(self, new: int, duplicate: int) -> None:
        """The database has taken events that waited on disk."""
        self.spooled -= new + duplicate
        self.stored += new
        self.duplicate += duplicate

    def give_up(self, reason: Rejection, events: int = 1) -> None:
        """Events that waited on disk turn out to be nobody's, or can't be stored."""
        self.spooled -= events
        self.rejected[reason] += events

    def text(self) -> str:
        """In Prometheus' text format, version 0.0.4."""
        lines: list[str] = []
        for name, (kind, about) in _HELP.items():
            full = f"qwikfolio_beacon_{name}" + ("_total" if kind == "counter" else "")
            lines += [f"# HELP {full} {about}", f"# TYPE {full} {kind}"]
            value = getattr(self, name)
            if isinstance(value, Counter):
                lines += [f'{full}{{reason="{why}"}} {n}' for why, n in sorted(value.items())]
            else:
                lines.append(f"{full} {value}")
        return "\n".join(lines) + "\n"
