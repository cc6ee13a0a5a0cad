"""The least that any program would do: read the same rows raw, write as many bytes and files.

`python -m benchmarks.floor URL SITE OUTPUT`: COPY of every column that the publisher may read, of
all tables, thrown away; then, into the new folder OUTPUT, the files of SITE with their names and
sizes, filled with the same text again and again. Nothing is looked at, rendered or remembered.
"""

import os
import sys
from pathlib import Path

import psycopg
from psycopg import sql

_COLUMNS = """\
SELECT table_name, array_agg(column_name::text ORDER BY column_name)
FROM information_schema.column_privileges
WHERE grantee = 'qwikfolio_publisher' AND privilege_type = 'SELECT' AND table_schema = 'public'
GROUP BY table_name"""


def main(url: str, site: Path, output: Path) -> None:
    """Read and write."""
    with psycopg.connect(url) as connection:
        for table, columns in connection.execute(_COLUMNS).fetchall():
            statement = sql.SQL("COPY (SELECT {} FROM public.{}) TO STDOUT").format(
                sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(table)
            )
            with connection.cursor().copy(statement) as copy:
                for _ in copy:
                    pass
    text = memoryview(b"<p>A page is made of text like this one.</p>\n" * 100_000)
    for folder, size in files(site):
        target = output / folder.relative_to(site)
        target.parent.mkdir(parents=True, exist_ok=True)
        number = os.open(target, os.O_CREAT | os.O_WRONLY)
        os.write(number, text[:size])
        os.close(number)


def files(site: Path) -> list[tuple[Path, int]]:
    """Every file below a folder, and its size in bytes."""
    return [
        (Path(root, name), Path(root, name).stat().st_size)
        for root, _, names in os.walk(site)
        for name in names
    ]


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
