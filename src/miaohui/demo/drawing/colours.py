"""Colours as (red, green, blue) in 0..255, written in the source as #rrggbb."""

from typing import TypeAlias

Colour: TypeAlias = tuple[int, int, int]


def colour(text: str) -> Colour:
    """Read `#rrggbb`."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def as_text(value: Colour) -> str:
    """The `#rrggbb` of a colour."""
    return "#{:02x}{:02x}{:02x}".format(*value)


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """`share` of the second in the first, 0..1."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue
