"""Why, view, pause, reset."""

import numpy as np
import pytest

from tests.discovery.interest.town import Town, demo_town

MEI, NEWCOMER = 5, 777


@pytest.fixture
def town() -> Town:
    lived_in = demo_town()
    for clip in lived_in.of_topic("kites")[:4]:
        lived_in.dwell(MEI, clip)
    return lived_in


def test_the_reasons_add_up_to_the_score(town: Town) -> None:
    town.engine.fewer_like(person_id=MEI, item_id=town.of_topic("kites")[-1], at_ms=town.now_ms)
    for clip in [*town.page(MEI, 20), *list(town.clips)[:20]]:
        reasons = town.engine.why(person_id=MEI, item_id=clip, now_ms=town.now_ms)
        score = town.engine.score(person_id=MEI, item_ids=[clip], now_ms=town.now_ms)[0]

        assert sum(reason.points for reason in reasons) == pytest.approx(score, abs=1e-12)
        assert sum(abs(reason.share) for reason in reasons) == pytest.approx(1.0)
        assert [abs(r.points) for r in reasons] == sorted((abs(r.points) for r in reasons), reverse=True)


def test_the_reasons_name_what_the_person_watched(town: Town) -> None:
    kite = next(clip for clip in town.page(MEI, 20) if town.clips[clip] == "kites")

    reasons = town.engine.why(person_id=MEI, item_id=kite, now_ms=town.now_ms)

    watched = {reason.item_id for reason in reasons if reason.kind == "watched_item"}
    assert watched
    assert watched <= town.engine.seen(MEI)
    assert any(reason.token and "kites" in reason.token for reason in reasons[:3])


def test_taking_a_watched_item_away_takes_its_points_away(town: Town) -> None:
    """The share of one item in the similar term is what vanishes with its row, lengths held fixed."""
    clip = town.page(MEI)[0]
    taste = town.engine.taste(MEI, now_ms=town.now_ms)
    slot = np.array([town.engine.catalogue.slots[clip]], dtype=np.int32)
    with town.engine.scorer.similar(taste) as similar:
        before = similar.weighted(slot)[0]
    first = next(
        r for r in town.engine.why(person_id=MEI, item_id=clip, now_ms=town.now_ms) if r.kind == "watched_item"
    )
    taste.item_weights[taste.items == town.engine.catalogue.slots[first.item_id or 0]] = 0.0
    with town.engine.scorer.similar(taste) as similar:
        after = similar.weighted(slot)[0]

    assert before - after == pytest.approx(first.points)


def test_without_a_taste_only_the_town_speaks(town: Town) -> None:
    reasons = town.engine.why(person_id=NEWCOMER, item_id=town.page(NEWCOMER)[0], now_ms=town.now_ms)
    plain = town.engine.why(person_id=MEI, item_id=town.page(MEI)[0], now_ms=town.now_ms, personal=False)

    assert {reason.kind for reason in (*reasons, *plain)} <= {"popular", "fresh"}
    assert town.engine.why(person_id=MEI, item_id=424242, now_ms=town.now_ms) == []


def test_interests_name_the_topic_and_the_dislike(town: Town) -> None:
    town.engine.fewer_like(person_id=MEI, item_id=town.of_topic("opera")[0], at_ms=town.now_ms)

    believed = town.engine.interests(person_id=MEI, now_ms=town.now_ms, limit=30)

    weights = {interest.token: interest.weight for interest in believed if interest.token}
    assert weights["#kites"] > 0 > weights["#opera"]
    assert len(believed) == 30
    assert len({interest.token or interest.author_id for interest in believed}) == 30
    taste = town.engine.taste(MEI, now_ms=town.now_ms)
    of_opera = taste.token_weights[taste.tokens == town.engine.content.token_slots["#opera"]]
    assert len(of_opera) == 2  # from watching and from the wish
    assert weights["#opera"] == pytest.approx(of_opera.sum())
    assert town.engine.interests(person_id=NEWCOMER, now_ms=town.now_ms) == []


def test_paused_nothing_is_learned_but_seen_is_kept(town: Town) -> None:
    town.engine.pause(person_id=NEWCOMER, paused=True, at_ms=town.now_ms)
    for clip in town.of_topic("tea")[:5]:
        town.dwell(NEWCOMER, clip)
    scores = town.engine.score(person_id=NEWCOMER, item_ids=list(town.clips), now_ms=town.now_ms)
    strangers = town.engine.score(person_id=NEWCOMER + 1, item_ids=list(town.clips), now_ms=town.now_ms)

    assert town.engine.is_paused(NEWCOMER)
    assert scores.tolist() == strangers.tolist()
    assert set(town.of_topic("tea")[:5]) <= town.engine.seen(NEWCOMER)

    town.engine.pause(person_id=NEWCOMER, paused=False, at_ms=town.now_ms)
    town.dwell(NEWCOMER, town.of_topic("tea")[5])
    assert town.engine.interests(person_id=NEWCOMER, now_ms=town.now_ms)


def test_forgotten_a_person_is_served_like_one_who_was_never_there(town: Town) -> None:
    town.act(MEI, town.page(MEI)[0], "not_interested")
    assert town.page(MEI) != town.page(NEWCOMER)

    town.engine.forget(MEI)

    assert town.page(MEI, 60) == town.page(NEWCOMER, 60)
    everything = list(town.clips)
    assert (
        town.engine.score(person_id=MEI, item_ids=everything, now_ms=town.now_ms).tolist()
        == town.engine.score(person_id=NEWCOMER, item_ids=everything, now_ms=town.now_ms).tolist()
    )
    assert town.engine.seen(MEI) == town.engine.hidden(MEI) == frozenset()
    assert town.engine.interests(person_id=MEI, now_ms=town.now_ms) == []


def test_forgotten_a_person_dwells_like_a_newcomer(town: Town) -> None:
    town.engine.forget(MEI)
    clip = town.of_topic("cats")[0]
    rank_before = town.engine.dwell.counts.copy()
    worth_of_mei = town.act(MEI, clip, "dwell", 4000)
    town.engine.dwell.counts = rank_before

    assert town.act(NEWCOMER, clip, "dwell", 4000) == worth_of_mei


def test_a_reset_may_keep_what_was_seen_and_keeps_the_pause(town: Town) -> None:
    hidden = town.page(MEI)[0]
    town.act(MEI, hidden, "not_interested")
    seen = town.engine.seen(MEI)
    town.engine.pause(person_id=MEI, paused=True, at_ms=town.now_ms)

    town.engine.forget(MEI, keep_seen=True)

    assert town.engine.is_paused(MEI)
    assert town.engine.seen(MEI) == seen
    assert town.engine.hidden(MEI) == {hidden}
    assert town.engine.interests(person_id=MEI, now_ms=town.now_ms) == []
