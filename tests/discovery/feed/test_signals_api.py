"""POST /signals: taken durably, once, and before the answer; what is wrong is refused and changes nothing."""

from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from miaohui.discovery.feed.routes import _REPORTS_A_MINUTE
from miaohui.discovery.feed.tables import signal
from tests.cast import Cast
from tests.discovery.feed.fair import Fair
from tests.discovery.feed.fair import signal as report


def acts(fair: Fair) -> list[Any]:
    of_people = signal.c.kind.not_in(["published", "removed", "changed"])
    return fair.rows(sa.select(signal).where(of_people).order_by(signal.c.seq))


def test_the_answer_says_what_became_of_each(fair: Fair, cast: Cast):
    clip = fair.publish("茶 #tea", author=cast.mei)
    visitor = fair.stranger()
    visitor.report(report(clip, client_id="a"))

    answer = visitor.report(
        report(clip, "impression"),
        report("77", "dwell"),
        report(clip, client_id="a"),
        report(clip, "finish"),
        report("9999999999999999999"),
    )

    assert answer == {
        "accepted": 2,
        "duplicates": 1,
        "rejected": [
            {"index": 1, "item_id": "77", "code": "unknown_item"},
            {"index": 4, "item_id": "9999999999999999999", "code": "unknown_item"},
        ],
    }
    assert [row.kind for row in acts(fair)] == ["dwell", "impression", "finish"]


def test_an_empty_list_is_fine(fair: Fair):
    assert fair.stranger().report() == {"accepted": 0, "duplicates": 0, "rejected": []}


def test_what_was_reported_is_stored_as_it_was_said(fair: Fair, cast: Cast):
    clip = fair.publish("茶 #tea", author=cast.mei)
    bo = fair.member(cast.bo)

    bo.report(
        report(clip, "dwell", dwell_ms=7412.6, duration_ms=10_000, at="2026-04-18T21:30:30+02:00", client_id="x"),
        report(clip, "dwell", at=1_776_540_645_000),
    )

    first, second = acts(fair)
    assert (first.person_id, first.item_id, first.dwell_ms, first.duration_ms) == (cast.bo, clip, 7413, 10_000)
    assert first.at.isoformat() == "2026-04-18T19:30:30+00:00"
    assert second.at.isoformat() == "2026-04-18T19:30:45+00:00"
    assert second.dwell_ms is None


WRONG = {
    "no list": {"item_id": "1", "kind": "dwell"},
    "a kind that only other domains may say": [report("1", "like")],
    "a kind of the catalogue": [report("1", "removed")],
    "a wish": [report("1", "reset")],
    "a number for an id": [{"item_id": 1, "kind": "dwell"}],
    "an id that is none": [report("-1")],
    "no kind": [{"item_id": "1"}],
    "a dwell of more than a day": [report("1", dwell_ms=86_400_001)],
    "a negative dwell": [report("1", dwell_ms=-1)],
    "a dwell in words": [report("1", dwell_ms="long")],
    "a length of more than a day": [report("1", duration_ms=1e300)],
    "a moment without a zone": [report("1", at="2026-04-18T21:30:30")],
    "a moment that is none": [report("1", at="yesterday")],
    "a moment before all moments": [report("1", at=-1)],
    "a moment after all moments": [report("1", at=10**18)],
    "an empty name": [report("1", client_id="")],
    "a long name": [report("1", client_id="x" * 65)],
    "an impression that is none": [report("1", impression="../../etc")],
    "too many": [report("1")] * 101,
    "one wrong among the right": [report("1"), report("1", dwell_ms=-1)],
}


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_refused_and_changes_nothing(fair: Fair, cast: Cast, body: Any):
    clip = fair.publish("茶 #tea", author=cast.mei)
    body = (
        [each | {"item_id": str(clip)} if each.get("item_id") == "1" else each for each in body]
        if isinstance(body, list)
        else body
    )

    answer = fair.stranger().send("POST", "/signals", body)

    assert answer.status_code == 400, answer.text
    assert answer.json()["code"] == "invalid_input"
    assert acts(fair) == []


def test_text_that_is_no_json_is_refused(fair: Fair):
    visitor = fair.stranger()
    for body in (b"", b"[", b"[{]", b"\xff\xfe", b'[{"item_id": "\\ud800"}]'):
        answer = visitor.client.post("/api/v1/signals", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 400, body


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", 0, 253_402_300_799_999])
def test_the_ends_of_time_are_bounded_by_our_clock(fair: Fair, cast: Cast, at: object):
    clip = fair.publish("茶 #tea", author=cast.mei)

    fair.stranger().report(report(clip, at=at))

    (row,) = acts(fair)
    assert abs((fair.clock.now() - row.at).days) <= 7


def test_what_another_process_published_is_known(fair: Fair, cast: Cast):
    visitor = fair.stranger()
    visitor.for_you()
    clip = fair.publish("茶 #tea", author=cast.mei)

    assert visitor.watch(clip)["accepted"] == 1


def test_a_crowd_behind_one_address_is_heard_a_machine_is_not(fair: Fair, cast: Cast):
    bo = fair.member(cast.bo)
    for _ in range(_REPORTS_A_MINUTE):
        bo.report()

    refused = bo.send("POST", "/signals", [])

    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1
    assert fair.stranger().report()["accepted"] == 0


def test_another_site_cannot_report_in_a_visitors_name(fair: Fair, cast: Cast):
    clip = fair.publish("茶 #tea", author=cast.mei)
    visitor = fair.stranger()
    visitor.for_you()

    answer = visitor.client.post("/api/v1/signals", json=[report(clip)], headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert acts(fair) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.fixed_dictionaries(
            {"item_id": st.sampled_from(["here", "1", "404"]), "kind": st.sampled_from(["dwell", "finish", "replay"])},
            optional={
                "dwell_ms": st.floats(0, 86_400_000),
                "duration_ms": st.integers(0, 86_400_000),
                "at": st.integers(0, 2**45) | st.datetimes().map(lambda at: at.isoformat() + "Z"),
                "client_id": st.text(
                    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=64
                ),
            },
        ),
        max_size=8,
    )
)
def test_whatever_has_the_right_form_is_taken_and_adds_up(fair: Fair, cast: Cast, reports: list[dict[str, Any]]):
    clip = next(iter(fair.live.folded.catalogue.items), None) or fair.publish("茶 #tea", author=cast.mei)
    here = str(clip)
    body = [each | {"item_id": here if each["item_id"] == "here" else each["item_id"]} for each in reports]

    answer = fair.stranger().report(*body)

    assert answer["accepted"] + answer["duplicates"] + len(answer["rejected"]) == len(body)
    assert len(answer["rejected"]) == sum(each["item_id"] != here for each in body)
