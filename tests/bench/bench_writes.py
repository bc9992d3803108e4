"""Durable write transactions: group commit beside one commit per action, and PostgreSQL.

The transaction is like a checkout's: one conditional UPDATE and three INSERTs. Every figure is from
the same run on the same disk; PostgreSQL runs with its default fsync=on.
"""

import asyncio
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from miaohui.kit.db import Database, Tx, open_database
from miaohui.kit.ids import new_id
from tests.bench.table import print_table
from tests.postgres import PostgresServer, postgres_programs

SECONDS = 4.0
WRITERS = (8, 64)

tables = sa.MetaData()
stock = sa.Table(
    "stock",
    tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("held", sa.BigInteger, nullable=False),
    sa.Column("on_hand", sa.BigInteger, nullable=False),
)
line = sa.Table(
    "line",
    tables,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("stock_id", sa.Integer, nullable=False),
    sa.Column("note", sa.String(80), nullable=False),
)


def checkout(tx: Tx, *, stock_id: int) -> None:
    """Hold one unit and write three rows."""
    held = sa.update(stock).where(stock.c.id == stock_id, stock.c.held < stock.c.on_hand).values(held=stock.c.held + 1)
    if tx.changed(held) != 1:
        raise AssertionError("nothing left")
    for note in ("trade", "order", "line"):
        tx.execute(sa.insert(line).values(id=new_id(), stock_id=stock_id, note=note))


def run() -> list[dict[str, Any]]:
    """Measure all arrangements and return their rows."""
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(dir=".") as folder:
        for writers in WRITERS:
            grouped = open_database(f"sqlite:///{folder}/grouped{writers}.db")
            rows.append(_measure("SQLite, group commit", grouped, writers))
            single = open_database(f"sqlite:///{folder}/single{writers}.db", write_batch=1)
            rows.append(_measure("SQLite, queue, one commit per action", single, writers))
            rows.append(_fighting_threads(Path(folder) / f"fight{writers}.db", writers))
    if postgres_programs() is None:
        print("PostgreSQL's server programs are not installed: left out")
    else:
        with PostgresServer(durable=True) as server:
            for writers in WRITERS:
                url = server.create_database(f"bench{writers}")
                rows.append(_measure("PostgreSQL, pool of 8", open_database(url), writers))
    print_table(rows, ["arrangement", "writers", "tx_per_s", "p50_ms", "p99_ms", "worst_ms"])
    return rows


def _measure(name: str, db: Database, writers: int) -> dict[str, Any]:
    tables.create_all(db.engine)
    db.write_sync(lambda tx: tx.execute(sa.insert(stock), [{"id": n, "held": 0, "on_hand": 10**9} for n in range(64)]))
    latencies: list[float] = []

    async def write(number: int, until: float) -> None:
        while (began := time.perf_counter()) < until:
            await db.write(checkout, stock_id=number)
            latencies.append(time.perf_counter() - began)

    async def all_writers() -> None:
        until = time.perf_counter() + SECONDS
        await asyncio.gather(*[write(n, until) for n in range(writers)])

    asyncio.run(all_writers())
    db.close()
    return _row(name, writers, latencies)


def _fighting_threads(file: Path, writers: int) -> dict[str, Any]:
    """What one gets without thinking: the same action, each thread with its own connection and commit."""
    db = open_database(f"sqlite:///{file}")
    tables.create_all(db.engine)
    db.write_sync(lambda tx: tx.execute(sa.insert(stock), [{"id": n, "held": 0, "on_hand": 10**9} for n in range(64)]))
    latencies: list[float] = []
    until = time.perf_counter() + SECONDS

    def fight(number: int) -> None:
        with db.engine.connect() as connection:
            while (began := time.perf_counter()) < until:
                with connection.begin():
                    driver = connection.connection.driver_connection
                    checkout(Tx(connection, db.clock.now(), driver=driver), stock_id=number)
                latencies.append(time.perf_counter() - began)

    threads = [threading.Thread(target=fight, args=(n,)) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.close()
    return _row("SQLite, threads that fight for the lock", writers, latencies)


def _row(name: str, writers: int, latencies: list[float]) -> dict[str, Any]:
    ordered = sorted(latencies)
    return {
        "arrangement": name,
        "writers": writers,
        "tx_per_s": round(len(ordered) / SECONDS),
        "p50_ms": round(ordered[len(ordered) // 2] * 1000, 1),
        "p99_ms": round(ordered[int(len(ordered) * 0.99)] * 1000, 1),
        "worst_ms": round(ordered[-1] * 1000, 1),
    }
