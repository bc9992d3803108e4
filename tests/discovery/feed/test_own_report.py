"""What the server's own log says of its feed, and its log as files for the bench."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from miaohui import cli
from miaohui.discovery.feed.answers import Source
from miaohui.discovery.feed.impression_log import Impression, insert_impressions
from miaohui.discovery.feed.own_data import LIKES, TAGS, write_own_data
from miaohui.discovery.feed.own_report import own_report
from miaohui.discovery.feed.signal_log import ItemFacts, Signal, append_signals
from miaohui.discovery.interest.evaluation.bench import bench_file
from miaohui.kit.clock import to_ms
from miaohui.kit.db import Database, Tx
from tests.discovery.feed.learned_town import AUTHOR, CLIPS, FIRST_CLIP, TASTES, publish, watch


def serve(tx: Tx, *, pages: int, source: Source, version: str, first_page: int = 1) -> None:
    """Clip 0 is watched to its end by everybody, clip 1 by nobody; a lot takes clip 0 with .8, and one is ranked first."""
    rng = np.random.default_rng(first_page)
    impressions, signals = [], []
    for page in range(first_page, first_page + pages):
        good = source == "similar" or rng.random() < 0.8
        item_id = FIRST_CLIP + (0 if good else 1)
        impressions.append(
            Impression(
                page_id=page,
                position=0,
                person_id=page,
                item_id=item_id,
                source=source,
                score=0.6 if good else 0.0,
                probability=(0.8 if good else 0.2) if source == "explore" else 1.0,
                model_version=version,
                served_at=tx.now,
            )
        )
        at = tx.now + timedelta(seconds=20)
        dwell_ms = 10_000 if good else 400
        # The last page is never answered, so it says nothing.
        if page < first_page + pages - 1:
            signals.append(
                Signal(person_id=page, item_id=item_id, kind="dwell", dwell_ms=dwell_ms, duration_ms=10_000, at=at)
            )
    insert_impressions(tx, rows=impressions)
    append_signals(tx, signals)


def test_the_report_says_what_each_version_earned_and_what_others_would_have(db: Database):
    db.write_sync(publish)
    db.write_sync(serve, pages=401, source="explore", version="one")
    db.write_sync(serve, pages=11, source="similar", version="one", first_page=1001)

    report = db.read_sync(own_report)

    by_lot, ranked = report.earned
    assert (by_lot.source, by_lot.met, ranked.source, ranked.met, ranked.welcome) == ("by lot", 400, "ranked", 10, 1.0)
    assert by_lot.welcome == pytest.approx(0.8, abs=0.06)
    assert report.draws == 400
    found = {each.policy: each for each in report.estimates}
    # Each clip has the same place in the pool, whatever the lot preferred: half of it is welcome.
    assert found["by lot"].snips == pytest.approx(0.5, abs=4 * found["by lot"].error)
    assert found["by score"].snips > 0.95
    assert found["by score"].dr > 0.9


def test_without_anything_the_report_is_empty(db: Database):
    report = db.read_sync(own_report)
    assert (report.model_version, report.earned, report.draws, report.estimates) == ("", [], 0, [])


def test_the_own_log_enters_the_contest_against_its_tags(db: Database, tmp_path: Path):
    db.write_sync(publish)
    db.write_sync(watch, people=range(1, 31), each=30, seed=1)
    for number in range(CLIPS):
        db.write_sync(tag, item_id=FIRST_CLIP + number, topic=f"topic{number % TASTES}")

    assert write_own_data(db, tmp_path) == 30
    lines = (tmp_path / LIKES).read_text().splitlines()
    assert all(int(item) >= FIRST_CLIP for line in lines for item in line.split()[1:])
    rows = bench_file(tmp_path / LIKES, "sequences", tags=tmp_path / TAGS)

    assert {"miaohui", "tags", "popularity"} <= {row.model for row in rows}


def tag(tx: Tx, *, item_id: int, topic: str) -> None:
    facts = ItemFacts(kind="video", tokens=(f"#{topic}",), duration_ms=10_000, published_at_ms=to_ms(tx.now))
    append_signals(tx, [Signal(person_id=AUTHOR, item_id=item_id, kind="changed", at=tx.now, facts=facts)])


def test_both_are_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("MIAOHUI_DATABASE_URL", raising=False)
    assert cli.main(["admin", "--data", str(tmp_path), "interest"]) == 0
    assert "none yet" in capsys.readouterr().out
    assert cli.main(["admin", "--data", str(tmp_path), "interest", "--json"]) == 0
    assert '"draws": 0' in capsys.readouterr().out
    assert cli.main(["bench", "interest", "--own", str(tmp_path)]) == 2
    assert cli.main(["bench", "interest", "--own", str(tmp_path / "nowhere")]) == 2
