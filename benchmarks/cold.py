"""Everything new: ours and the others make the same site, in turns."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import floor, peers
from benchmarks.bench import Bench
from benchmarks.database import people_database
from benchmarks.likeness import differences
from benchmarks.peers import Peer
from benchmarks.people import Address, write_people
from benchmarks.process import Run, run
from benchmarks.results import Cold, Floor, Likeness

_COMPARED = 400


def measure(bench: Bench, people: int) -> Cold:
    """Ours, Hugo (with and without redirects) and plain Jinja, `bench.pairs` times each."""
    url = people_database(bench.server, people)
    file = bench.scratch / f"people-{people}.json"
    addresses = write_people(url, file)
    rivals = [peers.ours(url, bench.server.pid, bench.state)]
    if bench.hugo:
        rivals += peers.hugos(bench.hugo, _new(bench, f"hugos-{people}"), bench.root, file)
    rivals.append(peers.naive(file))
    return _weighed(people, addresses, *_race(bench, rivals, bench.pairs, None))


def measure_large(bench: Bench, people: int, *, hugo: bool) -> Cold:
    """Ours alone, once, or with Hugo; the site is left for the warm cases."""
    url = people_database(bench.server, people)
    ours = peers.ours(url, bench.server.pid, bench.state)
    rivals: list[Peer] = [ours]
    addresses: list[Address] = []
    if hugo and bench.hugo:
        file = bench.scratch / f"people-{people}.json"
        addresses = write_people(url, file)
        rivals += peers.hugos(bench.hugo, _new(bench, f"hugos-{people}"), bench.root, file)[:1]
    return _weighed(people, addresses, *_race(bench, rivals, 1, bench.site(people)))


def measure_floor(bench: Bench, people: int) -> Floor:
    """Only the reading and the writing, of a site that is made for it first."""
    url = people_database(bench.server, people)
    site = bench.site(people)
    ours = peers.ours(url, bench.server.pid, bench.state)
    run(ours.command(site), bench.root, ours.environment)
    least = Peer(
        name="floor",
        command=lambda output: [*peers.python("floor"), url, str(site), str(output)],
        environment=ours.environment,
        server=bench.server.pid,
    )
    return Floor(people=people, runs=tuple(_once(bench, least) for _ in range(bench.pairs)))


def _race(
    bench: Bench, rivals: Sequence[Peer], rounds: int, ours: Path | None
) -> tuple[dict[str, list[Run]], dict[str, Path]]:
    """Each rival once a round.

    Args:
        bench: The run.
        rivals: In their order within a round.
        rounds: How many.
        ours: Where our site goes, if it is wanted later.

    Returns:
        The runs, and the last output, of each.
    """
    runs: dict[str, list[Run]] = {peer.name: [] for peer in rivals}
    outputs: dict[str, Path] = {}
    for _ in range(rounds):
        for peer in rivals:
            own = ours if peer.name == peers.OURS else None
            outputs[peer.name] = own or bench.new_folder(f"out-{peer.name}")
            runs[peer.name].append(_once(bench, peer, outputs[peer.name]))
    return runs, outputs


def _weighed(
    people: int,
    addresses: Sequence[Address],
    runs: Mapping[str, Sequence[Run]],
    outputs: Mapping[str, Path],
) -> Cold:
    """The runs, with what was made: how many files, of which size, and how like ours."""
    sizes = {name: [size for _, size in floor.files(folder)] for name, folder in outputs.items()}
    return Cold(
        people=people,
        files={name: len(found) for name, found in sizes.items()},
        bytes={name: sum(found) for name, found in sizes.items()},
        runs={name: tuple(found) for name, found in runs.items()},
        likeness={
            name: _likeness(name, outputs, addresses)
            for name, folder in outputs.items()
            if name != peers.OURS
        },
    )


def _once(bench: Bench, peer: Peer, output: Path | None = None) -> Run:
    output = output or bench.new_folder(f"out-{peer.name}")
    measured = run(peer.command(output), bench.root, peer.environment, peer.server)
    print(f"  {peer.name}: {measured.wall:.2f} s, {measured.cpu + measured.server_cpu:.2f} s CPU")
    return measured


def _likeness(name: str, outputs: Mapping[str, Path], addresses: Sequence[Address]) -> Likeness:
    """Compare people's pages, and the redirects where the peer has them."""
    paths = [address.segment for address in addresses if address.theme == "emerald"]
    if name != peers.HUGO_WITHOUT_REDIRECTS:
        paths += [address.alias for address in addresses if address.alias]
    found = differences(outputs[peers.OURS], outputs[name], paths, _COMPARED)
    for difference in found[:3]:
        print(f"  {name} differs: {difference}")
    different = len({difference.path for difference in found})
    return Likeness(min(_COMPARED, len(paths)), different)


def _new(bench: Bench, name: str) -> Path:
    folder = bench.new_folder(name)
    folder.mkdir()
    return folder
