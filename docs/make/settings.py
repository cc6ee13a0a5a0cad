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
    return _PAGE.format(
        tables="\n\n".join(_table(name, TABLES[name]) for name in TABLES),
        parameters=table(("parameters", "of", "what happens"), *_PARAMETERS),
        refusals=table(("the server says", "what to do"), *_REFUSALS),
    )


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


_PARAMETERS = (
    (
        "`pgbouncer`, `connection_limit`, `pool_timeout`, `statement_cache_size`, "
        "`prepared_statements`, `pool`, `conn_max_age`, `supa`, `workaround`, …",
        "Prisma, Rails, Django, SQLAlchemy, pgx, JDBC, Supabase, Vercel",
        "ignored, with one note",
    ),
    (
        "`schema`, `currentSchema`, `search_path`, `schema_search_path`",
        "Prisma, JDBC, pgx, Rails",
        "ignored; where it is another than `public`, the note says that `public` is read",
    ),
    (
        "`statement_timeout`, `lock_timeout`, `socket_timeout`, `query_timeout`, …",
        "pgx, node-postgres, Prisma",
        "ignored, with a note; `ALTER ROLE … SET statement_timeout` limits statements",
    ),
    (
        "`ssl=true`, `ssl=require`, `sslmode=no-verify`, …",
        "node-postgres, asyncpg, JDBC",
        "read as libpq's `sslmode`, with a note",
    ),
    ("`sslaccept`, `sslidentity`", "Prisma", "ignored; the note says what to write instead"),
    ("`postgresql+psycopg://`", "SQLAlchemy", "the driver is ignored, with a note"),
)
_REFUSALS = (
    ("password authentication failed", "correct user and password in the URL"),
    (
        "no pg_hba.conf entry",
        "let user and address in; where it says `no encryption`, add `sslmode=require`",
    ),
    ("database, or role, does not exist", "correct the name, or create it"),
    (
        "too many connections",
        "close some, or raise the limit of the role, the database or the server",
    ),
    ("permission denied for table, function", "run the `GRANT` that the message gives"),
    (
        "canceling statement due to statement timeout",
        "run the `ALTER ROLE` that the message gives: it names the limit, and who set it",
    ),
    ("cannot execute … in a read-only transaction", "name the primary, not a standby"),
)
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

`qwikfolio config` prints the settings in force, each with the line, the variable or the option that
it comes from. Passwords are not shown, and no database is needed. What it prints is a
`qwikfolio.toml` that says the same; `--json` gives programs the same facts.

A database URL that is set but empty, in any of these sources, is an error. It is not treated as
if it were not set: a script that fails to fill the variable must not build the samples instead.

## Mistakes

Everything that is wrong is told at once, with the file, line and column, the variable or the
option, and with what was meant:

```
error: [site] has no key 'titel'
  where: /srv/site/qwikfolio.toml:2:1
  to do: did you mean title?
and: site.people_per_page can't be 'many'
  where: the environment variable QWIKFOLIO_SITE_PEOPLE_PER_PAGE
  to do: write a whole number
```

- A key or a table that doesn't exist is an error.
- A variable that begins with `QWIKFOLIO_` and a table's name (`QWIKFOLIO_SITE_TITEL`), or is like a
  setting's, is an error, too. Any other `QWIKFOLIO_*` is noted and ignored. What Kubernetes sets
  for a service named `qwikfolio` (`QWIKFOLIO_PORT`) is ignored without a note.
- `paths.themes` and `paths.content`, where they are set, name folders that are there.
- A language that a theme has no words in is noted, with those that it has.

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

## Database URLs

`postgresql://USER:PASSWORD@HOST:5432/DATABASE?sslmode=require`, or `postgres://`, or a connection
string of libpq (`host=db dbname=folio`). In user and password `@ : / ? # %` are percent-encoded:
`@` is `%40`. [All parameters of libpq][libpq] may follow. A URL that is shared with an application
may also have parameters of other software:

{parameters}

Any other parameter is an error that names it (`sslmod`: did you mean `sslmode`?), and so is a value
that libpq doesn't know.

## A server that refuses

A server that can't be reached, is starting or has no connection left is tried again soon by `watch`
and the beacon. One that answers and refuses is told at once, with its own words, the role and the
database, and what to do:

{refusals}

[libpq]: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
"""
