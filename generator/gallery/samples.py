"""The samples of a folder as portfolios, at their addresses, without a database."""

from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType

import msgspec

from generator.database.samples import read_samples
from generator.gallery.documents import Stored, stored
from generator.model.portfolio import Portfolio
from generator.publish import addresses
from generator.publish.manifest import open_manifest
from generator.source.portfolio import Reading, read_person

_IN_MEMORY = Path(":memory:")
_NO_PICTURES: Mapping[str, str] = MappingProxyType({})


class SamplePerson(msgspec.Struct, frozen=True):
    """A sample whom a site would show."""

    name: str
    """The file's name without `.toml`."""
    segment: str | None
    """Where their page stands: `/<segment>/`; None where no address is left for them."""
    stored: Stored
    reading: Reading
    """What came of their rows."""


def public_samples(folder: Path) -> tuple[Stored, ...]:
    """The samples of a folder that are public (DESIGN, rule 3), in the order of their ids.

    A folder that isn't there holds nobody: themes can be tried without one.

    Raises:
        ContentError: A file isn't a sample.
    """
    if not folder.is_dir():
        return ()
    found = filter(lambda it: it.is_public, map(stored, read_samples(folder)))
    numbered = (_claims_after(place, it) for place, it in enumerate(found))
    return tuple(sorted(numbered, key=lambda it: it.person.owner))


def _claims_after(place: int, sample: Stored) -> Stored:
    """The sample with its claims behind those of so many others, as if they were seeded."""
    claim = msgspec.structs.replace(sample.claim, slug_precedence=place, username_precedence=place)
    return msgspec.structs.replace(sample, claim=claim)


def sample_people(
    folder: Path, pages: Collection[str] = (), pictures: Mapping[str, str] = _NO_PICTURES
) -> tuple[SamplePerson, ...]:
    """The public samples, read, in the order of their files' names.

    Args:
        folder: `Settings.samples`.
        pages: The keys of the site's hand-written pages, whose addresses nobody else may have.
        pictures: The address of each picture that the samples bring, by its name.

    Raises:
        ContentError: A file isn't a sample.
    """
    people = public_samples(folder)
    claims = [msgspec.structs.astuple(it.claim) for it in people]
    with open_manifest(_IN_MEMORY) as manifest:
        addresses.settle(manifest, claims, pages, everybody=True)
        read = [
            SamplePerson(
                it.name,
                addresses.segment_of(manifest, it.person.owner),
                it,
                read_person(it.person, pictures),
            )
            for it in people
        ]
    return tuple(sorted(read, key=lambda it: it.name))


def sample_portfolios(
    folder: Path, pictures: Mapping[str, str] = _NO_PICTURES
) -> Mapping[str, Portfolio]:
    """The public samples whose page can be built, by their files' names; `pictures` as above.

    Raises:
        ContentError: A file isn't a sample.
    """
    return {
        it.name: it.reading.portfolio
        for it in sample_people(folder, pictures=pictures)
        if it.reading.portfolio is not None
    }
