"""Who has to be looked at: those whose rows, address, theme or file changed."""

from datetime import date

import msgspec

from generator.build.materials import Materials
from generator.publish.manifest import Manifest
from generator.source.changes import Change
from generator.source.snapshot import Position, Snapshot

_MOST_BY_NAME = 10_000
_MOST_TOLD = 20


class Survey(msgspec.Struct, frozen=True):
    """What a build will look at."""

    everybody: bool
    """Whether each public person's rows are read; else those of the people who are due."""
    position: Position | None
    """Up to where the database's log is read by this; None where that is not to be noted."""
    before: Position | None = None
    """Up to where the database remembers this output to have read."""
    is_registered: bool = False
    """Whether the database remembers this output, at whatever position."""
    reason: str | None = None
    """Why everybody's rows are read, where the operator may wonder."""
    changes: tuple[Change, ...] = ()
    """What was logged, if it is little enough to be told one by one."""


def survey(manifest: Manifest, snapshot: Snapshot, *, everybody: bool) -> Survey:
    """Note in the manifest who is due by the database's log of changes; made durable by others."""
    missing = snapshot.missing_triggers()
    if missing:
        reason = (
            f"reading everybody: the database keeps no log of what changes in {', '.join(missing)};"
            " `qwikfolio db migrate`, run as the tables' owner, sets it up"
        )
        return Survey(everybody=True, position=None, reason=reason)
    here = snapshot.position()
    known = _known(manifest)
    registered = snapshot.registered(manifest.id())
    is_registered = registered is not None
    if everybody or not known:
        return Survey(everybody=True, position=here, is_registered=is_registered)
    if registered is None or registered not in known or registered.line != here.line:
        reason = (
            "reading everybody: the database's log of changes does not reach back to what this "
            "output was last built from"
        )
        return Survey(everybody=True, position=here, is_registered=is_registered, reason=reason)
    return _changes(manifest, snapshot, registered, here)


def _changes(
    manifest: Manifest, snapshot: Snapshot, registered: Position, here: Position
) -> Survey:
    told: list[Change] = []
    count = 0
    for change in snapshot.changes_since(registered):
        if change.owner is None:
            reason = f"reading everybody: {', '.join(change.tables)} was emptied"
            return Survey(everybody=True, position=here, is_registered=True, reason=reason)
        manifest.execute("one_due", change.owner)
        count += 1
        if count <= _MOST_TOLD:
            told.append(change)
    is_news = count > 0 or manifest.fact("heard of") != _today()
    return Survey(
        everybody=manifest.count("count_due") > _MOST_BY_NAME,
        position=here if is_news else None,
        before=registered,
        is_registered=True,
        changes=tuple(told) if count <= _MOST_TOLD else (),
    )


def note_position(manifest: Manifest, found: Survey) -> None:
    """The manifest has taken in all that the survey found; durable as `record` is."""
    if found.position is None:
        if found.everybody:  # what is written from here on may not be logged
            manifest.execute("forget_fact", "position before")
            manifest.set_fact("position", msgspec.json.encode(Position("", "")))
        return
    note_heard(manifest)
    if found.before is not None and not found.everybody:
        # The database doesn't hear of it if this build dies: it goes on from there.
        manifest.set_fact("position before", msgspec.json.encode(found.before))
    manifest.set_fact("position", msgspec.json.encode(found.position))
    manifest.set_fact("heard of", _today())


def note_heard(manifest: Manifest) -> None:
    """The database remembers the manifest's position; durable as `record` is.

    Should it ever remember the one before, it was put back to an earlier state.
    """
    manifest.execute("forget_fact", "position before")


def note_themes(manifest: Manifest, materials: Materials) -> None:
    """Who wants a theme that has changed is due; durable as `record` is."""
    site = materials.grounds(materials.settings.theme)
    if manifest.fact("site theme") != site:  # redirects are made with it
        manifest.execute("everybody_due")
    for wanted in manifest.texts("themes_wanted"):
        if manifest.fact(f"theme {wanted}") != materials.grounds(wanted):
            manifest.execute("theme_due", wanted)
    keep_themes(manifest, materials)


def keep_themes(manifest: Manifest, materials: Materials) -> None:
    """Everybody who is not due has been read with these themes; durable as `record` is."""
    manifest.set_fact("site theme", materials.grounds(materials.settings.theme))
    for wanted in manifest.texts("themes_wanted"):
        manifest.set_fact(f"theme {wanted}", materials.grounds(wanted))


def _known(manifest: Manifest) -> list[Position] | None:
    """Up to where the manifest may have read; None where it has read nothing."""
    facts = filter(None, map(manifest.fact, ("position", "position before")))
    return [msgspec.json.decode(fact, type=Position) for fact in facts] or None


def _today() -> bytes:
    """A database strikes off an output that it has not heard of for 30 days."""
    return date.today().isoformat().encode()
