"""Whose account the embedded server runs under.

PostgreSQL refuses to run as root. Called as root (in a container, mostly), it runs as `nobody`, an
account every system has; otherwise as the caller.
"""

import os
import pwd
import stat
from contextlib import suppress
from pathlib import Path
from typing import TypedDict

import msgspec

from generator.errors import DatabaseError


class SubprocessOptions(TypedDict, total=False):
    """What `subprocess.run` needs to run a program as somebody else."""

    user: int
    group: int
    extra_groups: list[int]


class Account(msgspec.Struct, frozen=True):
    """An account of the system, and whether it is other than the caller's."""

    uid: int
    gid: int
    foreign: bool

    def own(self, path: Path) -> None:
        """Give the path to the account."""
        if self.foreign:
            os.chown(path, self.uid, self.gid)

    def subprocess_options(self) -> SubprocessOptions:
        """The options that make `subprocess.run` change to the account."""
        if not self.foreign:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def server_account(data: Path) -> Account:
    """The account to run the server of `data` under: its owner's, if root asks and it exists."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), foreign=False)
    with suppress(FileNotFoundError):
        owner = data.stat()
        if owner.st_uid != 0:
            return Account(owner.st_uid, owner.st_gid, foreign=True)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise DatabaseError(
            "PostgreSQL does not run as root, and this system has no account `nobody`",
            fix="run as another user, or set DATABASE_URL to a server",
        ) from None
    return Account(nobody.pw_uid, nobody.pw_gid, foreign=True)


def let_through(data: Path, programs: Path, account: Account) -> None:
    """Let the account reach its data and the programs.

    A clone made in `mktemp -d` or under /root stands in folders that only their owner may pass, and
    a umask of 077 leaves the installed programs unreadable. The folders above get the permission to
    pass, not to list; the programs, which are public, get to be read.
    """
    if not account.foreign:
        return
    for folder in (*data.parents, *programs.resolve().parents):
        _permit(folder, stat.S_IXOTH)
    for path in programs.resolve().parent.rglob("*"):
        executable = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
        _permit(path, stat.S_IROTH | (stat.S_IXOTH if executable else 0))


def _permit(path: Path, bits: int) -> None:
    mode = path.stat().st_mode
    if mode & bits != bits:
        with suppress(PermissionError):  # then the server says what it can't read
            path.chmod(stat.S_IMODE(mode) | bits)
