import numpy as np
import pytest

from miaohui.discovery.interest.content import Content
from miaohui.discovery.interest.weights import Memory


def cosine(content: Content, one: int, other: int) -> float:
    tokens, values = content.vectors(np.array([one, other], dtype=np.int32))
    dense = np.zeros((2, len(content.labels)))
    for row in range(2):
        np.add.at(dense[row], tokens[row], values[row])
    return float(dense[0] @ dense[1])


@pytest.fixture
def content() -> Content:
    shelf = Content(Memory())
    captions = [
        ["#cats", "sleep", "sofa"],
        ["#cats", "jump", "sofa"],
        ["#noodles", "soup", "evening"],
        ["#noodles", "hand", "evening"],
        ["#tea", "evening"],
    ]
    for slot, words in enumerate(captions):
        shelf.put(slot, author_id=slot % 2, tokens=words)
    return shelf


def test_a_caption_is_a_unit_vector_near_its_own_topic(content: Content) -> None:
    _, values = content.vectors(np.arange(5, dtype=np.int32))

    np.testing.assert_allclose((values**2).sum(axis=1), 1.0)
    assert cosine(content, 0, 1) > cosine(content, 0, 2)
    assert cosine(content, 2, 3) > cosine(content, 3, 4) > 0


def test_rare_company_weighs_more_than_a_common_word_and_a_lone_word_nothing(content: Content) -> None:
    sofa, evening, soup = (content.token_slots[word] for word in ("sofa", "evening", "soup"))
    weights = content.omega(np.array([sofa, evening, soup], dtype=np.int32))

    assert weights[0] == pytest.approx(np.log(6 / 2) * 0.5)
    assert weights[2] == 0


def test_a_clip_like_no_other_has_no_direction(content: Content) -> None:
    content.put(5, author_id=77, tokens=["unheard"])
    _, values = content.vectors(np.array([5], dtype=np.int32))

    assert not values.any()


def test_clips_of_one_author_are_a_little_alike(content: Content) -> None:
    content.put(5, author_id=9, tokens=["#kites", "wind"])
    content.put(6, author_id=9, tokens=["#chess", "evening"])
    content.put(7, author_id=8, tokens=["#chess", "wind"])

    assert 0 < cosine(content, 5, 6) < cosine(content, 6, 7)


def test_a_dropped_clip_leaves_no_counts_and_no_postings(content: Content) -> None:
    before = (content.df[: len(content.labels)].tolist(), content.newest(content.token_slots["evening"]).tolist())
    content.put(5, author_id=0, tokens=["evening", "#cats"])
    content.drop(5)

    assert (
        content.df[: len(content.labels)].tolist(),
        content.newest(content.token_slots["evening"]).tolist(),
    ) == before
    assert content.n_items == 5


def test_words_count_once_and_long_captions_are_cut() -> None:
    content = Content(Memory(tokens_per_item=3))
    content.put(0, author_id=1, tokens=["a", "a", "", "b", "c", "d"])

    assert [content.labels[token] for token in content.tokens_of(0).tolist()] == [1, "a", "b", "c"]


def test_a_frequent_word_leads_to_its_newest_clips_only() -> None:
    content = Content(Memory(postings_per_token=10))
    for slot in range(55):
        content.put(slot, author_id=slot, tokens=["everywhere"])

    assert content.newest(content.token_slots["everywhere"]).tolist() == list(range(45, 55))
