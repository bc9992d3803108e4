"""Avatars of the townspeople: an OpenMoji drawing on a lit round of their own colour."""

import io
import re

from miaohui.demo.drawing.artwork import load_artwork
from miaohui.demo.drawing.colours import colour, mix
from miaohui.demo.drawing.paint import glow, gradient
from miaohui.demo.drawing.sticker import with_edge
from miaohui.demo.people import Portrait

SIZE = 320  # px, square

# OpenMoji's brown hair, its shade, and the light blue of plain shirts.
_HAIR = ("#a57939", "#6a462f")
_SHIRT = "#92d3f5"
# People of OpenMoji end at the chest, at this share of the drawing: they stand on the lower edge.
_BUST = re.compile(r"1F46[0-9]|1F47[1-5]|1F9D[1-5]")
_CHEST = 0.87


def draw_avatar(portrait: Portrait) -> bytes:
    """A PNG of 320 × 320 px; pages cut it round."""
    ground = colour(portrait.ground)
    picture = gradient(
        [(0, mix(ground, (255, 255, 255), 0.25)), (1, mix(ground, (30, 10, 40), 0.18))], size=(SIZE, SIZE)
    )
    light = glow((255, 250, 235), radius_px=SIZE // 2, strength=0.5)
    picture.paste(light, (0, -SIZE // 8), light)
    recolour: list[tuple[str, str]] = []
    if portrait.hair:
        recolour += [(brown, portrait.hair) for brown in _HAIR]
    if portrait.shirt:
        recolour.append((_SHIRT, portrait.shirt))
    bust = _BUST.match(portrait.code) is not None
    size = round(SIZE * (1.12 if bust else 0.8))
    art = load_artwork(portrait.code, size_px=size, recolour=tuple(recolour))
    person = with_edge(art, edge_px=0, edge=(255, 255, 255), shadow=0.3)
    top = round(SIZE - size * _CHEST) if bust else (SIZE - person.height) // 2
    picture.paste(person, ((SIZE - person.width) // 2, top), person)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()
