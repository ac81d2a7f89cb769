"""The answer of a database to a query, as columns: ADBC gives Arrow (the extra ``sql``)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from indexcalc.diagnostics import ImportRefused, UsageError
from indexcalc.market.importers.files.source import MAX_COLUMNS, Source, too_large

_POSTGRESQL = ("postgresql://", "postgres://")
_EXTRA = "pip install 'indexcalc[sql]'"


def read_query(query: str, database: str, limit: int) -> Source:
    """The rows of ``query`` with the types of the database.

    ``database``: ``duckdb:FILE`` (opened to read only) or ``postgresql://...``.  UsageError: IMP002 another
    database, IMP001 the extra is not installed.  ImportRefused: IMP001 (the database refuses the query, or
    cannot be reached), IMP005 (columns), IMP018 (more than ``limit`` bytes).
    """
    name = Path(f"{_without_password(database)}")
    try:
        with _connected(database) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            batches, size = [], 0
            reader = cursor.fetch_record_batch()
            for batch in reader:
                size += batch.nbytes
                if size > limit:
                    raise too_large(name, f"the answer has more than {size:,} bytes", limit)
                batches.append(batch)
            table = pa.Table.from_batches(batches, reader.schema)
    except (ImportRefused, UsageError):
        raise
    except Exception as error:  # each driver has its own kinds
        message = str(error).replace(database, str(name)).strip().splitlines()
        reason = message[0] if message else type(error).__name__
        raise ImportRefused.of("IMP001", f"the database says: {reason}", path=str(name)) from None
    if len(set(table.column_names)) < table.num_columns or table.num_columns > MAX_COLUMNS:
        raise ImportRefused.of(
            "IMP005", "the query gives a column twice, or too many", path=str(name)
        )
    return Source.typed(name, table)


def _connected(database: str) -> Any:
    try:
        from adbc_driver_manager import dbapi
    except ImportError:
        raise UsageError.of(
            "IMP001", "--sql needs ADBC, which is not installed", hint=_EXTRA
        ) from None
    if database.startswith(_POSTGRESQL):
        try:
            import adbc_driver_postgresql.dbapi as postgresql
        except ImportError:
            message = "the driver of PostgreSQL is not installed"
            raise UsageError.of("IMP001", message, hint=_EXTRA) from None
        return postgresql.connect(database)
    if database.startswith("duckdb:"):
        path = Path(database.removeprefix("duckdb:"))
        if not path.is_file():
            raise ImportRefused.of("IMP001", "there is no such database", path=path)
        try:
            import adbc_driver_duckdb
        except ImportError:
            raise UsageError.of("IMP001", "duckdb is not installed", hint=_EXTRA) from None
        return dbapi.connect(
            driver=adbc_driver_duckdb.driver_path(),
            entrypoint="duckdb_adbc_init",
            db_kwargs={"path": str(path), "access_mode": "READ_ONLY"},
        )
    raise UsageError.of(
        "IMP002",
        f"--database {_without_password(database)!r} is none that is read",
        hint="write duckdb:FILE or postgresql://USER@HOST/NAME",
    )


def _without_password(database: str) -> str:
    """The address as it may be shown: what stands between ``:`` and ``@`` is left out."""
    scheme, mark, rest = database.partition("://")
    if not mark or "@" not in rest:
        return database.partition("?")[0]
    user, _, address = rest.rpartition("@")
    return f"{scheme}://{user.partition(':')[0]}@{address.partition('?')[0]}"
