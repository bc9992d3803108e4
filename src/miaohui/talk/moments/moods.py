"""The moods that there are: each has a word in the catalogues and a picture among the icons."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

from miaohui.kit.i18n import Msgid

Mood = Literal[
    "happy", "calm", "loved", "excited", "sad", "tired", "unwell", "busy", "studying", "eating", "coffee", "walking",
    "travelling", "training", "music", "playing", "rain", "asleep",
]  # fmt: skip

MOOD_ICONS: Mapping[Mood, str] = {
    "happy": "smile",
    "calm": "leaf",
    "loved": "heart",
    "excited": "party-popper",
    "sad": "frown",
    "tired": "battery-low",
    "unwell": "thermometer",
    "busy": "briefcase",
    "studying": "book-open",
    "eating": "utensils",
    "coffee": "coffee",
    "walking": "footprints",
    "travelling": "plane",
    "training": "dumbbell",
    "music": "music",
    "playing": "gamepad-2",
    "rain": "cloud-rain",
    "asleep": "moon",
}
MOOD_WORDS: Mapping[Mood, Msgid] = {
    "happy": "Happy",
    "calm": "At ease",
    "loved": "In love",
    "excited": "Thrilled",
    "sad": "Sad",
    "tired": "Worn out",
    "unwell": "Under the weather",
    "busy": "Busy",
    "studying": "Studying",
    "eating": "Eating well",
    "coffee": "Over a cup",
    "walking": "Out for a walk",
    "travelling": "Travelling",
    "training": "Working out",
    "music": "With music",
    "playing": "Playing",
    "rain": "Watching the rain",
    "asleep": "Asleep",
}

Lasting = Literal["hour", "four_hours", "day", "week"]

LASTING: Mapping[Lasting, timedelta] = {
    "hour": timedelta(hours=1),
    "four_hours": timedelta(hours=4),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
}
"""How long a mood stands."""
LASTING_WORDS: Mapping[Lasting, Msgid] = {
    "hour": "One hour",
    "four_hours": "Four hours",
    "day": "A day",
    "week": "A week",
}
