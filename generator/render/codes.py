"""Compiled templates, kept while themes are read again and again: `qwikfolio serve`.

Whoever keeps them keeps each partial apart, too: a page then runs a little slower, to the same
text, and of the templates only the one that was saved is compiled.
"""

from types import CodeType

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class Codes(BytecodeCache):
    """The last code of each template.

    One for each set of site settings: what depends on nothing but the site's language may be
    worked out while a template is compiled.
    """

    def __init__(self) -> None:
        self._codes: dict[str, tuple[str, CodeType | None]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was made of the very same source."""
        checksum, code = self._codes.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it, in place of an earlier one."""
        self._codes[bucket.key] = bucket.checksum, bucket.code
