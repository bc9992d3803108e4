"""Stickers: pictures with a soft edge and shadow that turn, stretch and fade cheaply."""

from PIL import Image, ImageFilter

from miaohui.demo.drawing.artwork import Recolour, load_artwork
from miaohui.demo.drawing.colours import Colour

# Forms are kept by step, so that a swinging sprite is turned some dozen times a clip, not
# once a frame (a turn of 300 px costs 3 ms, pasting it 0.3 ms; measured).
_TURN_STEP = 2.0  # degrees
_STRETCH_STEP = 0.025
_FADE_STEPS = 10


class Sticker:
    """A sprite drawn by its middle."""

    def __init__(self, picture: Image.Image) -> None:
        self._picture = picture
        self._forms: dict[tuple[int, int, int, int], Image.Image] = {}

    @property
    def size(self) -> tuple[int, int]:
        return self._picture.size

    @property
    def picture(self) -> Image.Image:
        return self._picture

    def put(
        self,
        frame: Image.Image,
        x: float,
        y: float,
        *,
        turn: float = 0.0,
        stretch: tuple[float, float] = (1.0, 1.0),
        fade: float = 1.0,
    ) -> None:
        """Paste onto an RGB frame with its middle at (x, y) px.

        turn: degrees counter-clockwise. stretch: factors for width and height.
        fade: opacity 0..1.
        """
        form = self._form(turn, stretch, fade)
        if form is None:
            return
        left = round(x - form.width / 2)
        top = round(y - form.height / 2)
        frame.paste(form, (left, top), form)

    def _form(self, turn: float, stretch: tuple[float, float], fade: float) -> Image.Image | None:
        key = (
            round((turn % 360.0) / _TURN_STEP),
            round(stretch[0] / _STRETCH_STEP),
            round(stretch[1] / _STRETCH_STEP),
            round(fade * _FADE_STEPS),
        )
        if key[3] <= 0 or key[1] == 0 or key[2] <= 0:
            return None
        form = self._forms.get(key)
        if form is None:
            form = self._forms[key] = self._shape(*key)
        return form

    def _shape(self, turn: int, wide: int, tall: int, fade: int) -> Image.Image:
        picture = self._picture
        if wide < 0:
            picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        size = (
            max(1, round(picture.width * abs(wide) * _STRETCH_STEP)),
            max(1, round(picture.height * tall * _STRETCH_STEP)),
        )
        if size != picture.size:
            picture = picture.resize(size, Image.Resampling.BILINEAR)
        if turn:
            picture = picture.rotate(turn * _TURN_STEP, Image.Resampling.BILINEAR, expand=True)
        if fade < _FADE_STEPS:
            share = fade / _FADE_STEPS
            alpha = picture.getchannel("A").point([round(a * share) for a in range(256)])
            picture = picture.copy()
            picture.putalpha(alpha)
        return picture


def cut_sticker(
    code: str,
    *,
    size_px: int,
    line: str = "#1b1714",
    recolour: Recolour = (),
    edge_px: int = 0,
    edge: Colour = (255, 252, 245),
    shadow: float = 0.35,
    flip: bool = False,
) -> Sticker:
    """Cut a sticker out of an OpenMoji drawing, with a paper edge and a soft shadow."""
    art = load_artwork(code, size_px=size_px, line=line, recolour=recolour)
    if flip:
        art = art.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return Sticker(with_edge(art, edge_px=edge_px, edge=edge, shadow=shadow))


def with_edge(art: Image.Image, *, edge_px: int, edge: Colour, shadow: float, drop_px: int = 6) -> Image.Image:
    """Add a paper edge of `edge_px` and a shadow of the given strength (0..1) below."""
    if edge_px == 0 and shadow == 0:
        return art
    room = edge_px + 2 * drop_px
    size = (art.width + 2 * room, art.height + 2 * room)
    alpha = Image.new("L", size)
    alpha.paste(art.getchannel("A"), (room, room))
    outline = alpha
    if edge_px:
        # A blurred outline pushed up to full: a rounded dilation, unlike MaxFilter's square one.
        blurred = alpha.filter(ImageFilter.GaussianBlur(edge_px * 0.75))
        outline = blurred.point([min(255, max(0, (a - 22) * 9)) for a in range(256)])
    result = Image.new("RGBA", size)
    if shadow:
        soft = outline.filter(ImageFilter.GaussianBlur(drop_px))
        dark = soft.point([round(a * shadow) for a in range(256)])
        black = Image.new("RGBA", size, (20, 10, 20, 255))
        black.putalpha(dark)
        result.paste(black, (0, drop_px))
    if edge_px:
        paper = Image.new("RGBA", size, (*edge, 255))
        paper.putalpha(outline)
        result.alpha_composite(paper)
    result.alpha_composite(art, (room, room))
    return result
