import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miaohui.discovery.interest.exploration import FreshPool, inclusion_probabilities, systematic_sample
from tests.discovery.interest.town import Town

weights_of_any_spread = st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=60).map(np.array)


@settings(deadline=None)
@given(weights=weights_of_any_spread, count=st.integers(1, 80), seed=st.integers(0, 2**32))
def test_a_draw_has_the_asked_size_without_repetition(weights: np.ndarray, count: int, seed: int) -> None:
    chosen, probabilities = systematic_sample(weights, count, np.random.default_rng(seed))

    assert len(chosen) == len(set(chosen.tolist())) == min(count, len(weights))
    assert ((probabilities > 0) & (probabilities <= 1)).all()
    assert inclusion_probabilities(weights, count).sum() == pytest.approx(min(count, len(weights)))


@settings(deadline=None)
@given(weights=weights_of_any_spread, count=st.integers(1, 80))
def test_probability_is_proportional_to_weight_below_certainty(weights: np.ndarray, count: int) -> None:
    probabilities = inclusion_probabilities(weights, count)

    uncertain = probabilities < 1
    if uncertain.any():
        ratio = probabilities[uncertain] / weights[uncertain]
        np.testing.assert_allclose(ratio, ratio[0])
        # Whoever is certain would be above 1 by the same proportion.
        assert (ratio[0] * weights[~uncertain] >= 1 - 1e-9).all()


def test_the_told_probability_is_the_true_one() -> None:
    weights = np.array([0.2, 1.0, 3.0, 0.5, 9.0, 1.0, 0.1])
    rng = np.random.default_rng(5)
    draws, hits = 20_000, np.zeros(len(weights))
    for _ in range(draws):
        chosen, _ = systematic_sample(weights, 3, rng)
        hits[chosen] += 1

    np.testing.assert_allclose(hits / draws, inclusion_probabilities(weights, 3), atol=0.012)


def test_the_pool_gives_the_newest_with_budget_left() -> None:
    pool = FreshPool(budget=2)
    pool.make_room(20_000)
    servable = np.ones(20_000, dtype=bool)
    servable[19_999] = False
    for slot in (19_998, 19_998, 19_997):
        pool.spend(slot)

    assert pool.newest(servable, 3).tolist() == [19_997, 19_996, 19_995]
    assert len(pool.newest(servable, 15_000)) == 15_000


def test_a_fresh_clip_leaves_the_pool_when_its_budget_is_spent() -> None:
    town = Town()
    clip = town.publish("kites")
    town.publish("tea")
    for viewer in range(1, 31):
        town.act(viewer, clip, "impression")
        town.act(viewer, clip, "impression")

    drawn = town.engine.explore(person_id=99, now_ms=town.now_ms, count=5, rng=np.random.default_rng(0))
    assert clip not in {each.item_id for each in drawn}
    assert len(drawn) == 1


def test_exploration_leans_to_the_persons_interest_and_leaves_nobody_out() -> None:
    town = Town()
    town.publish_many(100)
    for clip in town.of_topic("kites")[:5]:
        town.dwell(77, clip)
    rng = np.random.default_rng(3)

    draws = [town.engine.explore(person_id=77, now_ms=town.now_ms, count=1, rng=rng)[0] for _ in range(400)]

    kites = sum(town.clips[each.item_id] == "kites" for each in draws)
    assert kites > 2 * 400 * 5 / 95
    assert len({town.clips[each.item_id] for each in draws}) == 10
    assert all(0 < each.probability < 1 and each.source == "fresh" for each in draws)


def test_excluded_clips_and_authors_are_never_drawn_and_the_seed_repeats_the_draw() -> None:
    town = Town()
    for author in (1, 2, 3, 4):
        for _ in range(5):
            town.publish("tea", author_id=author)
    excluded = list(town.clips)[5:8]

    def drawn() -> list[int]:
        found = town.engine.explore(
            person_id=1,
            now_ms=town.now_ms,
            count=50,
            rng=np.random.default_rng(4),
            exclude_items=[*excluded, 123],
            exclude_authors={1, 3},
        )
        return [each.item_id for each in found]

    assert set(drawn()) == {*list(town.clips)[8:10], *list(town.clips)[15:20]}
    assert drawn() == drawn()
