"""A person's choice of beginning, end and cover against what the source holds."""

import pytest

from miaohui.media.videos.ffmpeg.cut import choose_cut, is_whole
from miaohui.media.videos.ffmpeg.refusals import CutUnusable


@pytest.fixture(scope="session")
def media(studio):
    return studio.look(studio.clip("long.mp4", seconds=4))


def test_no_choice_is_the_whole(media):
    cut = choose_cut(media=media, start_ms=None, end_ms=None, cover_ms=None)
    assert (cut.start_ms, cut.end_ms, cut.cover_ms) == (0, 4000, 0)
    assert is_whole(cut, media)


def test_a_browser_that_rounds_the_end_upwards_means_the_end(media):
    assert is_whole(choose_cut(media=media, start_ms=0, end_ms=4080, cover_ms=4080), media)


def test_the_cover_is_the_beginning_of_the_cut_unless_chosen(media):
    assert choose_cut(media=media, start_ms=1500, end_ms=3000, cover_ms=None).cover_ms == 1500


@pytest.mark.parametrize(
    ("start_ms", "end_ms", "cover_ms"),
    [
        (-1, None, None),
        (0, 4200, None),
        (3000, 3100, None),
        (3000, 2000, None),
        (4000, None, None),
        (1000, 2000, 500),
        (0, 2000, 3000),
    ],
)
def test_what_lies_outside_is_refused_with_the_length(media, start_ms, end_ms, cover_ms):
    with pytest.raises(CutUnusable) as caught:
        choose_cut(media=media, start_ms=start_ms, end_ms=end_ms, cover_ms=cover_ms)
    assert caught.value.data == {"duration_ms": 4000}
