"""The moods that there are: each has a word in the catalogues and a picture among the icons."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

Mood = Literal[
    "happy", "calm", "loved", "excited", "sad", "tired", "unwell", "busy", "studying", "eating", "coffee", "walking",
    "travelling", "training", "music", "playing", "rain", "asleep",
]  # fmt: skip

MOODS: Mapping[Mood, tuple[str, str]] = {
    "happy": ("smile", "Happy"),
    "calm": ("leaf", "At ease"),
    "loved": ("heart", "In love"),
    "excited": ("party-popper", "Thrilled"),
    "sad": ("frown", "Sad"),
    "tired": ("battery-low", "Worn out"),
    "unwell": ("thermometer", "Under the weather"),
    "busy": ("briefcase", "Busy"),
    "studying": ("book-open", "Studying"),
    "eating": ("utensils", "Eating well"),
    "coffee": ("coffee", "Over a cup"),
    "walking": ("footprints", "Out for a walk"),
    "travelling": ("plane", "Travelling"),
    "training": ("dumbbell", "Working out"),
    "music": ("music", "With music"),
    "playing": ("gamepad-2", "Playing"),
    "rain": ("cloud-rain", "Watching the rain"),
    "asleep": ("moon", "Asleep"),
}
"""The icon and the word (a msgid) of each."""

Lasting = Literal["hour", "four_hours", "day", "week"]

LASTING: Mapping[Lasting, tuple[timedelta, str]] = {
    "hour": (timedelta(hours=1), "One hour"),
    "four_hours": (timedelta(hours=4), "Four hours"),
    "day": (timedelta(days=1), "A day"),
    "week": (timedelta(days=7), "A week"),
}
"""How long a mood stands, and what that is called (a msgid)."""
