"""A site that stands: what it costs to find out that nothing changed, or that one row did."""

import json
import shutil
from pathlib import Path
from statistics import median

from benchmarks import hugo, peers
from benchmarks.bench import Bench
from benchmarks.database import headlines, people_database, set_headline
from benchmarks.people import write_people
from benchmarks.process import Run, RunError, run
from benchmarks.results import Warm


def measure(bench: Bench, people: int, *, with_hugo: bool) -> Warm:
    """Builds of nothing and of one changed headline, in turns, on the site of so many people.

    Raises:
        RunError: A build failed, or the changed page didn't come.
    """
    url = people_database(bench.server, people)
    site = bench.site(people)
    ours = peers.ours(url, bench.server.pid, bench.state)
    command = ours.command(site)
    run(command, bench.root, ours.environment)
    nothing, one = [], []
    with headlines(url, people, bench.repeats) as (connection, edited):
        for nth, headline in enumerate(edited):
            nothing.append(run(command, bench.root, ours.environment, ours.server))
            text = f"Changed for build {nth}"
            set_headline(connection, headline.owner, text)
            one.append(run(command, bench.root, ours.environment, ours.server))
            if text not in (site / headline.segment / "index.html").read_text("utf-8"):
                raise RunError(f"/{headline.segment}/ doesn't have its new headline")
    run(command, bench.root, ours.environment)  # the headlines are as they were
    for name, runs in (("nothing", nothing), ("one row", one)):
        print(f"  {name} changed: {median(each.wall for each in runs):.2f} s")
    return Warm(
        people=people,
        nothing=tuple(nothing),
        one=tuple(one),
        hugo=tuple(_hugo(bench, url)) if with_hugo and bench.hugo else (),
    )


def _hugo(bench: Bench, url: str) -> list[Run]:
    """Hugo again into the same folder, each time with another person changed in its file."""
    scratch = bench.new_folder("hugo-again")
    scratch.mkdir()
    file = scratch / "people.json"
    addresses = write_people(url, file)
    assert bench.hugo
    peer = peers.hugos(bench.hugo, scratch, bench.root, file)[0]
    output = bench.new_folder("out-hugo-again")
    command = peer.command(output)
    run(command, bench.root, peer.environment)
    found = []
    for nth in range(bench.pairs):
        text = f"Changed for build {nth}"
        segment = addresses[nth * len(addresses) // bench.pairs].segment
        _change(file, segment, text)
        shutil.copyfile(file, scratch / peers.HUGO / hugo.PEOPLE)
        found.append(run(command, bench.root, peer.environment))
        if text not in (output / segment / "index.html").read_text("utf-8"):
            raise RunError(f"Hugo's /{segment}/ doesn't have its new headline")
    return found


def _change(file: Path, segment: str, text: str) -> None:
    """Give one person of the JSON file another headline."""
    data = json.loads(file.read_bytes())
    for entry in data["people"]:
        if entry["segment"] == segment:
            entry["params"]["headline"] = text
    fresh = file.with_suffix(".new")  # Hugo's projects have links to the old one
    fresh.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    fresh.replace(file)
