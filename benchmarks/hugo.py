"""Hugo, rendering the same people from the JSON file through a content adapter."""

import os
import shutil
import sysconfig
from pathlib import Path

from generator.content import load_pages
from generator.model.content import NOT_FOUND
from generator.theme.find import load_theme

_SITE = Path(__file__).parent / "hugo"
PEOPLE = "assets/people.json"
"""Where a project of Hugo's has the people."""


def program() -> Path | None:
    """Hugo's own executable, without the wrapper in Python; None where it isn't installed."""
    folder = Path(sysconfig.get_path("purelib"), "hugo", "binaries")
    found = sorted(folder.glob("hugo*"))
    return found[0] if found else None


def prepare(folder: Path, root: Path) -> Path:
    """Make a project of Hugo's at `folder`, but for the people; where those are to be written.

    Args:
        folder: Doesn't exist yet.
        root: Where our themes and hand-written pages are.
    """
    shutil.copytree(_SITE, folder)
    static = folder / "assets" / "assets"
    static.mkdir(parents=True)
    for asset in load_theme(root / "themes" / "emerald").assets:
        (static / asset.name).write_bytes(asset.body)
    for page in load_pages(root / "content" / "pages"):
        if page.path != NOT_FOUND:
            front = f'---\ntitle: "{page.title}"\ndescription: "{page.description}"\n---\n'
            name = page.path.strip("/")
            (folder / "content" / f"{name}.md").write_text(front + page.text, "utf-8")
    return folder / PEOPLE


def command(hugo: Path, folder: Path, output: Path) -> list[str]:
    """The command that builds the project into `output`, with the options that make it quicker."""
    return [
        str(hugo),
        "build",
        f"--source={folder}",
        f"--destination={output}",
        "--noTimes",
        "--noChmod",
        "--noBuildLock",
    ]


def environment(scratch: Path, cores: int) -> dict[str, str]:
    """The environment it runs in: all cores, and its caches in the scratch folder."""
    return {
        **os.environ,
        "GOMAXPROCS": str(cores),
        "HUGO_CACHEDIR": str(scratch / "hugo-cache"),
    }


def leave_redirects_out(folder: Path) -> None:
    """Make the project one without the pages that send on from the usernames."""
    adapter = folder / "content" / "_content.gotmpl"
    lines = adapter.read_text("utf-8").splitlines(keepends=True)
    adapter.write_text("".join(line for line in lines if '"aliases"' not in line), "utf-8")
