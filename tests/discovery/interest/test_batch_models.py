"""The batch models: against their formulas written out the slow way, and under every odd past."""

import math

import numpy as np
import pytest
from scipy import sparse

from miaohui.discovery.interest.evaluation.contests.next_item import models_for
from miaohui.discovery.interest.models.blend import blended, choose_weights, standardised
from miaohui.discovery.interest.models.boosted_trees import fit_boosted_trees
from miaohui.discovery.interest.models.choice import Moment, fit_choice
from miaohui.discovery.interest.models.decay import fading
from miaohui.discovery.interest.models.dwell_head import Watched, among_lately, beside_usual, bucket_of, fit_dwell_head
from miaohui.discovery.interest.models.ease import fit_ease
from miaohui.discovery.interest.models.item_item import fit_item_item
from miaohui.discovery.interest.models.low_pass import fit_low_pass
from miaohui.discovery.interest.models.next_place import Visits, describe_world, features
from miaohui.discovery.interest.models.off_policy import doubly_robust, inverse_propensity, self_normalised
from miaohui.discovery.interest.models.popularity import fit_popularity
from miaohui.discovery.interest.models.sequence_kernel import fit_sequence_kernel
from miaohui.discovery.interest.models.sequences import Sequences, sequences_of
from miaohui.discovery.interest.models.sharpened import fit_sharpened
from miaohui.discovery.interest.models.tags import fit_tags
from miaohui.discovery.interest.models.timescale_ridge import fit_timescale_ridge, normal_equations
from miaohui.discovery.interest.models.transitions import fit_transitions

N_ITEMS = 30
FITS = {
    "popularity": fit_popularity,
    "item-item": lambda events: fit_item_item(events, half_life=3.0),
    "low-pass": lambda events: fit_low_pass(events, rank=8),
    "sharpened": fit_sharpened,
    "ease": lambda events: fit_ease(events, ridge=5.0, half_life=3.0),
    "transitions": fit_transitions,
    "timescale ridge": fit_timescale_ridge,
    "sequence kernel": fit_sequence_kernel,
}


def walks(people: int = 40, seed: int = 1) -> Sequences:
    """People who mostly step from an item to the next one in a circle."""
    rng = np.random.default_rng(seed)
    pasts = []
    for length in rng.integers(0, 14, size=people):
        steps = rng.choice([1, 1, 1, 2, 7], size=length)
        pasts.append((rng.integers(0, N_ITEMS) + np.cumsum(steps)) % N_ITEMS)
    return sequences_of(pasts, N_ITEMS)


ODD = sequences_of([[], [3], [5] * 50, np.arange(100_000) % N_ITEMS], N_ITEMS)


@pytest.mark.parametrize("name", FITS)
def test_every_score_is_a_number_whatever_the_past(name: str) -> None:
    for known in (walks(), sequences_of([[], [1]], N_ITEMS), ODD.part(0, 3)):
        scores = FITS[name](known).scores(ODD)
        assert scores.shape == (4, N_ITEMS)
        assert np.isfinite(scores).all()


@pytest.mark.parametrize("name", FITS)
def test_renaming_the_items_changes_no_order(name: str) -> None:
    known = walks()
    renamed = np.random.default_rng(4).permutation(N_ITEMS).astype(np.int32)
    other = Sequences(renamed[known.items], known.offsets, N_ITEMS)
    before = FITS[name](known).scores(known)
    after = FITS[name](other).scores(other)
    if name == "low-pass":  # its random projection is drawn by slot: the same directions, found from elsewhere
        np.testing.assert_allclose(after[:, renamed], before, atol=0.05)
    else:
        np.testing.assert_allclose(after[:, renamed], before, rtol=2e-3, atol=2e-4)


@pytest.mark.parametrize("name", FITS)
def test_fitting_again_gives_the_same_bits(name: str) -> None:
    assert FITS[name](walks()).scores(walks()).tobytes() == FITS[name](walks()).scores(walks()).tobytes()


@pytest.mark.parametrize("name", ["transitions", "timescale ridge", "sequence kernel"])
def test_the_next_step_of_the_circle_is_found(name: str) -> None:
    asked = sequences_of([[8, 9, 10], [27, 28, 29]], N_ITEMS)
    assert FITS[name](walks(people=400)).scores(asked).argmax(axis=1).tolist() == [11, 0]


def test_the_ridges_sums_equal_the_rows_written_out() -> None:
    half_lives, power, known = (
        (0.0, 3.0, math.inf),
        0.5,
        sequences_of([[4, 1, 3, 0], [2, 4], [5], [], [1, 0, 5, 2, 3]], 6),
    )
    gram, cross = normal_equations(known, half_lives=half_lives, person_power=power)
    slow_gram, slow_cross = np.zeros((18, 18)), np.zeros((18, 6))
    for past in known:
        for t in range(1, len(past)):
            phi = []
            for half_life in half_lives:
                ages = np.arange(t)[::-1]
                fading = (ages == 0) * 1.0 if half_life == 0 else 0.5 ** (ages / half_life)
                history = np.bincount(past[:t], fading, 6)
                phi.append(history / np.linalg.norm(history))
            row, weight = np.concatenate(phi), (len(past) - 1.0) ** -power
            slow_gram += weight * np.outer(row, row)
            slow_cross[:, past[t]] += weight * row
    np.testing.assert_allclose(gram, slow_gram, atol=1e-5)
    np.testing.assert_allclose(cross, slow_cross, atol=1e-5)


@pytest.mark.parametrize(("half_life", "power"), [(2.0, 3.0), (4.0, 4.0), (3.0, 1.5), (0.0, 2.0), (math.inf, 1.0)])
def test_the_kernels_votes_equal_the_moments_compared_one_by_one(half_life: float, power: float) -> None:
    known, asked = walks(people=25), walks(people=6, seed=9)
    model = fit_sequence_kernel(known, half_life=half_life, window=5, power=power)
    g = fading(half_life)
    slow = np.zeros((6, N_ITEMS))
    for person, question in enumerate(asked):
        for past in known:
            for t in range(1, len(past)):
                likeness = sum(
                    g ** (a + b)
                    for a, mine in enumerate(question[::-1].tolist())
                    for b, theirs in enumerate(past[:t][::-1].tolist())
                    if mine == theirs and a + b < 5
                )
                slow[person, past[t]] += likeness**power
    found = model.scores(asked)
    np.testing.assert_allclose(found, slow, rtol=1e-5)
    assert (found[slow == 0] == 0).all()  # no traces of rows that ended


def test_a_request_reads_the_ridges_rows_as_they_lie_in_memory() -> None:
    assert fit_timescale_ridge(walks()).weights.flags.c_contiguous  # else every request copies all of B


def test_item_item_is_the_damped_cosine() -> None:
    known = sequences_of([[0, 1], [0, 1, 2], [2, 0]], 3)
    model = fit_item_item(known, enter=0.0, leave=0.0, person_power=1.0)
    expected = (1 / 2 + 1 / 3) / math.sqrt(3 * 2)
    assert model.neighbours[0, 1] == pytest.approx(expected, rel=1e-5)
    assert model.neighbours[0, 0] == 0


@pytest.mark.parametrize(("rank", "apart"), [(N_ITEMS, 1e-5), (10, 0.03)])
def test_sharpening_is_one_runge_kutta_step_after_the_blur(rank: int, apart: float) -> None:
    """Exact where V holds every direction, near where one number stands for the last of them."""
    known = walks(people=60)
    matrix = known.matrix().toarray().astype(np.float64)
    root = np.sqrt(np.maximum(matrix.sum(axis=0), 1.0))
    normal = matrix / np.sqrt(np.maximum(matrix.sum(axis=1), 1.0))[:, None] / root
    blur = normal.T @ normal
    v = np.linalg.eigh(blur)[1][:, -rank:]
    pasts = np.eye(N_ITEMS)
    state = pasts @ blur + 0.2 * pasts / root @ v @ v.T * root
    slope_1 = -state @ blur
    slope_2 = -(state + 1.25 * slope_1) @ blur
    slope_3 = -(state + 1.25 * slope_2) @ blur
    slope_4 = -(state + 2.5 * slope_3) @ blur
    slow = state + 2.5 / 6 * (slope_1 + 2 * slope_2 + 2 * slope_3 + slope_4)
    np.fill_diagonal(slow, 0.0)
    found = fit_sharpened(known, rank=rank, rounds=12).rows.toarray()
    np.testing.assert_allclose(found, slow, atol=apart)


def test_of_a_sharpened_row_the_greatest_stay() -> None:
    whole, narrow = (fit_sharpened(walks(), width=width).rows.toarray() for width in (N_ITEMS, 4))
    for row, few in zip(whole, narrow, strict=True):
        assert sorted(few[few != 0].tolist()) == pytest.approx(sorted(row.tolist())[-4:])


def test_ease_never_rebuilds_an_item_from_itself() -> None:
    assert not fit_ease(walks()).weights.diagonal().any()


def test_a_blend_keeps_what_helps_and_drops_noise() -> None:
    rng = np.random.default_rng(2)
    truth = rng.standard_normal((50, 20)).astype(np.float32)
    half = [standardised(truth + rng.standard_normal(truth.shape).astype(np.float32)) for _ in range(2)]
    noise = standardised(rng.standard_normal(truth.shape).astype(np.float32))
    parts = [*half, noise]

    def figure(scores: np.ndarray) -> float:
        return float(np.corrcoef(scores.ravel(), truth.ravel())[0, 1])

    weights = choose_weights(parts, figure)
    assert weights[0] == 1.0
    assert weights[1] > 0.6
    assert weights[2] < 0.15
    assert figure(blended(parts, weights)) > figure(half[0])


def test_a_model_that_gives_no_number_says_nothing_in_a_blend() -> None:
    assert not standardised(np.full((2, 3), np.nan, dtype=np.float32)).any()


def test_large_catalogues_get_models_that_fit_into_memory() -> None:
    small, large = (models_for(sequences_of([[0, n - 1]], n)) for n in (100, 50_000))
    assert "timescale ridge" in small
    assert not {"timescale ridge", "ease"} & set(large)


def test_a_choice_is_learnt_from_what_was_taken_and_what_was_not() -> None:
    rng = np.random.default_rng(3)
    truth = np.array([1.5, -1.0])
    moments = []
    for _ in range(1500):
        everything = rng.standard_normal((60, 2))
        chance = np.exp(everything @ truth)
        taken = rng.choice(60, p=chance / chance.sum())
        drawn = np.delete(np.arange(60), taken)[::2]
        offset = np.append(0.0, np.full(len(drawn), math.log(59 / len(drawn)))).astype(np.float32)
        moments.append(Moment(everything[np.append(taken, drawn)].astype(np.float32), offset))
    np.testing.assert_allclose(fit_choice(moments, penalty=1e-6), truth, atol=0.25)


def test_a_clock_that_goes_back_leaves_the_places_ranked() -> None:
    places = np.array([[40.7, -74.0], [40.71, -74.01], [40.8, -73.9]])
    visits = [Visits(np.array([0, 1, 0], dtype=np.int32), np.array([100.0, 200.0, 1500.0]))]
    found = features(visits[0], -5000.0, describe_world(visits, places))
    assert np.isfinite(found).all()


def test_likes_are_learnt_from_dwell_and_their_chances_are_true() -> None:
    rng = np.random.default_rng(5)
    duration_s, play_s = rng.uniform(5, 60, 6000), rng.exponential(20, 6000)
    chance = 1 / (1 + np.exp(-(np.log1p(play_s) - np.log1p(duration_s) + 0.5)))
    liked = rng.random(6000) < chance
    watched = Watched(play_s, bucket_of(duration_s))
    learn, ask = np.arange(4000), np.arange(4000, 6000)
    head = fit_dwell_head(watched.rows(learn), liked[learn], weights=np.ones(4000))
    predicted = head.probabilities(watched.rows(ask))
    assert abs(predicted.mean() - liked[ask].mean()) < 0.02
    assert np.corrcoef(predicted, chance[ask])[0, 1] > 0.9


def test_dwell_is_read_beside_what_this_person_watched_before_and_not_after() -> None:
    people = np.array([4, 4, 7, 4, 7])
    play_s = np.expm1([1.0, 3.0, 5.0, 3.0, 4.0])
    np.testing.assert_allclose(beside_usual(people, play_s), [0.0, 2.0, 0.0, 1.0, -1.0])


def test_who_likes_what_holds_them_longer_than_usual_is_understood() -> None:
    rng = np.random.default_rng(8)
    people = np.repeat(np.arange(60), 50)
    habit_s = np.repeat(rng.uniform(1.0, 4.0, 60), 50)
    play_s = np.expm1(np.maximum(habit_s + rng.standard_normal(3000), 0.0))
    liked = np.log1p(play_s) > habit_s
    buckets = bucket_of(np.full(3000, 20.0))
    learn, ask = np.arange(2000), np.arange(2000, 3000)
    right = []
    for beside in (None, beside_usual(people, play_s)):
        watched = Watched(play_s, buckets, beside)
        head = fit_dwell_head(watched.rows(learn), liked[learn], weights=np.ones(2000))
        right.append(((head.probabilities(watched.rows(ask)) > 0.5) == liked[ask]).mean())
    assert right[0] < 0.8 < right[1]


def test_trees_understand_what_no_sum_does() -> None:
    rng = np.random.default_rng(4)
    features = rng.standard_normal((3000, 3))
    yes = (features[:, 0] > 0) ^ (features[:, 1] > 0)
    learn, ask = slice(0, 2000), slice(2000, 3000)
    trees = fit_boosted_trees(features[learn], yes[learn], weights=np.ones(2000), trees=60, depth=2, rate=0.3)
    assert ((trees.logits(features[ask]) > 0) == yes[ask]).mean() > 0.97


def test_a_tree_is_cut_where_it_gains_most_and_its_leaves_are_newton_steps() -> None:
    column, yes = np.arange(64.0), np.arange(64) >= 40
    trees = fit_boosted_trees(column[:, None], yes, weights=np.ones(64), trees=1, depth=1, rate=1.0, l2=2.0, least=1.0)
    a = math.log(24 / 40)
    p = 24 / 64
    left, right = -40 * p / (40 * p * (1 - p) + 2), 24 * (1 - p) / (24 * p * (1 - p) + 2)
    assert trees.logits(np.array([[39.0], [40.0]])) == pytest.approx([a + left, a + right])


def test_trees_without_anything_to_cut_know_the_odds() -> None:
    yes = np.array([True, True, True, False])
    trees = fit_boosted_trees(np.ones((4, 2)), yes, weights=np.ones(4), trees=3)
    assert trees.logits(np.array([[1.0, 5.0]])) == pytest.approx([math.log(3)], abs=1e-6)


def test_a_dwell_is_placed_among_those_before_it_and_not_after() -> None:
    people = np.array([4, 4, 4, 7])
    play_s, bucket = np.array([9.0, 1.0, 5.0, 5.0]), bucket_of(np.full(4, 8.5))
    lately = among_lately(people, play_s, bucket)
    alone = among_lately(people[3:], play_s[3:], bucket[3:])
    np.testing.assert_array_equal(lately[3:], alone)
    np.testing.assert_array_equal(lately[:2], among_lately(people[:2], play_s[:2], bucket[:2]))
    rank, mean, spread, before, *_ = lately[2]
    low, high = math.log1p(1), math.log1p(9)
    assert (rank, mean, spread, before) == pytest.approx((0.5, (low + high) / 2, (high - low) / 2, low))
    assert lately[:, -2].tolist() == [0, 1, 0, 0]  # whole ones in a row
    assert lately[:, -1].tolist() == [0, 0, 1, 0]  # skipped ones in a row


@pytest.mark.parametrize("play_s", [1.0, 20.0])  # skipped, finished
def test_what_lately_was_does_not_tell_how_many_rows_there_are(play_s: float) -> None:
    """Of a person who always does the same, the eleventh row and the hundredth look alike."""
    lately = among_lately(np.zeros(100, dtype=np.int64), np.full(100, play_s), bucket_of(np.full(100, 19.0)))
    np.testing.assert_allclose(lately[10:], np.repeat(lately[10:11], 90, axis=0), atol=1e-12)


@pytest.mark.parametrize("odd", [0.0, -5.0, math.nan, math.inf, 1e12])
def test_an_absurd_dwell_or_a_clip_of_no_length_still_has_a_chance(odd: float) -> None:
    learn = Watched(np.array([1.0, 30.0] * 50), bucket_of(np.full(100, 20.0)))
    head = fit_dwell_head(learn, np.array([False, True] * 50), weights=np.ones(100))
    chances = head.probabilities(Watched(np.array([odd, 3.0]), bucket_of(np.array([0.0, odd]))))
    assert ((chances > 0) & (chances < 1)).all()


def test_the_estimators_find_what_the_other_policy_would_earn() -> None:
    rng = np.random.default_rng(6)
    earns, logged, asked = np.array([0.1, 0.3, 0.6]), np.array([0.6, 0.3, 0.1]), np.array([0.1, 0.2, 0.7])
    shown = rng.choice(3, 60_000, p=logged)
    reward = (rng.random(60_000) < earns[shown]).astype(float)
    ratio = (asked / logged)[shown]
    truth, wrong_model = float(asked @ earns), np.array([0.3, 0.3, 0.3])
    assert inverse_propensity(reward, ratio) == pytest.approx(truth, abs=0.02)
    assert self_normalised(reward, ratio) == pytest.approx(truth, abs=0.02)
    expected = np.full(60_000, float(asked @ wrong_model))
    assert doubly_robust(reward, ratio, wrong_model[shown], expected) == pytest.approx(truth, abs=0.02)


def test_neighbours_stay_within_their_bound() -> None:
    model = fit_item_item(walks(people=300), width=4)
    assert isinstance(model.neighbours, sparse.csr_matrix)
    assert np.diff(model.neighbours.indptr).max() <= 4


def test_tags_match_by_rarity_and_equal_matches_stand_by_popularity() -> None:
    events = sequences_of([[0], [0, 1], [3, 2], [3]], 5)
    tags = [["film", "cats"], ["film", "cats"], ["film"], ["film", "opera"], []]
    model = fit_tags(events, tags, popular=0.01)
    vectors = model.vectors.toarray()
    idf = np.log(5 / np.array([4.0, 2.0])) + 1e-3  # film, cats
    assert vectors[0][:2] == pytest.approx(idf / np.linalg.norm(idf), rel=1e-5)
    assert not vectors[4].any()
    scores = model.scores(sequences_of([[1], []], 5))
    assert scores[0].argsort()[::-1].tolist()[:2] == [0, 1]  # as alike as itself, and better known
    assert scores[0, 2] > scores[0, 4]
    assert scores[1] == pytest.approx(0.01 * model.known, rel=1e-5)
