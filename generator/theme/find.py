"""Where themes are: folders of the project, and installed packages."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

from generator.errors import ThemeError
from generator.model.guess import nearest
from generator.theme.about import THEME_FILE
from generator.theme.folder import Folder, read_folder
from generator.theme.theme import Theme, make_theme

GROUP = "qwikfolio.themes"
"""The entry points of packages that bring a theme; each names a package with a `theme.toml`."""
_MOST_PARENTS = 10


def load_themes(
    places: Iterable[Path], *, required: str, required_by: str | None = None
) -> dict[str, Theme]:
    """Every theme that a portfolio can choose, by name.

    Args:
        places: Folders with one theme a subfolder; one without a `theme.toml` is passed over.
        required: The site's own theme, which must be among them.
        required_by: The place of the setting that names it, for messages; None: the folders.

    Raises:
        ThemeError: One can't be used, or the required one isn't there.
    """
    places = tuple(places)
    folders = find_folders(places)
    chosen = [name for name, folder in folders.items() if not folder.about.abstract]
    if required not in chosen:
        raise ThemeError(
            f"there is no theme {required!r}",
            where=required_by or ", ".join(map(str, places)),
            fix=_choice(required, chosen),
        )
    return {name: make_theme(lineage(folders[name], folders)) for name in chosen}


def _choice(wanted: str, chosen: Sequence[str]) -> str:
    near = nearest(wanted, chosen)
    meant = f"did you mean {near}? " if near else ""
    return f"{meant}set site.theme to one of: {', '.join(chosen) or '(none found)'}"


def load_theme(path: Path, places: Iterable[Path] = ()) -> Theme:
    """The theme in one folder; its parents are looked for beside it, in `places` and in packages.

    Raises:
        ThemeError: It can't be used, or a parent isn't there.
    """
    own = read_folder(path)
    if not own.about.inherits:
        return make_theme((own,))
    others = find_folders(dict.fromkeys((path.resolve().parent, *places)), but=own)
    return make_theme(lineage(own, {**others, own.about.name: own}))


def find_folders(places: Iterable[Path], *, but: Folder | None = None) -> dict[str, Folder]:
    """Every theme there is, by name, those that are only inherited from included.

    Args:
        places: Folders of themes; installed packages are looked through besides.
        but: One that is known already, and whose name others may bear.

    Raises:
        ThemeError: One can't be used, or two have the same name.
    """
    found: dict[str, Folder] = {}
    packages = map(_package, entry_points(group=GROUP))
    for path in dict.fromkeys(it.resolve() for it in (*theme_paths(places), *packages)):
        if but is not None and path == but.path.resolve():
            continue
        folder = read_folder(path)
        name = folder.about.name
        if name in found:
            raise ThemeError(
                f"two themes are named {name!r}",
                where=f"{found[name].path} and {folder.path}",
                fix=f"change the name in one {THEME_FILE}, or take that folder away",
            )
        found[name] = folder
    return found


def lineage(own: Folder, folders: Mapping[str, Folder]) -> tuple[Folder, ...]:
    """A folder, its parent, and so on.

    Raises:
        ThemeError: One isn't there, or inherits from itself.
    """
    chain = [own]
    while parent := chain[-1].about.inherits:
        where = str(chain[-1].path / THEME_FILE)
        if parent not in folders:
            raise ThemeError(
                f"there is no theme {parent!r} to inherit from",
                where=where,
                fix=f"mend `inherits`; there are: {', '.join(sorted(folders)) or '(none)'}",
            )
        if len(chain) > _MOST_PARENTS:
            raise ThemeError(
                f"a theme may have {_MOST_PARENTS} parents, one after the other",
                where=where,
                fix="inherit from one that is nearer to the first",
            )
        if folders[parent] in chain:
            raise ThemeError(
                f"the theme {parent!r} inherits from itself", where=where, fix="mend `inherits`"
            )
        chain.append(folders[parent])
    return tuple(chain)


def theme_paths(places: Iterable[Path]) -> Iterator[Path]:
    """The themes of some folders, by their own."""
    for place in places:
        yield from sorted(file.parent for file in place.glob(f"*/{THEME_FILE}"))


def _package(entry: EntryPoint) -> Path:
    """The folder of an installed theme, of which nothing is run.

    To find `a.b` the import system would run `a`: so it is asked for `a` only, and `b` is a folder.
    """
    first, *rest = entry.value.split(".")
    try:
        spec = find_spec(first) if first.isidentifier() else None
    except (ImportError, ValueError):  # or it is no module of a file, such as __main__
        spec = None
    for location in (spec and spec.submodule_search_locations) or ():
        folder = Path(location, *rest)
        if all(map(str.isidentifier, rest)) and folder.is_dir():
            return folder
    raise ThemeError(
        f"the installed theme {entry.name!r} names {entry.value!r}, which is no package",
        where=f"entry point {GROUP}",
        fix="install the package again, or remove it",
    )
