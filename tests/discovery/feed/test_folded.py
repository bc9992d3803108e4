"""The state as a function of the log: snapshot and later rows equal a life without a stop, bit for bit."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from miaohui.discovery.feed.catalogue import Catalogue
from miaohui.discovery.feed.folded import FoldedInterest
from miaohui.discovery.feed.signal_log import ItemFacts, LoggedSignal
from miaohui.kit.clock import ManualClock, to_ms
from tests.conftest import A_SPRING_EVENING
from tests.discovery.feed.town import Town

MEI = 1
WATCHED = (
    "impression",
    "dwell",
    "finish",
    "replay",
    "swipe_away",
    "not_interested",
    "fewer_like_this",
    "like",
    "unlike",
)
WISHES = ("reset", "pause", "resume", "erase")


@st.composite
def logs(draw: st.DrawFn) -> list[LoggedSignal]:
    """Any history of a town: clips come, change and go while people watch, decide and leave."""
    town = Town(ManualClock(A_SPRING_EVENING))
    captions = st.sampled_from(["茶 #tea", "猫 #cats 喵", "灯笼 #lanterns night", "no tag at all"])
    for _ in range(draw(st.integers(0, 40))):
        item_id, person = draw(st.integers(1001, 1008)), draw(st.integers(1, 4))
        match draw(st.sampled_from(["publish", "publish", "watch", "watch", "watch", "watch", "remove", "wish"])):
            case "publish":
                town.publish(draw(captions), author=draw(st.integers(1, 4)), item_id=item_id)
            case "watch":
                dwell_ms = draw(st.none() | st.integers(0, 86_400_000))
                town.log(person, draw(st.sampled_from(WATCHED)), item_id, dwell_ms=dwell_ms, duration_ms=10_000)
            case "remove":
                town.log(person, "removed", item_id)
            case "wish":
                town.log(person, draw(st.sampled_from(WISHES)))
    return town.rows


@settings(max_examples=150, deadline=None)
@given(logs(), st.data())
def test_a_snapshot_and_the_later_rows_equal_a_life_without_a_stop(rows: list[LoggedSignal], data: st.DataObject):
    cut = data.draw(st.integers(0, len(rows)))
    lived = FoldedInterest()
    lived.fold(rows)

    stopped = FoldedInterest()
    stopped.fold(rows[:cut])
    restarted = FoldedInterest.unpacked(stopped.packed())
    restarted.fold(rows)

    assert restarted.seq == lived.seq
    assert restarted.packed() == lived.packed()
    assert restarted.catalogue.items == lived.catalogue.items


@settings(max_examples=100, deadline=None)
@given(logs())
def test_the_catalogue_out_of_the_engine_is_the_one_that_was_kept(rows: list[LoggedSignal]):
    lived = FoldedInterest()
    lived.fold(rows)

    rebuilt = Catalogue.of_engine(lived.engine)

    assert rebuilt.items == lived.catalogue.items
    assert list(rebuilt.newest_of(range(5))) == list(lived.catalogue.newest_of(range(5)))


@settings(max_examples=50, deadline=None)
@given(logs(), st.data())
def test_rows_are_folded_once_however_often_they_come(rows: list[LoggedSignal], data: st.DataObject):
    once, often = FoldedInterest(), FoldedInterest()
    once.fold(rows)

    for _ in range(3):
        end = data.draw(st.integers(0, len(rows)))
        often.fold(rows[:end])
    often.fold(rows)

    assert often.packed() == once.packed()


def test_a_reset_forgets_interests_and_keeps_what_was_seen(town: Town):
    tea = [town.publish("茶 #tea", author=7) for _ in range(3)]
    town.watch(MEI, tea[0])
    town.log(MEI, "not_interested", tea[1])
    assert town.folded.engine.interests(person_id=MEI, now_ms=0) != []

    town.log(MEI, "reset")

    assert town.folded.engine.interests(person_id=MEI, now_ms=0) == []
    assert town.folded.engine.seen(MEI) == {tea[0], tea[1]}
    assert town.folded.engine.hidden(MEI) == {tea[1]}


def test_while_paused_nothing_is_learned(town: Town):
    tea, cat = town.publish("茶 #tea", author=7), town.publish("猫 #cats", author=8)
    town.publish("茶 #tea #cats", author=9)
    town.log(MEI, "pause")
    town.watch(MEI, tea)
    assert town.folded.engine.interests(person_id=MEI, now_ms=0) == []

    town.log(MEI, "resume")
    town.watch(MEI, cat)

    assert [each.token for each in town.folded.engine.interests(person_id=MEI, now_ms=0) if each.token] != []
    assert town.folded.engine.seen(MEI) == {tea, cat}


def test_who_is_erased_leaves_nothing_even_after_a_pause(town: Town):
    tea = town.publish("茶 #tea", author=7)
    town.watch(MEI, tea)
    town.log(MEI, "pause")

    town.log(MEI, "erase")

    assert MEI not in town.folded.engine.people


def test_followed_authors_clips_come_newest_first_from_behind_a_place(town: Town):
    clips = [town.publish("茶", author=author) for author in (7, 8, 7, 9, 8)]
    catalogue = town.folded.catalogue
    place = (catalogue.items[clips[2]].published_at_ms, clips[2])

    assert [each.item_id for each in catalogue.newest_of([7, 8])] == [clips[4], clips[2], clips[1], clips[0]]
    assert [each.item_id for each in catalogue.newest_of([7, 8], before=place)] == [clips[1], clips[0]]
    assert list(catalogue.newest_of([404])) == []


def test_an_author_who_changes_a_caption_does_not_become_two(town: Town):
    clip = town.publish("茶 #tea", author=7)

    town.publish("猫 #cats", author=7, item_id=clip)

    assert [each.topics for each in town.folded.catalogue.newest_of([7])] == [("cats",)]


def test_notes_rooms_and_stores_share_the_item_space_and_keep_to_their_pages(town: Town):
    clips = [town.publish("茶 #tea", author=100 + number) for number in range(6)]
    others = {}
    for number, kind in enumerate(("note", "room", "store", "goods")):
        for place, topic in enumerate(("#tea", "#cats")):
            item_id = others[kind, topic] = 5000 + 10 * number + place
            facts = ItemFacts(kind=kind, tokens=(topic,), duration_ms=0, published_at_ms=to_ms(town.clock.now()))
            town.log(300 + number, "published", item_id, facts=facts)
    town.watch(MEI, clips[0])
    town.watch(MEI, clips[1])

    assert {each.listed.kind for each in town.page(MEI, limit=20)} == {"video"}
    for kind in ("note", "room", "store", "goods"):
        found = town.folded.engine.candidates(
            person_id=MEI, now_ms=to_ms(town.clock.now()), limit=5, rng=np.random.default_rng(1), kind=kind
        )
        assert [each.item_id for each in found] == [others[kind, "#tea"], others[kind, "#cats"]], kind
    again = FoldedInterest.unpacked(town.folded.packed())
    assert again.catalogue.of_kind == town.folded.catalogue.of_kind
    town.take_down(others["room", "#tea"], author=301)
    assert town.folded.catalogue.listed(others["room", "#tea"]) is None
