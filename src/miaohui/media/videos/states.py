"""What becomes of a video, and of its ladder.

A video is published as soon as something can be played, which is mostly before its ladder is there.
"""

from typing import Literal

VideoState = Literal["processing", "published", "refused", "failed", "removed"]
LadderState = Literal["waiting", "building", "ready", "failed"]

VIDEO_MOVES: dict[VideoState, frozenset[VideoState]] = {
    "processing": frozenset({"published", "refused", "failed", "removed"}),
    "published": frozenset({"removed"}),
    "refused": frozenset({"removed"}),
    # An operator may put the job back after mending what was broken.
    "failed": frozenset({"published", "refused", "removed"}),
    "removed": frozenset(),
}
"""refused: the file cannot become a video, and its owner reads why. failed: the fault is ours."""

LADDER_MOVES: dict[LadderState, frozenset[LadderState]] = {
    "waiting": frozenset({"building", "failed"}),
    "building": frozenset({"ready", "failed"}),
    "ready": frozenset(),
    "failed": frozenset({"building"}),
}
"""A failed ladder leaves a published video playing from its first copy."""
