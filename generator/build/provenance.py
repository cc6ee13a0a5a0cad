"""Which database an output is built from: one, until somebody says otherwise (DESIGN, rule 13).

The manifest and the output's marker both remember it, so that either may be lost. An output of an
earlier version remembers none, and belongs to whoever builds it next.
"""

import msgspec

from generator.build.request import Request
from generator.build.workspace import Workspace
from generator.errors import PublishError
from generator.model.identity import DatabaseIdentity
from generator.publish.manifest import Manifest
from generator.source.snapshot import Snapshot

_FACT = "source"


def require_source(workspace: Workspace, snapshot: Snapshot, request: Request) -> DatabaseIdentity:
    """Refuse to build an output from a database that it doesn't belong to. Changes nothing on disk.

    Where the request adopts the output, nothing of it is known any more: everything is compared.

    Returns:
        The database of the snapshot, for `record_source`.

    Raises:
        PublishError: The output belongs to another one.
    """
    here = snapshot.identity()
    if workspace.is_embedded:
        here = DatabaseIdentity(here.id, "the embedded samples")
    others = [
        known
        for known in (_recorded(workspace.manifest), workspace.output.source())
        if known is not None and known.id != here.id
    ]
    if others and not request.adopt_output:
        raise PublishError(
            f"the output belongs to another database: it was built from {others[0]}, and this is "
            f"{here}; nothing was changed",
            where=str(workspace.target),
            fix="build from the database it belongs to (DATABASE_URL, --database-url, [database] "
            "in qwikfolio.toml); or, if it should belong to this one from now on, build once with "
            "--adopt-output",
        )
    workspace.known = workspace.known and not others
    return here


def record_source(workspace: Workspace, database: DatabaseIdentity) -> None:
    """Remember what the output is built from. Durable on return."""
    if _recorded(workspace.manifest) != database:
        workspace.manifest.set_fact(_FACT, msgspec.json.encode(database))
        workspace.manifest.commit()
    # The marker may be served to anybody: where the database is, is not their business.
    if workspace.output.source() != database.without_host():
        workspace.output.assign(database.without_host())


def _recorded(manifest: Manifest) -> DatabaseIdentity | None:
    fact = manifest.fact(_FACT)
    return msgspec.json.decode(fact, type=DatabaseIdentity) if fact else None
