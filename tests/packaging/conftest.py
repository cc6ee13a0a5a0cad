"""One wheel, and one environment that it is installed in."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.packaging.installation import Installation, build


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def installed(wheel: Path) -> Iterator[Installation]:
    # Not in pytest's own folder, which the account of an embedded server could not pass.
    with tempfile.TemporaryDirectory() as folder:
        yield Installation(Path(folder), wheel)
