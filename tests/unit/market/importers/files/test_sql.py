"""``market import --sql``: a DuckDB file, and a PostgreSQL server that the test starts."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from indexcalc.cli.main import run
from indexcalc.diagnostics import ImportRefused, UsageError
from indexcalc.market.importers.files.sql import read_query
from indexcalc.market.market import Market

ROWS = "('2024-01-02', '005930', 68400.5, 5969782550), ('2024-01-02', '000660', 1, 728002365)"
TABLE = (
    "create table p (date date, symbol varchar(9), close numeric(12, 2), shares_outstanding bigint)"
)
QUERY = "select * from p order by symbol"


@pytest.fixture
def duck(tmp_path: Path) -> str:
    import duckdb

    path = tmp_path / "prices.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(TABLE)
        connection.execute(f"insert into p values {ROWS}")
    return f"duckdb:{path}"


def _server() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    named = shutil.which("initdb")
    return found[-1].parent if found else Path(named).parent if named else None


@pytest.fixture
def postgresql() -> Iterator[str]:
    """A server of its own in a folder of its own, on a socket alone; it refuses to run as root."""
    programs = _server()
    if programs is None:
        pytest.skip("no PostgreSQL server on this machine")
    # Not below the folders of the tests, which no other user may enter.
    place = Path(tempfile.mkdtemp(prefix="pg-"))
    user: dict[str, str] = {}
    if os.getuid() == 0:
        try:
            shutil.chown(place, "postgres")
        except LookupError:
            pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
        user = {"user": "postgres"}
    data = place / "data"
    options = f"-k {place} -c listen_addresses=''"

    def call(program: str, *words: str) -> None:
        line = [str(programs / program), *words]
        done = subprocess.run(
            line,
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=place,
            text=True,
            **user,  # type: ignore[call-overload]
        )
        assert done.returncode == 0, done.stderr

    call("initdb", "-D", str(data), "-A", "trust", "-U", "postgres", "-N")
    call("pg_ctl", "-D", str(data), "-w", "-l", str(place / "log"), "-o", options, "start")
    try:
        yield f"postgresql://postgres@/postgres?host={place}"
    finally:
        call("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(place, ignore_errors=True)


def _imported(database: str, market: Path) -> list[dict[str, object]]:
    line = ["market", "import", "--sql", QUERY, "--database", database, "--market", str(market)]
    assert run(line) == 0
    (daily,) = Market.open(market).daily_sources()
    table = pq.read_table(daily)
    rows: list[dict[str, object]] = table.select(
        ["symbol", "close", "shares_outstanding"]
    ).to_pylist()
    return rows


WANTED = [
    {"symbol": "000660", "close": 1.0, "shares_outstanding": 728002365},
    {"symbol": "005930", "close": 68400.5, "shares_outstanding": 5969782550},
]


def test_rows_of_duckdb(duck: str, tmp_path: Path) -> None:
    assert _imported(duck, tmp_path / "market") == WANTED
    with pytest.raises(ImportRefused, match="the database says"):
        read_query("select * from nowhere", duck, 10**9)
    with pytest.raises(ImportRefused, match=r"read.only"):
        read_query("create table q (a int)", duck, 10**9)
    with pytest.raises(ImportRefused, match="IMP018"):
        read_query(QUERY, duck, 10)


def test_rows_of_postgresql(postgresql: str, tmp_path: Path) -> None:
    import adbc_driver_postgresql.dbapi as driver

    with driver.connect(postgresql, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(TABLE)
        cursor.execute(f"insert into p values {ROWS}")
    assert _imported(postgresql, tmp_path / "market") == WANTED


def test_what_cannot_be_asked(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="no such database"):
        read_query(QUERY, f"duckdb:{tmp_path / 'none'}", 1)
    with pytest.raises(UsageError, match="mysql://me@host/x") as caught:
        read_query(QUERY, "mysql://me:secret@host/x", 1)
    assert "secret" not in str(caught.value)
    with pytest.raises(ImportRefused) as refused:
        read_query(QUERY, "postgresql://me:secret@127.0.0.1:1/x", 1)
    assert "secret" not in str(refused.value)
    assert run(["market", "import", "--sql", QUERY, "--market", str(tmp_path)]) == 2
    assert run(["market", "import", "--market", str(tmp_path)]) == 2
