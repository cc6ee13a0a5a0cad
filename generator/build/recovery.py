"""What a build makes of an output whose last build did not end, or that is not as it was left."""

from pathlib import Path

from generator.build import presence
from generator.build.materials import Materials
from generator.build.request import Request
from generator.build.sitewide import is_list
from generator.build.workspace import Workspace
from generator.errors import ConfigError
from generator.model.problem import quote
from generator.publish import addresses
from generator.publish.removals import MOST_EXAMPLES, Removals

_BOOT = Path("/proc/sys/kernel/random/boot_id")


def recover(workspace: Workspace, request: Request) -> bool:
    """Take stock of what a build that died, or a machine that went down, has left.

    Returns:
        Whether files may stand that the manifest doesn't know, to be swept away.
    """
    manifest = workspace.manifest
    workspace.writer.unfence()  # whoever builds for an earlier build stops here
    if manifest.count("count_in_hand") or not workspace.known:
        workspace.writer.tidy()
        manifest.execute("recover")
        manifest.execute("forget_in_hand")
        manifest.commit()
    if not workspace.known:
        _begin_anew(workspace, request)
        return not workspace.output.is_new
    if _is_rebooted(workspace):
        presence.look_for_all(workspace)
        return True
    presence.look(workspace)
    return False


def sweep(workspace: Workspace, materials: Materials | None) -> None:
    """Remove every file that the manifest doesn't know, and that this build won't write.

    Without materials nobody can tell what it would write besides people's pages: these stay.
    """
    if workspace.known:
        workspace.publisher.sweep(workspace.publisher.is_recorded)
    else:
        workspace.publisher.sweep(lambda path: _is_planned(workspace, materials, path))


def pages_on_disk(workspace: Workspace, materials: Materials | None) -> tuple[int, Removals]:
    """How many people's addresses have a page, by the files alone, and whose of them are gone.

    A redirect is taken for a page.
    """
    by_hand = {page.path.strip("/") for page in materials.pages} if materials else set()
    by_hand |= {file.top for file in materials.static} if materials else set()
    pages = gone = 0
    examples: list[str] = []
    for path in workspace.writer.strays(lambda _path: False):
        segment, _, file = path.rpartition("/")
        if file != "index.html" or not segment or "/" in segment or segment in by_hand:
            continue
        pages += 1
        if not addresses.is_address(workspace.manifest, segment):
            gone += 1
            if gone <= MOST_EXAMPLES:
                examples.append(quote(segment))
    return pages, Removals(gone, tuple(examples))


def note_boot(workspace: Workspace) -> None:
    """The output is whole as of this start of the machine; durable with the next commit."""
    workspace.manifest.set_fact("boot", _boot())


def _begin_anew(workspace: Workspace, request: Request) -> None:
    """The manifest does not know this output: trust nothing in it, until all is checked."""
    if request.only:
        raise ConfigError(
            "--only needs a whole build before it: nothing is known of this output",
            where=str(workspace.target),
            fix="build without --only once",
        )
    workspace.manifest.execute("forget_files")
    workspace.manifest.execute("forget_facts")
    workspace.directory.make_all()


def _is_rebooted(workspace: Workspace) -> bool:
    """Whether the machine has started anew since the last build, perhaps for want of power.

    Files that were written then may have lost their end, although the manifest vouches for them;
    and the manifest's last words, although the files stand.
    """
    return workspace.manifest.fact("boot") not in {None, _boot()}


def _is_planned(workspace: Workspace, materials: Materials | None, path: str) -> bool:
    """Whether this build will write, or check at its end, the file at `path`."""
    segment, _, file = path.rpartition("/")
    if path.startswith("assets/") or (
        file == "index.html" and addresses.is_address(workspace.manifest, segment)
    ):
        return True
    return materials is not None and (
        "/" not in path
        or is_list(path)
        or path in {f"{page.path}index.html" for page in materials.pages}
        or path in materials.static_paths
    )


def _boot() -> bytes:
    try:
        return _BOOT.read_bytes().strip()
    except OSError:
        return b""
