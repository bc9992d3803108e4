"""Pictures of goods: an OpenMoji drawing under a warm lamp, on the stall's own cloth."""

import io
import random

from PIL import Image

from miaohui.demo.drawing.artwork import load_artwork
from miaohui.demo.drawing.colours import colour, mix
from miaohui.demo.drawing.paint import glow, gradient
from miaohui.demo.drawing.sticker import with_edge
from miaohui.demo.market.stalls import Ware

SIZE_PX = 720
_TABLE = 0.74
"""Where the table's edge runs, as a share of the height."""


def draw_ware(ware: Ware, *, ground: str) -> bytes:
    """Return a PNG of 720 × 720 px."""
    rng = random.Random(ware.key)
    cloth = colour(ground)
    wall = [(0, mix(cloth, (255, 255, 255), 0.45)), (1, mix(cloth, (255, 250, 240), 0.12))]
    picture = gradient(wall, size=(SIZE_PX, SIZE_PX))
    edge = round(SIZE_PX * _TABLE)
    table = gradient(
        [(0, mix(cloth, (60, 35, 20), 0.22)), (1, mix(cloth, (60, 35, 20), 0.42))], size=(SIZE_PX, SIZE_PX - edge)
    )
    picture.paste(table, (0, edge))
    lamp = glow((255, 246, 220), radius_px=SIZE_PX // 2, strength=0.55)
    picture.paste(lamp, (round(SIZE_PX * rng.uniform(-0.15, 0.15)), -SIZE_PX // 6), lamp)
    shade = glow((40, 20, 10), radius_px=round(SIZE_PX * 0.3), strength=0.45).resize(
        (round(SIZE_PX * 0.62), round(SIZE_PX * 0.13)), Image.Resampling.BILINEAR
    )
    art = load_artwork(ware.code, size_px=round(SIZE_PX * 0.62))
    thing = with_edge(art, edge_px=0, edge=(255, 255, 255), shadow=0.25)
    foot = round(SIZE_PX * 0.86)
    picture.paste(shade, ((SIZE_PX - shade.width) // 2, foot - shade.height), shade)
    picture.paste(thing, ((SIZE_PX - thing.width) // 2, foot - thing.height + round(SIZE_PX * 0.05)), thing)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()
