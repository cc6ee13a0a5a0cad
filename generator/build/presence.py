"""Whether what the manifest vouches for still stands, so that a deleted file is written again.

A file that is missing, has another size or is a symbolic link is made again. To look for one costs
some microseconds, so a build looks for all of them only where it has a reason to:

- the site's own files (lists, hand-written pages, assets) in every build;
- everybody's, where a name came or went in the output folder itself since the last build ended;
- else `_IN_TURN` files of people, from where the last build stopped.
"""

from collections.abc import Iterable

from generator.build.workspace import Workspace

_IN_TURN = 1_000
_STATE, _TURN = "folder", "looked for up to"  # the names of facts

_File = tuple[str, int | None, str | None]  # path, size, owner


def look(workspace: Workspace) -> None:
    """Look for files, as far as it is cheap; durable on return."""
    state = workspace.writer.state()
    if state is None:
        return  # a store has no such thing, and a request a file would be too many
    if workspace.manifest.fact(_STATE) != state.encode():
        workspace.writer.remove_links()
        look_for_all(workspace)
        return
    manifest = workspace.manifest
    _mend(workspace, manifest.rows("sizes_of_nobody"))
    start = manifest.fact(_TURN) or b""
    turn: list[_File] = manifest.rows("sizes_after", start.decode(), _IN_TURN)
    _mend(workspace, turn)
    end = turn[-1][0].encode() if len(turn) == _IN_TURN else b""
    if end != start:
        manifest.set_fact(_TURN, end)
    manifest.commit()


def look_for_all(workspace: Workspace) -> None:
    """Look for every file; durable on return."""
    _mend(workspace, workspace.manifest.sizes())
    workspace.manifest.commit()


def note(workspace: Workspace) -> None:
    """The output is as this build leaves it; durable with the next commit."""
    workspace.writer.tidy()  # whose folder is a name that comes and goes, too
    state = workspace.writer.state()
    if state is not None and workspace.manifest.fact(_STATE) != state.encode():
        workspace.manifest.set_fact(_STATE, state.encode())


def _mend(workspace: Workspace, files: Iterable[_File]) -> None:
    """Files that don't stand as they were made are made again."""
    manifest = workspace.manifest
    for path, size, owner in files:
        if workspace.writer.size(path) == size:
            continue
        manifest.execute("distrust", path)
        if owner is not None:
            manifest.execute("one_due", owner)
        else:
            workspace.directory.remake(path)
            for name in ("site", "redirects"):
                manifest.execute("forget_fact", name)
