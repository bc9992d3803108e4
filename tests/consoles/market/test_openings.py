"""The form for a case offers what the rules allow, and no more than was paid."""

from datetime import timedelta
from pathlib import Path

import pytest

from miaohui.care.aftersales.queries import Bought, bought_line
from miaohui.care.aftersales.rules import AFTER_COMPLETION
from miaohui.consoles.market.openings import Opening, amounts_of, openings_of
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from tests.care.counter import PRICE, Counter
from tests.cast import Cast


@pytest.fixture
def counter(db: Database, clock: ManualClock, cast: Cast, tmp_path: Path) -> Counter:
    return Counter(db, clock, cast, tmp_path / "data")


def bought(counter: Counter, line_id: int) -> Bought:
    found = counter.db.read_sync(bought_line, line_id)
    assert found is not None
    return found


def test_what_has_not_been_sent_can_only_be_paid_back(counter: Counter) -> None:
    line = counter.sell(3)
    openings, _ = counter.db.read_sync(openings_of, bought(counter, line.id))
    assert openings == [Opening(kind="refund_only", quantity=3)]
    assert counter.db.read_sync(amounts_of, bought(counter, line.id))[1:] == [PRICE, 2 * PRICE, 3 * PRICE]


def test_what_was_sent_can_also_go_back_or_be_exchanged(counter: Counter) -> None:
    line = counter.sell(3)
    counter.send(line, 2)
    openings, _ = counter.db.read_sync(openings_of, bought(counter, line.id))
    assert openings == [
        Opening(kind="refund_only", quantity=1),
        Opening(kind="return_refund", quantity=2),
        Opening(kind="exchange", quantity=2),
    ]


def test_when_the_time_has_passed_the_form_says_so(counter: Counter) -> None:
    line = counter.settled()
    counter.clock.advance(AFTER_COMPLETION + timedelta(minutes=1))
    openings, why_not = counter.db.read_sync(openings_of, bought(counter, line.id))
    assert (openings, why_not) == ([], "The time for this has passed.")
