"""docs/configuration.md: every setting, from the structs of `generator.config`."""

import inspect

import msgspec

from generator.config import (
    BeaconSettings,
    DatabaseSettings,
    LimitSettings,
    PathSettings,
    PrivacySettings,
    SiteSettings,
)
from generator.contract.structs import Field, Struct, fields, one_line, readable, table

TABLES: dict[str, Struct] = {
    "site": SiteSettings,
    "paths": PathSettings,
    "database": DatabaseSettings,
    "beacon": BeaconSettings,
    "privacy": PrivacySettings,
    "limits": LimitSettings,
}


def page() -> str:
    """The text of docs/configuration.md."""
    return _PAGE.format(tables="\n\n".join(_table(name, TABLES[name]) for name in TABLES))


def variable(table_name: str, key: str) -> str:
    """The environment variable that overrides a key."""
    if table_name == "database":
        return f"QWIKFOLIO_DATABASE_{key.upper()}"
    return f"QWIKFOLIO_{table_name}_{key}".upper()


def _table(name: str, struct: Struct) -> str:
    _, _, about = one_line(inspect.getdoc(struct)).partition(": ")
    rows = (_row(name, field) for field in fields(struct))
    head = ("key", "type", "default", "what it is", "variable")
    return f"## [{name}]\n\n{about[:1].upper()}{about[1:]}\n\n{table(head, *rows)}"


def _row(name: str, field: Field) -> tuple[str, ...]:
    default = msgspec.json.encode(field.default).decode()
    key = field.name
    return f"`{key}`", readable(field.type), f"`{default}`", field.about, f"`{variable(name, key)}`"


_PAGE = """\
# Configuration

`qwikfolio` reads the nearest `qwikfolio.toml`, [in the folder it is run in or
above](command-line.md#where-a-command-finds-the-site). Every key is optional, and so is the
file. Later sources override earlier ones:

1. the defaults below;
2. `qwikfolio.toml`;
3. environment variables, named in the tables; for the database also `DATABASE_URL`, where
   `QWIKFOLIO_DATABASE_URL` is not set;
4. options of the command line: `--database-url`, `--output`.

A database URL that is set but empty, in any of these sources, is an error. It is not treated as
if it were not set: a script that fails to fill the variable must not build the samples instead.

A key in `qwikfolio.toml` that doesn't exist is an error, so that a misspelt key isn't ignored. An
unknown variable of the environment is ignored.

This page is made from the code: `make docs`.

{tables}

## An example

```toml
[site]
title = "People of Harbour Works"
description = "Who we are, and what we have built."
url = "https://people.example"
contact_endpoint = "https://forms.example/send"
currency = "€"

[paths]
output = "public"
```

Don't write the database's password into this file, which may be shared. Set it in the environment:

```sh
export DATABASE_URL='postgresql://site:PASSWORD@db.example:5432/postgres'
```
"""
