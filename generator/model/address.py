"""Which stored slug or username may become a path segment: `/<segment>/`.

The app writes `[a-z0-9-]+`, but the database does not check it, and older rows hold anything
(DESIGN, rule 8). Letters of every script are kept; what a file system, a URL or a reader could
take for something else is refused.
"""

import re
import unicodedata

from generator.model.lookalike import AmbiguousError, require_one_reading

_LONGEST = 100  # characters; at most 4 bytes each in UTF-8 is more than NAME_MAX, hence:
_LONGEST_IN_BYTES = 200
_PLAIN = re.compile(r"[a-z0-9-]{1,100}", re.ASCII)
_MARKS_AND_LETTERS = ("L", "M", "N")


class UnsafeSegmentError(ValueError):
    """A slug or username that can't be a path segment; the message says why."""


def path_segment(text: str) -> str:
    """The text as a path segment, in Unicode's composed form (NFC).

    Raises:
        UnsafeSegmentError: It is empty, too long, has a character other than letters, digits and
            `-_.~`, or starts or ends with a dot; or a reader may take it for another's.
    """
    if _PLAIN.fullmatch(text):
        return text
    segment = unicodedata.normalize("NFC", text)
    if not segment.strip():
        raise UnsafeSegmentError("it is empty")
    if len(segment) > _LONGEST or len(segment.encode()) > _LONGEST_IN_BYTES:
        raise UnsafeSegmentError(f"it is longer than {_LONGEST} characters")
    for character in segment:
        if character not in "-_.~" and unicodedata.category(character)[0] not in _MARKS_AND_LETTERS:
            raise UnsafeSegmentError(f"it has the character {character!r}")
    if segment.startswith(".") or segment.endswith("."):
        raise UnsafeSegmentError("it starts or ends with a dot")
    if unicodedata.category(segment[0])[0] == "M":
        raise UnsafeSegmentError("it starts with a combining mark")
    try:
        for spelling in (segment, collision_key(segment)):
            require_one_reading(spelling)
    except AmbiguousError as error:
        raise UnsafeSegmentError(str(error)) from None
    return segment


def collision_key(segment: str) -> str:
    """Equal for all spellings of an address: composed, and each letter in lower case.

    `qwikfolio.address_key` of the database says the same of every segment. So no letter may depend
    on its neighbours, as the Greek sigma does in `str.lower`, or become two.
    """
    if segment.isascii():
        return segment.lower()
    composed = unicodedata.normalize("NFC", segment).replace("İ", "i")
    return unicodedata.normalize("NFC", composed.lower().replace("ς", "σ"))
