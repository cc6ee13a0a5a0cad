"""Which database a site is built from."""

import msgspec

_SHORT = 8  # digits of an identity that tell two of them apart for a person


class DatabaseIdentity(msgspec.Struct, frozen=True):
    """A database, whatever host name or pooler leads to it."""

    id: str
    """Equal for the same database only; hexadecimal, and says nothing of the server."""
    name: str
    """What its server calls it."""
    host: str = ""
    """Where it was reached, without user and password; empty where that is not to be told."""

    def __str__(self) -> str:
        """For a message: `folio at db.example (3f2a91c0)`."""
        place = f" at {self.host}" if self.host else ""
        return f"{_printable(self.name + place)} ({self.id[:_SHORT]})"

    def without_host(self) -> "DatabaseIdentity":
        """The same, fit for a file that a web server may hand out."""
        return msgspec.structs.replace(self, host="")


def _printable(text: str) -> str:
    """A name as a terminal may show it: no control character reaches it."""
    return "".join(char if char.isprintable() else "?" for char in text)
