"""The town's words: every clip can be drawn, is said in both languages, and is somebody's."""

from collections import Counter

import pytest

from miaohui.demo.clips import IDEAS
from miaohui.demo.drawing.artwork import load_artwork
from miaohui.demo.drawing.lettering import is_chinese
from miaohui.demo.ideas import Idea
from miaohui.demo.people import BY_HANDLE, PEOPLE
from miaohui.demo.programme import caption_of
from miaohui.demo.remarks import ANYWHERE, BY_CLIP, BY_TOPIC
from miaohui.demo.topics import TOPICS
from miaohui.media.videos.captions import clean_caption, find_topics
from miaohui.people.accounts.handles import check_handle
from miaohui.people.accounts.profile_texts import clean_bio, clean_nickname


def test_the_town_is_as_large_as_promised() -> None:
    assert len(IDEAS) >= 120
    assert len({idea.key for idea in IDEAS}) == len(IDEAS)
    assert len(PEOPLE) == 40
    per_topic = Counter(idea.topic for idea in IDEAS)
    assert set(per_topic) == set(TOPICS)
    assert min(per_topic.values()) >= 10


@pytest.mark.parametrize("idea", IDEAS, ids=lambda idea: idea.key)
def test_a_clip_speaks_both_languages_and_can_be_drawn(idea: Idea) -> None:
    assert is_chinese(idea.caption_zh)
    assert is_chinese(idea.title_zh)
    assert not is_chinese(idea.caption_en)
    assert not is_chinese(idea.title_en)
    assert len(idea.caption_en) > 30
    assert idea.author in BY_HANDLE
    assert 2 <= idea.verses <= 6
    for code in idea.heroes:
        assert load_artwork(code, size_px=16).getbbox() is not None


@pytest.mark.parametrize("idea", IDEAS, ids=lambda idea: idea.key)
def test_the_product_takes_the_caption_as_it_is_and_finds_its_hashtags(idea: Idea) -> None:
    caption = caption_of(idea)

    assert clean_caption(caption) == caption
    assert set(TOPICS[idea.topic].tags) <= set(find_topics(caption))
    leads, follows = (idea.caption_zh, idea.caption_en) if idea.lead == "zh" else (idea.caption_en, idea.caption_zh)
    assert caption.index(leads) < caption.index(follows)


def test_both_languages_lead_often() -> None:
    leads = Counter(idea.lead for idea in IDEAS)
    assert min(leads.values()) > len(IDEAS) / 4


def test_the_people_are_whom_the_product_would_accept() -> None:
    for person in PEOPLE:
        assert check_handle(person.handle) == person.handle
        assert clean_nickname(person.nickname) == person.nickname
        assert clean_bio(person.bio) == person.bio
        assert set(person.interests) <= set(TOPICS)
    assert {"mei", "omar", "lena"} <= set(BY_HANDLE)
    assert any(person.age_years < 18 for person in PEOPLE)


def test_every_topic_has_people_who_care_and_things_to_say() -> None:
    for topic in TOPICS:
        assert sum(person.interests.get(topic, 0) >= 0.5 for person in PEOPLE) >= 3
        assert len(BY_TOPIC[topic]) >= 6
    assert set(BY_CLIP) <= {idea.key for idea in IDEAS}
    for remark in [*ANYWHERE, *(each for lines in BY_TOPIC.values() for each in lines)]:
        assert is_chinese(remark.zh)
        assert not is_chinese(remark.en)
        assert bool(remark.answer_zh) == bool(remark.answer_en)
