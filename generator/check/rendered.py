"""A theme as people get it: pages of everybody in the gallery, validated and looked at."""

from collections.abc import Callable

from generator.check.notes import Notes
from generator.check.subject import Subject
from generator.config import Settings


def check_rendered(
    subject: Subject, settings: Settings, notes: Notes, say: Callable[[str], None]
) -> None:
    """Note what is wrong with the pages that a theme makes."""
