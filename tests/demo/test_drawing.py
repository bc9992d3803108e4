"""The drawn worlds: the same twice, in motion, without a jump where the cycle closes."""

import numpy as np
import pytest
from PIL import Image, ImageChops

from miaohui.demo.avatars import SIZE, draw_avatar
from miaohui.demo.clips import IDEAS
from miaohui.demo.drawing.motion import Moment
from miaohui.demo.drawing.worlds.world import Draw
from miaohui.demo.people import PEOPLE
from miaohui.demo.topics import TOPICS

A_FRAME = 1 / 84
EVERY_ACT = {(idea.topic, idea.act): idea for idea in IDEAS}


def draw_of(topic: str, act: int, *, seed: int = 11) -> Draw:
    return TOPICS[topic].world(EVERY_ACT[topic, act], seed=seed)


def at(phase: float, *, verse: int = 0) -> Moment:
    # In the middle of the verse, where the lettering stands still.
    return Moment(phase=phase, verse=verse, second=1.9, span=3.5, beats=8)


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean distance of two pictures in 0..255."""
    return float(np.asarray(ImageChops.difference(one, other), dtype=np.float64).mean())


@pytest.mark.parametrize(("topic", "act"), sorted(EVERY_ACT), ids=str)
def test_a_scene_moves_closes_its_cycle_and_is_the_same_twice(topic: str, act: int) -> None:
    draw = draw_of(topic, act)
    frames = [draw(at(phase)) for phase in (0.0, 0.3, 0.6)]

    assert frames[0].size == (540, 960)
    assert frames[0].mode == "RGB"
    assert difference(frames[0], frames[1]) > 1
    assert difference(frames[1], frames[2]) > 1
    # Some scenes flip on the beat; the seam, which is a beat too, must be no harder than the others.
    beats = [difference(draw(at(beat / 8 - A_FRAME)), draw(at(beat / 8))) for beat in range(1, 8)]
    assert difference(draw(at(1 - A_FRAME)), frames[0]) < 1.5 * max(beats) + 0.5
    assert difference(draw_of(topic, act)(at(0.3)), frames[1]) == 0


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_the_title_is_there_in_both_languages(topic: str) -> None:
    draw = draw_of(topic, min(act for each, act in EVERY_ACT if each == topic))

    assert difference(draw(at(0.5)), draw(at(0.5, verse=1))) > 0.3


def test_no_two_worlds_look_alike() -> None:
    pictures = [
        draw_of(topic, 0)(at(0.5)).resize((9, 16), Image.Resampling.BOX) for topic in TOPICS if (topic, 0) in EVERY_ACT
    ]

    nearest = min(difference(one, other) for place, one in enumerate(pictures) for other in pictures[place + 1 :])
    assert nearest > 15


def test_nobody_shares_an_avatar() -> None:
    drawn = {draw_avatar(person.portrait) for person in PEOPLE}

    assert len(drawn) == len(PEOPLE)
    assert SIZE >= 256
