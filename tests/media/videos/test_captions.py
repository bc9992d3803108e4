"""Captions and the hashtags in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miaohui.media.videos.captions import (
    MAX_CAPTION,
    MAX_TOPICS,
    InvalidCaption,
    clean_caption,
    find_topics,
    fold_topic,
)


@pytest.mark.parametrize(
    ("caption", "topics"),
    [
        ("夜市开张 #美食 好热闹", ("美食",)),
        ("at the fair #nightmarket!", ("nightmarket",)),
        ("#话题# 后面的话", ("话题",)),
        ("#美食#夜市#lanterns", ("美食", "夜市", "lanterns")),
        ("全角＃灯笼，也算", ("灯笼",)),
        ("#snake_case #café #Ärger2026", ("snake_case", "café", "Ärger2026")),
        ("#Food and #food and #ＦＯＯＤ are one", ("Food",)),
        ("no tags: C# a#b https://x.example/#top &#39; # alone ## #! #2026", ()),
        ("#" + "长" * 33, ()),
        ("#" + "长" * 32, ("长" * 32,)),
    ],
)
def test_what_is_a_hashtag(caption, topics):
    assert find_topics(caption) == topics


def test_at_most_ten():
    assert len(find_topics(" ".join(f"#tag{n}" for n in range(20)))) == MAX_TOPICS


@given(st.text(max_size=200))
def test_any_text_is_survived(text):
    for topic in find_topics(clean_caption(text)):
        assert topic
        assert fold_topic(topic) == fold_topic(fold_topic(topic))
        assert clean_caption(clean_caption(text)) == clean_caption(text)


def test_a_caption_is_kept_without_what_nobody_sees():
    assert clean_caption("  夜市\u202e  开张\u0000 \r\n\r\n\r\n\r\n  #美食\t\u200b ") == "夜市 开张\n\n#美食"


def test_a_family_stays_together():
    assert clean_caption("👨‍👩‍👧") == "👨‍👩‍👧"


def test_too_long():
    assert clean_caption("灯" * MAX_CAPTION)
    for text in ("灯" * (MAX_CAPTION + 1), "灯\n" * 21 + "灯"):
        with pytest.raises(InvalidCaption):
            clean_caption(text)
