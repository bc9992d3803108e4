"""Cursors of ordered lists."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miaohui.kit.clock import from_ms
from miaohui.kit.paging import InvalidCursor, cut_page, decode_cursor, encode_cursor

MOMENTS = st.integers(0, 253_402_300_799_000).map(from_ms)


@given(MOMENTS, st.integers(1, (1 << 63) - 1))
def test_a_cursor_leads_back_to_its_position(moment, entry_id):
    assert decode_cursor(encode_cursor((moment, entry_id))) == (moment, entry_id)


@given(st.text(max_size=60))
def test_whatever_else_is_refused_and_never_a_fault(text):
    try:
        position = decode_cursor(text)
    except InvalidCursor:
        return
    assert position is not None


@pytest.mark.parametrize("text", ["", "AA", "é", "kgH_", encode_cursor((datetime(2026, 1, 1, tzinfo=UTC), 1)) + "x"])
def test_refused(text):
    with pytest.raises(InvalidCursor):
        decode_cursor(text)


def test_no_cursor_is_the_beginning():
    assert decode_cursor(None) is None


def test_the_entry_too_many_tells_that_there_is_more():
    def position(n):
        return datetime(2026, 1, n, tzinfo=UTC), n

    assert cut_page([3, 2, 1], limit=2, position=position) == ([3, 2], encode_cursor(position(2)))
    assert cut_page([3, 2], limit=2, position=position) == ([3, 2], None)
    assert cut_page([], limit=2, position=position) == ([], None)
