"""The same acts in the same order give the same state, bit for bit; a snapshot plus the rest equals the live state."""

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miaohui.discovery.interest import Action, Blend, InterestEngine, Memory
from miaohui.discovery.interest.actions import WORTH
from miaohui.discovery.interest.snapshot import SnapshotUnreadable, load, pack, save, unpack
from tests.discovery.interest.town import MONDAY_MS, demo_town

# Small bounds, so that short stories reach every eviction.
TIGHT = Memory(
    items_per_person=6,
    tokens_per_person=9,
    wishes_per_person=4,
    seen_per_person=12,
    neighbour_widths=(2, 3, 5),
    tokens_per_item=4,
    postings_per_token=3,
    board_size=4,
    exploration_budget=3,
)


class Publish(msgspec.Struct, frozen=True):
    item: int
    author: int
    words: tuple[int, ...]
    length_ms: int


class Remove(msgspec.Struct, frozen=True):
    item: int


class Do(msgspec.Struct, frozen=True):
    person: int
    item: int
    kind: str
    dwell_ms: float | None
    wait_ms: int


class Forget(msgspec.Struct, frozen=True):
    person: int
    keep_seen: bool


class Pause(msgspec.Struct, frozen=True):
    person: int
    paused: bool


Step = Publish | Remove | Do | Forget | Pause

items = st.integers(1, 15)
people = st.integers(1, 4)
do = st.builds(
    Do,
    person=people,
    item=items,
    kind=st.sampled_from([*WORTH, "unheard_of"]),
    dwell_ms=st.none() | st.floats(-10, 1e6) | st.just(float("nan")),
    wait_ms=st.integers(-(10**9), 10**10),
)
publish = st.builds(
    Publish,
    item=items,
    author=st.integers(1, 3),
    words=st.lists(st.integers(0, 12), max_size=6).map(tuple),
    length_ms=st.integers(-1, 700_000),
)
rarer = st.one_of(
    st.builds(Remove, item=items),
    st.builds(Forget, person=people, keep_seen=st.booleans()),
    st.builds(Pause, person=people, paused=st.booleans()),
)
stories = st.lists(st.one_of(do, do, do, publish, publish, rarer), max_size=120)


class Teller:
    """Tells a story to an engine, ids as `named` makes them."""

    def __init__(self, engine: InterestEngine, *, now_ms: int = MONDAY_MS, renamed: bool = False) -> None:
        self.engine = engine
        self.now_ms = now_ms
        self.renamed = renamed

    def item(self, number: int) -> int:
        return 10**18 - 7919 * number if self.renamed else number

    def person(self, number: int) -> int:
        return 10**17 - 104_729 * number if self.renamed else 50 + number

    def word(self, number: int) -> str:
        return f"词{-number}" if self.renamed else f"w{number}"

    def tell(self, story: list[Step]) -> None:
        for step in story:
            match step:
                case Publish():
                    self.engine.add_item(
                        item_id=self.item(step.item),
                        author_id=self.person(step.author),
                        tokens=[self.word(word) for word in step.words],
                        duration_ms=step.length_ms,
                        published_at_ms=self.now_ms,
                    )
                case Remove():
                    self.engine.remove_item(self.item(step.item))
                case Forget():
                    self.engine.forget(self.person(step.person), keep_seen=step.keep_seen)
                case Pause():
                    self.engine.pause(person_id=self.person(step.person), paused=step.paused, at_ms=self.now_ms)
                case Do():
                    self.now_ms += step.wait_ms
                    self.engine.observe(
                        Action(
                            person_id=self.person(step.person),
                            item_id=self.item(step.item),
                            kind=step.kind,
                            dwell_ms=step.dwell_ms,
                            at_ms=self.now_ms,
                        )
                    )

    def pages(self) -> list[list[tuple[int, str, float]]]:
        """Everybody's candidates, as numbers of the story."""
        number = {self.item(n): n for n in range(16)}
        return [
            [
                (number[each.item_id], each.source, each.score)
                for each in self.engine.candidates(
                    person_id=self.person(person),
                    now_ms=self.now_ms,
                    limit=10,
                    rng=np.random.default_rng(person),
                )
            ]
            for person in range(5)
        ]


@settings(max_examples=150, deadline=None)
@given(story=stories, cut=st.integers(0, 120))
def test_a_snapshot_plus_the_rest_equals_the_live_state(story: list[Step], cut: int) -> None:
    live = Teller(InterestEngine(memory=TIGHT))
    live.tell(story[:cut])
    restored, position = unpack(pack(live.engine, position=cut), memory=TIGHT)
    follower = Teller(restored, now_ms=live.now_ms)
    assert position == cut
    assert follower.pages() == live.pages()

    live.tell(story[cut:])
    follower.tell(story[cut:])

    assert pack(follower.engine, position=0) == pack(live.engine, position=0)
    assert follower.pages() == live.pages()


@settings(max_examples=100, deadline=None)
@given(story=stories)
def test_names_do_not_matter_and_scores_are_finite(story: list[Step]) -> None:
    one = Teller(InterestEngine(memory=TIGHT))
    other = Teller(InterestEngine(memory=TIGHT), renamed=True)
    one.tell(story)
    other.tell(story)

    assert one.pages() == other.pages()
    for person in range(1, 5):
        scores = one.engine.score(person_id=one.person(person), item_ids=range(16), now_ms=one.now_ms)
        assert np.isfinite(scores).all()
        assert np.isfinite(
            [i.weight for i in one.engine.interests(person_id=one.person(person), now_ms=one.now_ms)]
        ).all()


@settings(max_examples=100, deadline=None)
@given(story=stories)
def test_seen_and_hidden_items_are_never_served(story: list[Step]) -> None:
    teller = Teller(InterestEngine(memory=TIGHT))
    teller.tell(story)
    for person in range(1, 5):
        person_id, rng = teller.person(person), np.random.default_rng(person)
        never = teller.engine.hidden(person_id)
        proposed = {
            each.item_id
            for each in teller.engine.candidates(
                person_id=person_id, now_ms=teller.now_ms, limit=50, rng=rng, allow_seen=True
            )
        }
        drawn = {
            each.item_id for each in teller.engine.explore(person_id=person_id, now_ms=teller.now_ms, count=9, rng=rng)
        }
        assert not never & (proposed | drawn)
        assert not teller.engine.seen(person_id) & drawn


def test_a_long_history_is_restored_with_its_units() -> None:
    town = demo_town()
    for clip in list(town.clips)[:50]:
        town.dwell(3, clip)
    restored, _ = unpack(pack(town.engine, position=0))
    scores = town.engine.score(person_id=3, item_ids=list(town.clips), now_ms=town.now_ms)

    assert restored.people[3].base_clips > 0
    assert restored.score(person_id=3, item_ids=list(town.clips), now_ms=town.now_ms).tolist() == scores.tolist()


def test_serving_changes_nothing() -> None:
    town = demo_town()
    before = pack(town.engine, position=0)
    for person in range(1, 41):
        page = town.page(person, 20)
        town.engine.why(person_id=person, item_id=page[0], now_ms=town.now_ms)
        town.engine.explore(person_id=person, now_ms=town.now_ms, count=3, rng=np.random.default_rng(0))
        town.engine.interests(person_id=person, now_ms=town.now_ms)

    assert pack(town.engine, position=0) == before


def test_the_hash_seed_does_not_matter() -> None:
    script = (
        "import zlib\n"
        "from miaohui.discovery.interest.snapshot import pack\n"
        "from tests.discovery.interest.town import demo_town\n"
        "town = demo_town()\n"
        "print(zlib.crc32(pack(town.engine, position=0)), town.page(3, 30))\n"
    )
    root = str(Path(__file__).parents[3])
    told = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": root},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(told) == 1


def test_a_file_is_replaced_whole_and_read_back(tmp_path: Path) -> None:
    town = demo_town()
    path = tmp_path / "interest.snapshot"
    save(town.engine, path, position=1)
    town.dwell(3, town.page(3)[0])
    save(town.engine, path, position=2)

    restored, position = load(path)

    assert position == 2
    assert pack(restored, position=2) == path.read_bytes()
    assert [each.name for each in tmp_path.iterdir()] == ["interest.snapshot"]


def test_a_damaged_snapshot_is_refused() -> None:
    data = pack(demo_town().engine, position=9)

    for damaged in (b"", data[:-1], data[: len(data) // 2], b"XXXX" + data[4:], data[:40] + b"\0" + data[41:]):
        with pytest.raises(SnapshotUnreadable):
            unpack(damaged)


def test_a_snapshot_of_another_memory_is_refused_and_another_blend_is_welcome() -> None:
    town = demo_town()
    data = pack(town.engine, position=9)

    with pytest.raises(SnapshotUnreadable):
        unpack(data, memory=Memory(half_life_ms=5.0))
    restored, _ = unpack(data, blend=Blend(popular=0.0))
    assert restored.version != town.engine.version
