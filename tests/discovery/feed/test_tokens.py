"""What the engine reads of a caption."""

from hypothesis import given
from hypothesis import strategies as st

from miaohui.discovery.feed.tokens import MAX_TOKEN_CHARS, MAX_TOKENS, caption_tokens
from miaohui.discovery.interest import Memory
from miaohui.media.videos.captions import find_topics


def test_a_chinese_caption_becomes_its_words():
    tokens = caption_tokens("今天在南京西路吃小笼包")

    assert tokens == ["南京", "西路", "吃", "小笼包"]


def test_an_english_caption_becomes_folded_words_without_filler():
    assert caption_tokens("The BEST street-food of Grandma's, don't miss it") == [
        "best",
        "street-food",
        "grandma",
        "dont",
        "miss",
    ]


def test_a_hashtag_counts_as_itself_and_as_its_words_and_comes_first():
    caption = "夜市 #上海小吃 so good #Cats"

    assert caption_tokens(caption, find_topics(caption)) == [
        "#上海小吃",
        "#cats",
        "上海",
        "小吃",
        "cats",
        "夜市",
        "good",
    ]


def test_people_links_numbers_and_signs_say_nothing():
    assert caption_tokens("@mei.01 https://example.test/x?y=1 12345 🐱 !! a") == []


def test_the_engine_keeps_every_token_that_is_handed_to_it():
    assert Memory().tokens_per_item >= MAX_TOKENS


@given(st.text(max_size=400))
def test_whatever_is_written_yields_few_short_distinct_tokens(caption: str):
    tokens = caption_tokens(caption, find_topics(caption))

    assert len(tokens) == len(set(tokens)) <= MAX_TOKENS
    assert all(0 < len(token) <= MAX_TOKEN_CHARS + 1 and not token.isspace() for token in tokens)


def test_a_caption_of_a_megabyte_costs_no_more_than_a_long_one():
    assert caption_tokens("茶" * 1_000_000) == caption_tokens("茶" * 4000)


def test_half_a_surrogate_pair_is_no_word_and_no_fault():
    assert caption_tokens("茶 \ud800") == ["茶"]
