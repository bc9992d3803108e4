"""The contract of a drawn world."""

from collections.abc import Callable
from typing import Protocol, TypeAlias

from PIL import Image

from miaohui.demo.drawing.motion import Moment
from miaohui.demo.ideas import Idea

Draw: TypeAlias = Callable[[Moment], Image.Image]


class SetScene(Protocol):
    """Prepare all sprites of one idea and return what draws a frame (RGB, 540 × 960).

    The drawing must close on itself: phase 0 follows the end of phase 1 without a jump.
    """

    def __call__(self, idea: Idea, *, seed: int) -> Draw: ...
