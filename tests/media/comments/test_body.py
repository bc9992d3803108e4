"""What a comment's text may be: pure, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miaohui.media.comments.body import LONGEST, InvalidComment, clean_body, grapheme_count

FAMILY = "👨‍👩‍👧‍👦"


def test_a_comment_is_trimmed_and_keeps_its_line_breaks():
    assert clean_body("  糖画真好看！\r\n哪里买？\n\n\n\n谢谢 \n") == "糖画真好看！\n哪里买？\n\n谢谢"


def test_500_characters_are_counted_as_a_reader_counts_them():
    assert clean_body(FAMILY * LONGEST) == FAMILY * LONGEST
    assert clean_body("é" * LONGEST) == "é" * LONGEST
    for one_too_many in (FAMILY * (LONGEST + 1), "庙" * (LONGEST + 1)):
        with pytest.raises(InvalidComment):
            clean_body(one_too_many)


def test_a_book_in_the_marks_above_a_letter_is_too_long():
    with pytest.raises(InvalidComment):
        clean_body("z" + "\u0301" * 5000)


@pytest.mark.parametrize(
    "nothing", ["", " \n\t ", "\u200b", "\u200d\u200d", "\u3164", "\u2800 \u2800", "\u0301", "\ufe0f"]
)
def test_what_nobody_can_see_is_no_comment(nothing: str):
    with pytest.raises(InvalidComment):
        clean_body(nothing)


@pytest.mark.parametrize(
    "control", ["\x00", "\x07", "\x1b[31m", "\x7f", "\x85", "\u202e", "\u2066", "\u2028", "\ud800"]
)
def test_control_characters_are_refused(control: str):
    with pytest.raises(InvalidComment):
        clean_body(f"好{control}看")


@given(st.text(max_size=600))
def test_a_kept_text_is_kept_unchanged_when_sent_again(text: str):
    try:
        kept = clean_body(text)
    except InvalidComment:
        return
    assert clean_body(kept) == kept
    assert 1 <= grapheme_count(kept) <= LONGEST
    kept.encode()
