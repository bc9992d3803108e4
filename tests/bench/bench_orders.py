"""What an order costs: over HTTP from the cart to the paid order and its ledger entries; crowds; a long list of goods.

Durable as it ships: SQLite commits with fsync, PostgreSQL with its default settings. The clients share the machine
with the server, so orders/s on few cores is less than the CPU of an order would allow. `SHORT=1` measures a tenth.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa

from miaohui.commerce.catalogue.tables import product, variant
from miaohui.commerce.orders.tables import shop_order
from miaohui.kit.clock import SystemClock
from miaohui.kit.db import Database, Tx, open_database
from miaohui.kit.ids import new_id
from miaohui.kit.outbox import due_deliveries
from miaohui.migrations import migrate
from miaohui.money.ledger import accounts
from miaohui.money.ledger.actions.post_entry import Leg, post_entry
from tests.bench.bench_start import resident_mib
from tests.bench.table import print_table
from tests.fairground import Fairground, Visitor, open_fairground
from tests.flows.test_rush import give_out
from tests.postgres import PostgresServer, postgres_programs
from tests.wire import Wire

SHORT = bool(os.environ.get("SHORT"))
ORDERS = 100 if SHORT else 1_000
CLIENTS = (1, 4, 16)
CLAIMS, QUOTA = (500, 10) if SHORT else (5_000, 100)
GOODS = 1_000 if SHORT else 10_000
POSTING_S = 0.5 if SHORT else 4.0
_ORDERS_EACH = 25
"""By one person: below what the server takes from anybody in a minute."""


def run() -> dict[str, Any]:
    """Measure both databases and print a table for each question."""
    found: dict[str, list[dict[str, Any]]] = {"orders": [], "rush": [], "goods": [], "ledger": []}
    with tempfile.TemporaryDirectory(dir=".") as folder, _databases(Path(folder)) as databases:
        for name, make_url in databases:
            _measure(name, Path(folder), make_url, found)
    for rows in found.values():
        print_table(rows, list(rows[0]))
    return dict(found)


@contextmanager
def _databases(folder: Path) -> Iterator[list[tuple[str, Any]]]:
    def of_sqlite(name: str) -> str:
        (folder / name).mkdir()
        return f"sqlite:///{folder / name / 'miaohui.db'}"

    if postgres_programs() is None:
        print("PostgreSQL's server programs are not installed: left out")
        yield [("SQLite", of_sqlite)]
        return
    with PostgresServer(durable=True) as server:
        yield [("SQLite", of_sqlite), ("PostgreSQL", lambda name: server.create_database(f"bench_{name}"))]


def _measure(name: str, folder: Path, make_url: Any, found: dict[str, list[dict[str, Any]]]) -> None:
    url = make_url(f"fair_{name.lower()}")
    with _empty(url) as db:
        found["ledger"].append({"database": name, **_post(db)})
    with open_fairground(folder / f"fair_{name.lower()}", url) as fair:
        fair.market.receive(fair.market.lantern, 10**6)
        for clients in CLIENTS:
            found["orders"].append({"database": name, **_sell(fair, clients)})
        found["rush"].append({"database": name, **_rush(fair)})
        found["goods"].append({"database": name, **_browse(fair)})


@contextmanager
def _empty(url: str) -> Iterator[Database]:
    db = open_database(url, clock=SystemClock())
    migrate(db)
    yield db
    db.close()


def _sell(fair: Fairground, clients: int) -> dict[str, Any]:
    """Let so many buyers order and pay without a pause, until the last order is paid and stands in the ledger."""
    crowd = fair.crowd(max(clients, -(-ORDERS // _ORDERS_EACH)))
    queues = [crowd[n::clients] for n in range(clients)]
    times: list[float] = []

    def buyer(who: Sequence[Visitor]) -> Any:
        async def buy(wire: Wire) -> None:
            for number in range(ORDERS // clients):
                began = time.perf_counter()
                await _order(wire, who[number % len(who)].token, fair.market.lantern)
                times.append(time.perf_counter() - began)

        return buy

    paid, size = _paid_orders(fair.db), _size(fair.db)
    spent, began = _cpu_s(fair), time.perf_counter()
    fair.together(*[buyer(queue) for queue in queues])
    count = len(times)
    fair.until(lambda: _paid_orders(fair.db) == paid + count and not fair.db.read_sync(due_deliveries), seconds=120)
    took, spent = time.perf_counter() - began, _cpu_s(fair) - spent
    resident = resident_mib(fair.server.pid)
    times.sort()
    return {
        "clients": clients,
        "orders_per_s": round(count / took, 1),
        "cpu_ms_per_order": round(spent * 1000 / count, 1),
        "p50_ms": round(times[count // 2] * 1000),
        "p99_ms": round(times[int(count * 0.99)] * 1000),
        "kib_per_order": round((_size(fair.db) - size) / 1024 / count, 1),
        "web_mib": round(resident[0]),
        "worker_mib": round(max(resident[1:], default=0)),
    }


async def _order(wire: Wire, token: str, variant_id: int) -> None:
    await wire.ok(token, "POST", "/cart/lines", {"variant_id": str(variant_id)})
    quote = await wire.ok(token, "POST", "/quotes", {})
    trade = await wire.ok(token, "POST", "/orders", {"quote_id": quote["id"]}, Idempotency_Key=quote["id"])
    begun = await wire.ok(token, "POST", f"/trades/{trade['id']}/payments", {"provider": "sandbox"})
    paid = await wire.ok(token, "POST", f"/payments/{begun['id']}/sandbox", {"outcome": "pay"})
    assert paid["state"] == "succeeded"


def _rush(fair: Fairground) -> dict[str, Any]:
    """Let thousands ask for a few coupons, over two hundred connections."""
    template_id = give_out(fair, quota=QUOTA)
    crowd = fair.crowd(CLAIMS, addresses=False)
    times: list[float] = []
    got: list[int] = []

    def queue(of: Sequence[Visitor]) -> Any:
        async def claim(wire: Wire) -> None:
            for who in of:
                began = time.perf_counter()
                answer = await wire.send(who.token, "POST", f"/coupon-templates/{template_id}/claims", {})
                times.append(time.perf_counter() - began)
                got.append(answer.status)

        return claim

    spent, began = _cpu_s(fair), time.perf_counter()
    fair.together(*[queue(crowd[n::200]) for n in range(200)])
    took, spent = time.perf_counter() - began, _cpu_s(fair) - spent
    assert (got.count(201), got.count(409)) == (QUOTA, CLAIMS - QUOTA)
    times.sort()
    return {
        "claims": CLAIMS,
        "quota": QUOTA,
        "given": got.count(201),
        "seconds": round(took, 1),
        "p50_ms": round(times[CLAIMS // 2] * 1000),
        "p99_ms": round(times[int(CLAIMS * 0.99)] * 1000),
        "cpu_ms_per_claim": round(spent * 1000 / CLAIMS, 2),
    }


def _browse(fair: Fairground) -> dict[str, Any]:
    """Leaf through a long list of goods, and search it for words that few of them have, one after the other."""
    fair.db.write_sync(_stock_up)
    # PostgreSQL takes note of new rows by itself, up to a minute later; without it sorts all goods for each page.
    fair.db.write_sync(lambda tx: tx.execute(sa.text("ANALYZE")) if tx.dialect == "postgresql" else None)
    leafed: list[float] = []
    searched: list[float] = []

    async def leaf(wire: Wire) -> None:
        cursor = ""
        for number in range(200):
            sort = ("sold", "new")[number // 100]
            began = time.perf_counter()
            found = await wire.ok(fair.mei.token, "GET", f"/goods?limit=20&sort={sort}{cursor}")
            leafed.append(time.perf_counter() - began)
            cursor = f"&cursor={found['cursor']}" if found["cursor"] and number != 99 else ""
        for number in range(100):
            began = time.perf_counter()
            await wire.ok(fair.mei.token, "GET", f"/goods?limit=20&q=%20{number}7")
            searched.append(time.perf_counter() - began)

    fair.together(leaf)
    leafed.sort()
    searched.sort()
    return {
        "goods": GOODS,
        "p50_ms": round(leafed[100] * 1000, 1),
        "p95_ms": round(leafed[190] * 1000, 1),
        "search_p50_ms": round(searched[50] * 1000, 1),
        "search_p95_ms": round(searched[95] * 1000, 1),
    }


def _stock_up(tx: Tx) -> None:
    """Copy a listed product, and its variant, until there are many."""
    first = tx.execute(sa.select(product).limit(1)).mappings().one()
    kind = tx.execute(sa.select(variant).where(variant.c.product_id == first["id"]).limit(1)).mappings().one()
    ids = [new_id() for _ in range(GOODS)]
    tx.execute(sa.insert(product), [{**first, "id": one, "title": f"{first['title']} {one % 9973}"} for one in ids])
    tx.execute(sa.insert(variant), [{**kind, "id": new_id(), "product_id": one} for one in ids])


def _post(db: Database) -> dict[str, Any]:
    """Post entries of three legs, from sixteen at once, without any commerce around them."""
    entries = 0

    async def post(number: int, until: float) -> None:
        nonlocal entries
        while time.perf_counter() < until:
            ref = str(new_id())
            legs = [
                Leg(accounts.bank(), accounts.shop_available(number), 100),
                Leg(accounts.shop_available(number), accounts.promoter(number), 10),
                Leg(accounts.shop_available(number), accounts.tech_fee(), 5),
            ]
            await db.write(post_entry, kind="bench", ref=ref, currency="CNY", legs=legs)
            entries += 1

    async def all_of_them() -> None:
        until = time.perf_counter() + POSTING_S
        await asyncio.gather(*[post(number, until) for number in range(1, 17)])

    asyncio.run(all_of_them())
    return {"entries_per_s": round(entries / POSTING_S), "postings_per_s": round(3 * entries / POSTING_S)}


def _paid_orders(db: Database) -> int:
    paid = sa.select(sa.func.count()).select_from(shop_order).where(shop_order.c.state == "paid")
    return db.read_sync(lambda tx: int(tx.scalar(paid)))


def _size(db: Database) -> int:
    """Return how many bytes the database has on disk, without its log."""

    def read(tx: Tx) -> int:
        if tx.dialect == "postgresql":
            return int(tx.scalar(sa.select(sa.func.pg_database_size(sa.func.current_database()))))
        pages, each = (tx.scalar(sa.text(f"PRAGMA {name}")) for name in ("page_count", "page_size"))
        return int(pages) * int(each)

    return db.read_sync(read)


def _cpu_s(fair: Fairground) -> float:
    """Return the CPU time of the server and its worker so far; PostgreSQL's own is not in it."""
    server = psutil.Process(fair.server.pid)
    return sum(sum(one.cpu_times()[:2]) for one in (server, *server.children(recursive=True)))
