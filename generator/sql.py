"""Named queries in `.sql` files: `-- name: people` starts one, a comment under it describes it."""

import re
from functools import cache
from importlib.resources import files
from types import MappingProxyType

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)


@cache
def queries(package: str, file: str) -> MappingProxyType[str, str]:
    """The queries of one file of a package, by name."""
    parts = _NAME.split(files(package).joinpath(file).read_text("utf-8"))
    return MappingProxyType(dict(zip(parts[1::2], parts[2::2], strict=True)))
