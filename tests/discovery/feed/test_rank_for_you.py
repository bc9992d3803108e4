"""The page as arithmetic: what is on it, in which order, and what never is."""

import itertools
from array import array
from datetime import timedelta

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miaohui.discovery.feed import for_you
from miaohui.discovery.feed.weights import WEIGHTS
from miaohui.discovery.interest import InterestEngine
from miaohui.discovery.interest.learning.fit import fit_model
from miaohui.discovery.interest.learning.lesson import Lesson
from miaohui.kit.clock import ManualClock
from tests.conftest import A_SPRING_EVENING
from tests.discovery.feed.town import Town, authors, ids, topics
from tests.discovery.interest.taught_town import model_of_chance

MEI, TAO = 1, 2
NO_LOT = msgspec.structs.replace(WEIGHTS, explore_share=0.0)
WORDS_ASIDE = msgspec.structs.replace(NO_LOT, likeness_penalty=0.0, copy_gap=0)
"""Clips of these towns have the same caption; what hashtags and authors do is looked at by itself."""
CRAFTS = ("茶 #tea", "猫 #cats", "面 #noodles", "灯笼 #lanterns")


def populate(town: Town, *, each: int = 12) -> dict[str, list[int]]:
    """Clips of four crafts, every one by an author of its own."""
    clips: dict[str, list[int]] = {}
    for _number, craft in itertools.product(range(each), CRAFTS):
        clips.setdefault(craft.split("#")[1], []).append(town.publish(craft, author=100 + len(town.rows)))
    return clips


def test_five_lingering_looks_decide_the_sixth_page(town: Town):
    clips = populate(town)
    for tea, cat in zip(clips["tea"][:5], clips["cats"][:5], strict=True):
        town.watch(MEI, tea)
        town.swipe_away(MEI, cat)
        town.watch(TAO, cat)
        town.swipe_away(TAO, tea)

    mei, tao = topics(town.page(MEI)), topics(town.page(TAO))

    assert mei[0] == "tea"
    assert tao[0] == "cats"
    assert mei.count("tea") > mei.count("cats")
    assert tao.count("cats") > tao.count("tea")


def test_a_newcomer_gets_a_full_page_of_several_topics(town: Town):
    populate(town)

    page = town.page(MEI)

    assert len(page) == 10
    assert len(set(topics(page))) == 4


def test_what_was_met_does_not_come_again(town: Town):
    clips = populate(town)
    met = clips["tea"][:6]
    for clip in met:
        town.log(MEI, "impression", clip)

    assert not set(ids(town.page(MEI, limit=20))) & set(met)


def test_what_the_session_served_does_not_come_again_before_its_signals_do(town: Town):
    populate(town)
    first = ids(town.page(MEI))

    second = ids(town.page(MEI, served=first, seed=2))

    assert len(second) == 10
    assert not set(first) & set(second)


def test_served_and_never_watched_may_come_in_a_later_session(town: Town):
    populate(town, each=2)
    everything = set(ids(town.page(MEI, limit=20)))

    assert set(ids(town.page(MEI, limit=20, seed=2))) == everything


def test_own_clips_and_those_of_avoided_people_are_not_shown(town: Town):
    theirs = [town.publish("茶 #tea", author=author) for author in (MEI, 7, 8, 9)]

    assert ids(town.page(MEI, limit=10, avoids=[8])) != []
    assert set(ids(town.page(MEI, limit=10, avoids=[8]))) == {theirs[1], theirs[3]}


def test_a_clip_that_was_taken_down_is_not_shown(town: Town):
    kept, gone = town.publish("茶 #tea", author=7), town.publish("茶 #tea", author=8)
    town.take_down(gone, author=8)

    assert ids(town.page(MEI)) == [kept]


def test_not_interested_sends_the_clip_away_for_good(town: Town):
    clips = populate(town, each=2)
    town.log(MEI, "not_interested", clips["tea"][0])

    assert clips["tea"][0] not in ids(town.page(MEI, limit=20))


def test_fewer_like_this_sends_the_topic_to_the_end(town: Town):
    clips = populate(town)
    town.log(MEI, "fewer_like_this", clips["tea"][0])

    assert "tea" not in topics(town.page(MEI, weights=NO_LOT))


def test_a_followed_author_comes_before_strangers(town: Town):
    clips = populate(town)
    followed = town.folded.catalogue.items[clips["cats"][3]].author_id

    page = town.page(MEI, follows=[followed], weights=NO_LOT)

    assert authors(page)[0] == followed
    assert page[0].source == "following"


def test_an_old_clip_of_a_followed_author_has_no_precedence(town: Town, clock: ManualClock):
    old = town.publish("茶 #tea", author=7)
    clock.advance(timedelta(days=15))
    town.publish("猫 #cats", author=8)

    sources = {each.listed.item_id: each.source for each in town.page(MEI, follows=[7], weights=NO_LOT)}
    assert sources[old] != "following"


def test_a_feed_that_is_not_personal_is_the_same_for_everybody_alike(town: Town):
    clips = populate(town)
    for tea in clips["tea"][:5]:
        town.watch(MEI, tea)
        town.log(TAO, "impression", tea)

    mei = town.page(MEI, personal=False, follows=[101], weights=NO_LOT)
    tao = town.page(TAO, personal=False, weights=NO_LOT)

    assert ids(mei) == ids(tao)
    assert {each.source for each in mei} <= {"popular", "fresh", "chance"}


def test_authors_are_kept_apart(town: Town):
    for number in range(40):
        town.publish("茶 #tea", author=100 + number % 5)

    page = authors(town.page(MEI, limit=12, weights=NO_LOT))

    assert all(len(set(page[start : start + 4])) == 4 for start in range(len(page) - 3))


def test_spacing_goes_on_across_pages(town: Town):
    for author in (101, 102, 103, 104):
        town.publish("茶 #tea", author=author)
    # The newest, and so the best for somebody of whom nothing is known.
    last, best = (town.publish("茶 #tea", author=7) for _ in range(2))
    assert authors(town.page(MEI, limit=1, weights=NO_LOT)) == [7]

    undecayed = msgspec.structs.replace(NO_LOT, author_penalty=0.0)
    page = town.page(MEI, limit=5, served=[last], weights=undecayed)

    assert ids(page)[3] == best
    assert 7 not in authors(page)[:3]


def test_further_clips_of_an_author_count_for_less(town: Town):
    for author in range(101, 113):
        town.publish("茶 #tea", author=author)
    # The newest are a little better than the rest for somebody of whom nothing is known.
    theirs = {town.publish("茶 #tea", author=7) for _ in range(3)}

    def shown(**changed: float) -> int:
        page = town.page(MEI, limit=12, weights=msgspec.structs.replace(WORDS_ASIDE, **changed))
        return len(theirs & set(ids(page)))

    assert shown(author_penalty=0.0) == 3
    assert shown() == 1


def test_whoever_follows_somebody_sees_others_a_little_later(town: Town):
    theirs = town.publish("茶 #tea", author=7)
    for author in range(101, 105):
        town.publish("茶 #tea", author=author)
    stranger = town.ask(MEI, limit=5, follows=[8])
    for weights in (NO_LOT, msgspec.structs.replace(NO_LOT, out_of_network=0.5)):
        scores = {each.listed.item_id: each.score for each in town.rank(stranger, weights=weights).page}
        alone = {each.listed.item_id: each.score for each in town.rank(town.ask(MEI, limit=5), weights=weights).page}
        assert scores[theirs] == pytest.approx(weights.out_of_network * alone[theirs])


def test_a_topic_that_was_just_shown_stands_back_a_little(town: Town):
    for _ in range(8):
        town.publish("猫 #cats", author=100 + len(town.rows))
    for _ in range(8):
        town.publish("茶 #tea", author=100 + len(town.rows))

    mixed = topics(town.page(MEI, limit=6, weights=WORDS_ASIDE))
    unmixed = topics(town.page(MEI, limit=6, weights=msgspec.structs.replace(WORDS_ASIDE, topic_penalty=0.0)))

    assert unmixed == ["tea"] * 6, "all the newest are of one topic"
    assert mixed.count("cats") == 3


def test_a_town_with_one_author_still_has_a_full_page(town: Town):
    for _ in range(8):
        town.publish("茶 #tea", author=7)

    assert len(town.page(MEI, limit=8)) == 8


def test_one_slot_in_ten_is_drawn_by_lot_with_its_chance(town: Town):
    populate(town)

    pages = [town.page(MEI, seed=seed) for seed in range(30)]

    for page in pages:
        drawn = [each for each in page if each.source == "explore"]
        assert len(drawn) == 1
        assert 0 < drawn[0].probability < 1
        assert page[0].source != "explore"
        assert all(each.probability == 1 for each in page if each.source != "explore")


def test_the_chances_of_the_lot_are_true(town: Town):
    """Each served clip stands for 1/p of the pool (Horvitz, Thompson 1952), so the mean of the sums is its size."""
    clips = populate(town)
    for tea in clips["tea"][:4]:
        town.watch(MEI, tea)
    pool = 4 * 12 - 4

    sums = []
    for seed in range(400):
        page = town.page(MEI, seed=seed)
        sums.append(sum(1 / each.probability for each in page if each.source == "explore"))

    assert np.mean(sums) == pytest.approx(pool, rel=0.1)


def test_a_page_of_one_is_drawn_by_lot_every_tenth_time(town: Town):
    populate(town)

    drawn = sum(town.page(MEI, limit=1, seed=seed)[0].source == "explore" for seed in range(1000))

    assert 70 <= drawn <= 130


def test_the_same_lot_gives_the_same_page(town: Town):
    populate(town)

    assert town.page(MEI, seed=5) == town.page(MEI, seed=5)


def test_ranking_changes_nothing(town: Town):
    populate(town)
    before = town.folded.packed()

    town.page(MEI)

    assert town.folded.packed() == before


def test_filters_come_in_an_order_that_a_reader_expects():
    assert [without.__name__ for without in for_you.FILTERS] == [
        "without_repetitions",
        "without_own",
        "without_avoided_authors",
        "without_hidden",
        "without_seen",
        "without_served",
    ]


@st.composite
def stories(draw: st.DrawFn) -> tuple[Town, dict[str, object]]:
    """A town of any kind and a person with any past in it."""
    town = Town(ManualClock(A_SPRING_EVENING))
    clips = [
        town.publish(draw(st.sampled_from(CRAFTS)), author=draw(st.integers(1, 6)))
        for _ in range(draw(st.integers(0, 25)))
    ]
    if clips:
        for _ in range(draw(st.integers(0, 25))):
            person, clip = draw(st.integers(1, 3)), draw(st.sampled_from(clips))
            match draw(st.sampled_from(["watch", "swipe", "hide", "take down", "like"])):
                case "watch":
                    town.watch(person, clip, draw(st.floats(0, 60)))
                case "swipe":
                    town.swipe_away(person, clip)
                case "hide":
                    town.log(person, "not_interested", clip)
                case "like":
                    town.log(person, "like", clip)
                case "take down":
                    town.take_down(clip, author=town.folded.engine.catalogue.authors[0])
    ask = {
        "limit": draw(st.integers(1, 20)),
        "follows": draw(st.lists(st.integers(2, 6), max_size=3)),
        "avoids": draw(st.lists(st.integers(2, 6), max_size=3)),
        "personal": draw(st.booleans()),
        "served": draw(st.lists(st.sampled_from(clips), max_size=5)) if clips else [],
    }
    return town, ask


@settings(max_examples=150, deadline=None)
@given(stories(), st.integers(0, 2**32), st.booleans())
def test_whatever_has_happened_a_page_keeps_its_promises(
    story: tuple[Town, dict[str, object]], seed: int, learned: bool
):
    town, wanted = story
    if learned:
        town.folded.engine.adopt(model_of_chance(town.folded.engine, np.random.default_rng(seed)))
    ask = town.ask(MEI, **wanted)
    engine, items = town.folded.engine, town.folded.catalogue.items

    ranked = town.rank(ask, seed=seed)

    shown = ids(ranked.page) + ids(ranked.spares)
    assert len(ranked.page) <= ask.limit
    assert len(shown) == len(set(shown))
    assert all(item_id in items for item_id in shown)
    assert not {items[item_id].author_id for item_id in shown} & ({MEI} | ask.facts.avoided)
    assert not set(shown) & (engine.seen(MEI) | engine.hidden(MEI) | set(ask.served))
    assert all(0 < each.probability <= 1 and np.isfinite(each.score) for each in ranked.page)
    # Nothing that may be shown is withheld while there is room for it.
    allowed = [
        listed
        for listed in items.values()
        if listed.author_id not in {MEI} | ask.facts.avoided
        and listed.item_id not in engine.seen(MEI) | engine.hidden(MEI) | set(ask.served)
    ]
    assert len(ranked.page) == min(ask.limit, len(allowed))


@settings(max_examples=100, deadline=None)
@given(stories(), st.integers(0, 2**32))
def test_two_clips_of_an_author_are_near_only_where_nobody_else_was_left(
    story: tuple[Town, dict[str, object]], seed: int
):
    town, wanted = story
    wanted["served"] = []

    page = town.page(MEI, seed=seed, weights=NO_LOT, **wanted)

    names = authors(page)
    for position, author in enumerate(names):
        near = names[max(position - WEIGHTS.author_gap, 0) : position]
        if author in near:
            assert set(names[position:]) <= set(near), "somebody else could have stood here"


# --- copies

DUMPLINGS = "how grandmother folds forty chive dumplings at dawn while grandfather steams bean buns"
"""Ten words and more: who says the same in as many, says it again."""


def test_two_clips_of_the_same_words_do_not_follow_each_other(town: Town):
    """Without a hashtag, by different authors: only their words say that they are one clip twice."""
    first, copy = (town.publish(DUMPLINGS, author=author) for author in (300, 301))
    for number in range(8):
        town.publish(f"how the ferry number{number} crosses river{number} at dusk{number}", author=400 + number)
        town.publish(f"grandmother folds paper{number} letters{number} dawn", author=500 + number)
    for person in (50, 51, 52):
        for clip in (first, copy):
            town.log(person, "impression", clip)
            town.log(person, "like", clip)

    likeness = town.folded.engine.likeness([first, copy])
    assert likeness.of(0)[1] > WEIGHTS.copy_likeness
    page = ids(town.page(MEI, limit=8, weights=NO_LOT))
    assert page[0] in (first, copy), "both are the best of the town"
    assert copy not in page or abs(page.index(first) - page.index(copy)) > WEIGHTS.copy_gap


def test_a_few_same_words_make_no_copies(town: Town):
    """Who films a cat each day writes the same three words each time, and is seen as often as the cat is liked."""
    first, second = (town.publish("today cat street #cats", author=author) for author in (300, 301))
    town.publish("today is another day", author=302)
    assert town.folded.engine.likeness([first, second]).of(0)[1] < WEIGHTS.copy_likeness


def test_two_clips_of_the_same_watchers_do_not_follow_each_other(town: Town):
    """Nothing in their words is alike; the low-pass factors of a model say it."""
    clips = [town.publish(f"alone{number} apart{number}", author=300 + number) for number in range(40)]
    first, copy = clips[:2]
    for person in range(50, 170):
        # A hundred and twenty people, each of whom likes both or neither, and some others.
        both = [first, copy] if person % 5 else []
        for clip in [*both, *clips[2 + person % 7 :: 7]]:
            town.log(person, "like", clip)
    engine = town.folded.engine
    lesson = Lesson(engine)
    lesson.pasts = {person: array("i", _liked_slots(engine, person)) for person in range(50, 170)}
    model = fit_model(lesson, version="watchers", up_to=0, now_ms=town.ask(MEI).now_ms)
    assert model is not None

    without = ids(town.page(MEI, limit=8, weights=NO_LOT))
    assert abs(without.index(first) - without.index(copy)) == 1, "the two that most people like lead the page"
    engine.adopt(model)
    assert engine.likeness([first, copy]).of(0)[1] > WEIGHTS.copy_likeness
    page = ids(town.page(MEI, limit=8, weights=NO_LOT))
    assert first in page or copy in page
    assert not {first, copy} <= set(page) or abs(page.index(first) - page.index(copy)) > WEIGHTS.copy_gap


def test_where_there_are_only_copies_the_page_is_full_all_the_same(town: Town):
    for author in range(300, 306):
        town.publish(DUMPLINGS, author=author)
    assert len(town.page(MEI, limit=6, weights=NO_LOT)) == 6


def test_what_was_on_the_last_page_keeps_its_copy_off_the_top_of_the_next(town: Town):
    first, copy = (town.publish(DUMPLINGS, author=author) for author in (300, 301))
    for number in range(8):
        town.publish(f"the ferry number{number} crosses river{number}", author=400 + number)
    for person in (50, 51, 52):
        for clip in (first, copy):
            town.log(person, "like", clip)

    page = ids(town.page(MEI, limit=6, served=[first], weights=NO_LOT))
    assert copy not in page[: WEIGHTS.copy_gap]


def _liked_slots(engine: InterestEngine, person: int) -> list[int]:
    return engine.people[person].items["key"].tolist()
