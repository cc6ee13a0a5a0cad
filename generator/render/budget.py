"""What one page may cost: steps, depth, and the size of what its template makes.

Rendering is pure, so the same page costs the same steps each time, on any machine: no clock is
read. A step is about as much as printing 64 characters, or evaluating one name. What a loop will
cost is known before its first turn, because whatever it can walk through has a length.
"""

from jinja2 import TemplateRuntimeError
from jinja2.utils import Namespace

STEPS = 1_000_000
"""A page of 1,000 people takes about 150,000."""
DEEPEST = 50
"""Macros, includes and blocks within each other."""
LONGEST_TEXT = 1_000_000
"""Characters of a text that an operator or a filter makes."""
LONGEST_LIST = 100_000
LARGEST_OPTION = 100
"""Of one of our own filters: a level of headings, places of a number."""
LARGEST_NUMBER = 2**63
LARGEST_PAGE = 8_000_000
"""Characters of a page."""

LIGHT_MACRO = 50
LIGHT_BLOCK = 300
"""Steps of a body up to which whoever calls it pays for it; a heavier one takes its own."""
LONG = 200
"""Characters from which on a text is paid for each time that it is used."""

_CHARACTERS = 6  # 2 ** 6 of them make a step


class OverrunError(TemplateRuntimeError):
    """A template wants more than a page may have."""


def overrun() -> OverrunError:
    """That the steps are used up."""
    return OverrunError(
        f"the page takes more than {STEPS:,} steps; "
        "let loops have fewer turns, macros fewer calls, and texts fewer characters"
    )


class Budget:
    """What is left for one page."""

    def __init__(self, depth: int = 0) -> None:
        self.left = STEPS
        self.depth = depth
        self._namespaces: dict[int, Namespace] = {}

    def spend(self, steps: int) -> None:
        """Take steps.

        Raises:
            OverrunError: There are not as many left.
        """
        self.left -= steps
        if self.left < 0:
            raise overrun()

    def read(self, characters: int, price: int = 1) -> None:
        """Take the steps for going through a text."""
        self.spend(characters * price >> _CHARACTERS)

    def text(self, characters: int) -> None:
        """Take the steps for a text that is to be made, before it is."""
        if characters > LONGEST_TEXT:
            raise OverrunError(
                f"a text has more than {LONGEST_TEXT:,} characters; make it shorter, "
                "or print its parts where they belong"
            )
        self.read(characters)

    def items(self, count: int) -> None:
        """Take the steps for a list that is to be made, before it is."""
        if count > LONGEST_LIST:
            raise OverrunError(f"a list has more than {LONGEST_LIST:,} items; make it shorter")
        self.spend(count)

    def enter(self, steps: int) -> None:
        """Begin what may begin itself again: a macro, a block, an include."""
        self.left -= steps
        self.depth += 1
        if self.left < 0:
            raise overrun()
        if self.depth > DEEPEST:
            raise OverrunError(
                f"macros, includes and blocks stand more than {DEEPEST} deep within each other; "
                "one of them calls itself without an end"
            )

    def own(self, namespace: Namespace) -> Namespace:
        """Take in a namespace: it can be changed for as long as this page is being made."""
        self._namespaces[id(namespace)] = namespace
        return namespace

    def writable(self, namespace: Namespace) -> Namespace:
        """The namespace, to be changed.

        Raises:
            TemplateRuntimeError: It is an imported template's: the change would show on the pages
                that are made later.
        """
        if id(namespace) not in self._namespaces:
            raise TemplateRuntimeError(
                "an imported template's namespace can't be changed, since it is every page's; "
                "make one where it is used"
            )
        return namespace
