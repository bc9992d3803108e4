"""Kinetic titles: the same words come in, stay and leave in ways that suit a world."""

from collections.abc import Callable
from typing import TypeAlias

from PIL import Image

from miaohui.demo.drawing.lettering import Ink, Letter, set_title
from miaohui.demo.drawing.motion import Moment, clamp, ease_out, kick, leave, overshoot, wave
from miaohui.demo.ideas import Idea

Motion: TypeAlias = Callable[[Image.Image, Letter, float, float, Moment], None]


def set_titles(
    idea: Idea, *, ink: Ink, size_px: int, width_px: int, lines: int = 2, align: str = "middle"
) -> tuple[list[Letter], list[Letter]]:
    """The letters of both verses: the leading language first."""
    first, second = (
        set_title(text, ink=ink, size_px=size_px, width_px=width_px, lines=lines, align=align)
        for text in (idea.title, idea.other_title)
    )
    return first, second


def show_title(
    frame: Image.Image,
    titles: tuple[list[Letter], list[Letter]],
    moment: Moment,
    *,
    at: tuple[float, float],
    motion: Motion,
) -> None:
    """Draw the letters of the present verse around `at`, each moved by `motion`."""
    for letter in titles[moment.verse]:
        motion(frame, letter, at[0] + letter.x, at[1] + letter.y, moment)


def _in(letter: Letter, moment: Moment, *, stagger: float, over: float) -> float:
    return clamp((moment.second - 0.15 - letter.order * stagger) / over)


def _stagger(moment: Moment) -> float:
    return min(0.07, moment.span * 0.012)


def pop(frame: Image.Image, letter: Letter, x: float, y: float, moment: Moment) -> None:
    """Letters jump out one by one, then nod with the beat."""
    share = overshoot(_in(letter, moment, stagger=_stagger(moment), over=0.35), 2.2)
    share *= ease_out(leave(moment, over=0.2))
    size = share * (1 + 0.05 * kick(moment.beat))
    letter.sticker.put(frame, x, y, stretch=(size, size))


def rise(frame: Image.Image, letter: Letter, x: float, y: float, moment: Moment) -> None:
    """Letters float up into place and fade away upwards."""
    share = ease_out(_in(letter, moment, stagger=_stagger(moment), over=0.6))
    gone = leave(moment, over=0.35)
    letter.sticker.put(frame, x, y + 40 * (1 - share) - 14 * (1 - gone), fade=share * gone)


def sway(frame: Image.Image, letter: Letter, x: float, y: float, moment: Moment) -> None:
    """Letters drop in and hang, each swinging a little after its neighbour."""
    share = _in(letter, moment, stagger=_stagger(moment), over=0.5)
    drop = -160 * (1 - overshoot(share, 1.2))
    swing = 5 * wave(moment.phase, 2, letter.order * 0.09)
    letter.sticker.put(frame, x, y + drop, turn=swing, fade=clamp(share * 3) * leave(moment, over=0.25))


def flicker(frame: Image.Image, letter: Letter, x: float, y: float, moment: Moment) -> None:
    """Neon: each letter stutters before it stays lit."""
    lit = moment.second - 0.2 - letter.order * _stagger(moment) * 1.3
    if lit < 0:
        return
    stutter = (0.05 < lit < 0.1) or (0.16 < lit < 0.2)
    fade = 0.25 if stutter else 1.0
    letter.sticker.put(frame, x, y, fade=fade * leave(moment, over=0.2))


def slam(frame: Image.Image, letter: Letter, x: float, y: float, moment: Moment) -> None:
    """Letters fall from large to size, as if stamped."""
    share = _in(letter, moment, stagger=_stagger(moment) * 1.2, over=0.22)
    size = 1 + 1.4 * (1 - ease_out(share))
    letter.sticker.put(frame, x, y, stretch=(size, size), fade=clamp(share * 2) * leave(moment, over=0.2))


def type_in(frame: Image.Image, letter: Letter, x: float, y: float, moment: Moment) -> None:
    """Letters appear at typing speed."""
    if moment.second >= 0.2 + letter.order * min(0.09, moment.span * 0.025):
        letter.sticker.put(frame, x, y, fade=1.0 if leave(moment, over=0.15) >= 1 else 0.5)
