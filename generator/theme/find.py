"""Where themes are: folders of the site, installed packages, and those that come with this one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

from msgspec.structs import replace

from generator import bundled
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
    """The theme in one folder; its parents are looked for as `find_folders` does, and beside it.

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

    A folder of the site stands in for a bundled theme of the same name. Bundled themes go on to
    inherit from each other: a site's `base` need not be what they expect.

    Args:
        places: The site's folders of themes; installed packages and the bundled themes are looked
            through besides.
        but: One that is known already, and whose name others may bear.

    Raises:
        ThemeError: One can't be used, or two have the same name: of the site's folders and the
            packages, or of the packages and the bundled themes.
    """
    sites = dict.fromkeys(it.resolve() for it in theme_paths(places))
    packages = dict.fromkeys(_package(it).resolve() for it in entry_points(group=GROUP))
    found: dict[str, Folder] = {}
    for path in {**sites, **packages}:
        if but is not None and path == but.path.resolve():
            continue
        folder = replace(read_folder(path), origin="site" if path in sites else "package")
        name = folder.about.name
        if name in found:
            raise _twins(found[name], folder)
        found[name] = folder
    for name, folder in _bundled({it.path: it for it in found.values()}).items():
        mine = found.setdefault(name, folder)
        if mine.origin == "package":
            raise _twins(mine, folder)
        if mine.path != folder.path:
            found[name] = replace(mine, replaces=folder.path)
    return found


def _bundled(known: Mapping[Path, Folder]) -> dict[str, Folder]:
    """The themes of this package; those that are known by their path are not read again."""
    paths = [it.resolve() for it in theme_paths([bundled.themes()])]
    folders = [known.get(path) or read_folder(path) for path in paths]
    by_name = {it.about.name: it for it in folders}

    def joined(folder: Folder) -> Folder:
        parent = by_name.get(folder.about.inherits)
        return replace(folder, origin="bundled", parent=parent and joined(parent))

    return {name: joined(it) for name, it in by_name.items()}


def _twins(one: Folder, other: Folder) -> ThemeError:
    return ThemeError(
        f"two themes are named {one.about.name!r}",
        where=f"{one.path} and {other.path}",
        fix=f"change the name in one {THEME_FILE}, or take that folder away",
    )


def lineage(own: Folder, folders: Mapping[str, Folder]) -> tuple[Folder, ...]:
    """A folder, its parent, and so on.

    Raises:
        ThemeError: One isn't there, or inherits from itself.
    """
    chain = [own]
    while parent := chain[-1].about.inherits:
        where = str(chain[-1].path / THEME_FILE)
        above = chain[-1].parent or folders.get(parent)
        if above is None:
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
        if above in chain:
            raise ThemeError(
                f"the theme {parent!r} inherits from itself", where=where, fix="mend `inherits`"
            )
        chain.append(above)
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
