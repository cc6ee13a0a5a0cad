"""A build that would take away an unusual share of people is held back (DESIGN, rule 13).

Whoever withdraws a single page is heard at once (rule 6). But a table that reads as empty after a
failed restore, without a grant, or behind a changed row-level security policy looks as though
everybody had withdrawn theirs.
"""

from generator.build.materials import Materials
from generator.build.recovery import pages_on_disk
from generator.build.request import Request
from generator.build.workspace import Workspace
from generator.config.removals import parse_removals
from generator.errors import RemovalLimitError
from generator.publish.removals import count_people, removals


def excess(
    workspace: Workspace, materials: Materials | None, request: Request
) -> RemovalLimitError | None:
    """Why the build may not go on with the addresses as they are settled; None where it may.

    People are counted by the manifest. Where it doesn't know the output, addresses are counted
    instead, by the files in it: redirects too, since files don't tell.
    """
    if request.allow_removals == "all" or workspace.output.is_new:
        return None
    limit = parse_removals(workspace.limits.removals)
    if workspace.known:
        found = removals(workspace.manifest)
        if found.people <= limit.at_least:  # most builds: without counting everybody
            return None
        people = count_people(workspace.manifest)
    else:
        people, found = pages_on_disk(workspace, materials)
    allowed = max(limit.among(people), request.allow_removals or 0)
    if found.people <= allowed:
        return None
    return RemovalLimitError(
        people=found.people,
        of=people,
        limit=allowed,
        examples=found.examples,
        where=str(workspace.target),
    )
