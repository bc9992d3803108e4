"""Where a parcel stands, from what carriers say in whatever order."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miaohui.commerce.fulfilment.states import FINAL, NOTED, STATES, Scan, standing

HANDED_OVER = datetime(2026, 4, 18, 20, 0, tzinfo=UTC)


def scan(state: str, after_h: int) -> Scan:
    return Scan(state=state, carrier_at=HANDED_OVER + timedelta(hours=after_h), text=f"{state} {after_h}")


SCANS = st.lists(
    st.builds(scan, st.sampled_from([*STATES, NOTED, "of another release"]), st.integers(min_value=0, max_value=12)),
    max_size=8,
)


def stands(scans: list[Scan]) -> tuple[str, datetime, datetime | None]:
    found = standing(scans, created_at=HANDED_OVER)
    return found.state, found.state_at, found.signed_at


@given(scans=SCANS, data=st.data())
def test_any_order_and_repetition_gives_the_same_state(scans: list[Scan], data: st.DataObject):
    again = data.draw(st.lists(st.sampled_from(scans), max_size=5)) if scans else []
    shuffled = data.draw(st.permutations([*scans, *again]))

    assert stands(shuffled) == stands(scans)


@given(scans=SCANS)
def test_what_has_arrived_is_never_on_its_way_again(scans: list[Scan]):
    states = [stands(scans[:length])[0] for length in range(len(scans) + 1)]

    for earlier, later in itertools.pairwise(states):
        if earlier in FINAL:
            assert later in FINAL
        if earlier == "signed":
            assert later == "signed"


@given(scans=SCANS)
def test_an_older_scan_moves_nothing_back(scans: list[Scan]):
    state, state_at, signed_at = stands(scans)
    if state in {"signed", "created"}:
        return
    older = Scan(state="picked_up", carrier_at=state_at - timedelta(minutes=1), text="late to the party")

    assert stands([*scans, older]) == (state, state_at, signed_at)


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ([], "created"),
        ([("in_transit", 2), ("picked_up", 1)], "in_transit"),
        ([("in_transit", 1), ("picked_up", 1)], "in_transit"),
        ([("out_for_delivery", 5), ("problem", 6), ("in_transit", 7)], "in_transit"),
        ([("signed", 8), ("in_transit", 9)], "signed"),
        ([("refused", 6), ("returning", 7), ("returned", 9), ("in_transit", 10)], "returned"),
        ([("returned", 9), ("signed", 10)], "signed"),
        ([("in_transit", 3), (NOTED, 4)], "in_transit"),
        ([("lost", 3), ("in_transit", 40)], "in_transit"),
    ],
)
def test_stories(told: list[tuple[str, int]], state: str):
    assert standing([scan(*each) for each in told], created_at=HANDED_OVER).state == state


def test_the_first_signature_counts():
    assert (
        standing([scan("signed", 9), scan("signed", 8)], created_at=HANDED_OVER).signed_at
        == scan("signed", 8).carrier_at
    )
