"""The town's market: a month that was really lived, and arrives whole or not at all."""

from collections import Counter
from pathlib import Path

import sqlalchemy as sa

import miaohui.audit_kinds  # noqa: F401  importing declares every audit
from miaohui.commerce.categories.seed import SEED
from miaohui.demo.market.plant_market import bring_market, live_the_month
from miaohui.demo.market.stalls import STALLS, artwork_is_there
from miaohui.demo.people import BY_HANDLE
from miaohui.demo.seed import found_town
from miaohui.demo.settle_people import settle_people
from miaohui.kit.audits import registered_audits, run_audit
from miaohui.kit.db import Tx
from miaohui.money.ledger.tables import ledger_posting
from miaohui.services import Services
from miaohui.settings import Settings


def test_every_ware_has_its_artwork_its_category_and_its_owner() -> None:
    slugs = {row["slug"] for row in SEED if row["parent_id"]}
    wares = [ware for stall in STALLS for ware in stall.wares]

    assert len(STALLS) == 10
    assert len({ware.key for ware in wares}) == len(wares) == 150
    assert {ware.category for ware in wares} <= slugs
    assert {stall.owner for stall in STALLS} <= set(BY_HANDLE)
    assert [ware.code for ware in wares if not artwork_is_there(ware.code)] == []


def test_a_short_month_comes_over_once_and_every_audit_is_green(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, demo=True)
    with Services(settings) as services:
        services.migrate()
        db = services.db
        town = db.write_sync(found_town, seed=8)
        db.write_sync(settle_people, town=town)

        month = live_the_month(db=db, blobs=services.blobs, settings=settings, town=town, days=4)
        assert db.read_sync(_postings) == 0
        db.write_sync(bring_market, month=month)
        db.write_sync(bring_market, month=month)

        assert db.read_sync(_postings) == len(month["ledger_posting"]) > 0
        found = {name: db.read_sync(run_audit, name=name) for name in registered_audits()}
        assert {name: one.examples for name, one in found.items() if one.violations} == {}
        assert len(found) > 50
    states = Counter(order["state"] for order in month["shop_order"])
    assert {"created", "paid", "shipped"} <= set(states)
    assert [one["state"] for one in month["sponsorship"]] in (["draft"], ["active"])
    assert {case["state"] for case in month["aftersale"]} >= {"applied", "disputed"}


def _postings(tx: Tx) -> int:
    return int(tx.scalar(sa.select(sa.func.count()).select_from(ledger_posting)))
