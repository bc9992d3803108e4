"""Which renditions a source is worth."""

from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from miaohui.media.videos.ffmpeg.plan_ladder import plan_ladder
from miaohui.media.videos.ffmpeg.probe import MediaProbe

PHONE = MediaProbe(
    container="mov",
    duration_ms=10_000,
    width=1080,
    height=1920,
    rotation=0,
    frame_rate=30.0,
    frame_rate_varies=False,
    video_codec="h264",
    video_profile="High",
    pixel_format="yuv420p",
    is_hdr=False,
    audio_codec="aac",
    audio_profile="LC",
    bit_rate=10_000_000,
)


def planned(**changes):
    return plan_ladder(media=msgspec.structs.replace(PHONE, **changes))


def sizes(plan):
    return {rung.name: (rung.size.width, rung.size.height) for rung in plan.rungs}


def test_a_phone_held_upright_and_sideways():
    assert sizes(planned()) == {"360p": (360, 640), "540p": (540, 960), "720p": (720, 1280)}
    assert sizes(planned(width=1920, height=1080)) == {"360p": (640, 360), "540p": (960, 540), "720p": (1280, 720)}


def test_one_plain_file_starts_at_once_at_540():
    assert planned().progressive.name == "540p"
    assert planned(width=360, height=640).progressive.name == "360p"


@pytest.mark.parametrize(
    ("short_side", "rungs"),
    [
        (720, ["360p", "540p", "720p"]),
        (719, ["360p", "540p", "718p"]),
        (600, ["360p", "540p"]),
        (480, ["360p", "480p"]),
        (400, ["360p"]),
        (160, ["160p"]),
    ],
)
def test_nothing_is_enlarged_and_small_steps_are_not_worth_a_rung(short_side, rungs):
    names = [rung.name for rung in planned(width=short_side, height=short_side * 2).rungs]
    assert names == rungs


@given(st.integers(32, 4096), st.integers(32, 4096))
def test_every_rung_is_even_keeps_the_shape_and_grows(width, height):
    rungs = planned(width=width, height=height).rungs
    assert rungs
    for rung in rungs:
        assert rung.size.width % 2 == rung.size.height % 2 == 0
        assert rung.size.width <= width
        assert rung.size.height <= height
        # Two pixels, which is what evenness may cost, on either side.
        scale = rung.short_side / min(width, height)
        assert abs(rung.size.width - width * scale) <= 2 * (1 + width / min(width, height))
        assert abs(rung.size.height - height * scale) <= 2 * (1 + height / min(width, height))
    assert [rung.short_side for rung in rungs] == sorted({rung.short_side for rung in rungs})


@pytest.mark.parametrize(
    ("measured", "constant"),
    [
        (30.0, Fraction(30)),
        (29.995, Fraction(30)),
        (29.97, Fraction(30000, 1001)),
        (23.976, Fraction(24000, 1001)),
        (25.0, Fraction(25)),
        (60.0, Fraction(30)),
        (59.94, Fraction(30000, 1001)),
        (50.0, Fraction(25)),
        (240.0, Fraction(30)),
        (10.0, Fraction(10)),
        (27.3, Fraction(28)),
    ],
)
def test_frames_per_second_are_standard_constant_and_at_most_thirty(measured, constant):
    assert planned(frame_rate=measured).frame_rate == constant


def test_a_keyframe_every_two_seconds():
    assert planned().gop_frames == 60
    assert planned(frame_rate=25.0).gop_frames == 50
