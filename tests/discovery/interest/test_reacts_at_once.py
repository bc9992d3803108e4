"""The claim: what a person lingers on moves the very next page, in a town of 120 clips and 40 people."""

import numpy as np
import pytest

from tests.discovery.interest.town import TOPICS, Town, demo_town

XIAO_LI, LAO_WANG = 901, 902  # newcomers, alike until they watch


@pytest.fixture(scope="module", params=[7, 8, 9])
def lived_in(request: pytest.FixtureRequest) -> Town:
    return demo_town(seed=request.param)


def watch_five(town: Town, person_id: int, topic: str) -> None:
    unseen = [clip for clip in town.of_topic(topic) if clip not in town.engine.seen(person_id)]
    for clip in unseen[:5]:
        town.dwell(person_id, clip)


def share_of(town: Town, person_id: int, topic: str, size: int = 6) -> float:
    return town.topics(town.page(person_id, size)).count(topic) / size


def test_two_newcomers_dwell_on_different_topics_and_part_ways(lived_in: Town) -> None:
    assert lived_in.page(XIAO_LI) == lived_in.page(LAO_WANG)

    watch_five(lived_in, XIAO_LI, "pottery")
    watch_five(lived_in, LAO_WANG, "trains")

    assert share_of(lived_in, XIAO_LI, "pottery") >= 0.5
    assert share_of(lived_in, LAO_WANG, "trains") >= 0.5
    assert not set(lived_in.page(XIAO_LI)) & set(lived_in.page(LAO_WANG))


@pytest.mark.parametrize("topic", TOPICS)
def test_five_clips_are_enough_in_a_town_where_nobody_has_watched(topic: str) -> None:
    town = Town()
    town.publish_many(120)

    watch_five(town, XIAO_LI, topic)

    assert share_of(town, XIAO_LI, topic) >= 0.5


def test_a_life_of_one_taste_turns_within_a_sitting(lived_in: Town) -> None:
    regular, liked = 5, sorted(Town.liked_by(5))
    other = next(topic for topic in TOPICS if topic not in liked and topic != "pottery")
    before = share_of(lived_in, regular, other, size=10)

    watch_five(lived_in, regular, other)

    assert share_of(lived_in, regular, other, size=10) >= max(0.4, before + 0.3)


def test_people_with_a_past_see_what_they_like(lived_in: Town) -> None:
    liked = [
        topic in Town.liked_by(person) for person in range(20, 41) for topic in lived_in.topics(lived_in.page(person))
    ]

    assert sum(liked) / len(liked) > 0.6  # a fifth by chance


def test_swipes_push_a_topic_down() -> None:
    town = Town()
    town.publish_many(120)
    watch_five(town, XIAO_LI, "opera")
    before = share_of(town, XIAO_LI, "opera")

    for clip in [clip for clip in town.page(XIAO_LI, 20) if town.clips[clip] == "opera"][:3]:
        town.swipe(XIAO_LI, clip)

    assert share_of(town, XIAO_LI, "opera") < before


def test_a_topic_that_was_only_thrown_away_gives_way_to_the_unknown() -> None:
    town = Town()
    town.publish_many(120)
    before = share_of(town, XIAO_LI, "opera", size=60)

    for clip in town.of_topic("opera")[:4]:
        town.swipe(XIAO_LI, clip)

    assert before > 0
    assert share_of(town, XIAO_LI, "opera", size=50) == 0


@pytest.mark.parametrize(("kind", "most"), [("not_interested", 4), ("fewer_like_this", 0)])
def test_the_buttons_push_a_loved_topic_down_and_hide_the_clip(kind: str, most: int) -> None:
    town = Town()
    town.publish_many(240)
    watch_five(town, XIAO_LI, "chess")
    clip = next(clip for clip in town.page(XIAO_LI) if town.clips[clip] == "chess")
    before = town.topics(town.page(XIAO_LI, 10)).count("chess")

    town.act(XIAO_LI, clip, kind)

    assert before >= 7
    assert town.topics(town.page(XIAO_LI, 10)).count("chess") <= most
    assert clip in town.engine.hidden(XIAO_LI)


def test_fewer_like_this_outlasts_a_long_love_of_the_topic() -> None:
    town = Town()
    town.publish_many(400)
    for clip in town.of_topic("tea")[:25]:
        town.dwell(XIAO_LI, clip)
        town.act(XIAO_LI, clip, "like")
    town.engine.fewer_like(person_id=XIAO_LI, item_id=town.of_topic("tea")[30], at_ms=town.now_ms)
    for clip in [clip for clip, topic in town.clips.items() if topic != "tea"][:20]:
        town.swipe(XIAO_LI, clip)

    assert share_of(town, XIAO_LI, "tea", size=20) <= 0.1


def test_following_brings_the_authors_other_clips() -> None:
    town = Town()
    town.publish_many(100)
    potter = [town.publish(topic, author_id=700) for topic in ("kites", "tea", "opera", "trains")]
    before = [clip in town.page(XIAO_LI, 20) for clip in potter[1:]]

    town.act(XIAO_LI, potter[0], "follow_author")

    after = [clip in town.page(XIAO_LI, 20) for clip in potter[1:]]
    assert sum(before) <= 1
    assert all(after)


def test_a_follow_is_felt_at_once_and_remembered_for_long() -> None:
    town = Town()
    town.publish_many(100)
    potter = [town.publish(topic, author_id=700) for topic in ("kites", "tea")]
    town.act(XIAO_LI, potter[0], "follow_author")

    def weights_of_the_potter() -> list[float]:
        taste = town.engine.taste(XIAO_LI, now_ms=town.now_ms)
        return taste.token_weights[taste.tokens == town.engine.content.token_slots[700]].tolist()

    watched_at_first, wished_at_first = weights_of_the_potter()
    for clip in list(town.clips)[:100]:
        town.dwell(XIAO_LI, clip)
    *_, wished_at_last = weights_of_the_potter()

    town.act(LAO_WANG, potter[0], "finish")
    assert watched_at_first > max(i.weight for i in town.engine.interests(person_id=LAO_WANG, now_ms=town.now_ms))
    assert wished_at_last > 0.9 * wished_at_first > 0


def test_the_same_dwell_says_less_from_who_lingers_on_everything() -> None:
    town = Town()
    town.publish_many(120)
    first, *_, last = town.clips
    half_ms = town.length_ms(last) / 2
    for clip in list(town.clips)[:40]:
        town.dwell(XIAO_LI, clip)
    town.swipe(LAO_WANG, first)

    assert town.act(XIAO_LI, last, "dwell", half_ms) < 0 < town.act(LAO_WANG, last, "dwell", half_ms)


def test_fewer_like_the_first_of_its_kind_holds_for_those_that_come_later() -> None:
    town = Town()
    town.publish_many(50)
    engine, now_ms = town.engine, town.now_ms
    engine.add_item(item_id=1, author_id=800, tokens=["#snails", "slow"], duration_ms=9000, published_at_ms=now_ms)
    engine.fewer_like(person_id=XIAO_LI, item_id=1, at_ms=now_ms)
    engine.add_item(item_id=2, author_id=801, tokens=["#snails", "shell"], duration_ms=9000, published_at_ms=now_ms)
    for clip in list(town.clips)[:25]:
        town.swipe(XIAO_LI, clip)

    assert engine.score(person_id=XIAO_LI, item_ids=[2], now_ms=town.now_ms)[0] < -1.0


def test_a_clip_that_nobody_has_seen_is_found_by_its_words() -> None:
    town = demo_town()
    watch_five(town, XIAO_LI, "gardens")
    newcomer_clip = town.publish("gardens")

    found = town.engine.candidates(person_id=XIAO_LI, now_ms=town.now_ms, limit=60, rng=np.random.default_rng(0))

    place = [each.item_id for each in found].index(newcomer_clip)
    assert found[place].source == "content"
    assert place < 10


def test_what_others_watched_next_is_found_without_a_common_word() -> None:
    town = Town()
    town.publish_many(60)
    pot, lute = town.publish("pottery", author_id=501), town.publish("opera", author_id=502)
    for viewer in range(1, 30):
        town.dwell(viewer, pot)
        town.dwell(viewer, lute)
        town.swipe(viewer, 1000 + viewer)

    town.dwell(XIAO_LI, pot)

    best = town.engine.candidates(person_id=XIAO_LI, now_ms=town.now_ms, limit=10, rng=np.random.default_rng(0))[0]
    assert (best.item_id, best.source) == (lute, "similar")


def test_without_a_person_popularity_and_freshness_speak_alone() -> None:
    town = demo_town()
    watch_five(town, XIAO_LI, "cats")
    unwatched = 999

    personal = town.engine.score(person_id=XIAO_LI, item_ids=list(town.clips), now_ms=town.now_ms)
    plain = town.engine.score(person_id=XIAO_LI, item_ids=list(town.clips), now_ms=town.now_ms, personal=False)
    newcomers = town.engine.score(person_id=unwatched, item_ids=list(town.clips), now_ms=town.now_ms)

    assert plain.tolist() == newcomers.tolist() != personal.tolist()
    assert not set(town.page(XIAO_LI, personal=False)) & town.engine.seen(XIAO_LI)
