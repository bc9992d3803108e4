"""A page of paper on which things are put by millimetres from the upper left corner."""

import io
import secrets
from collections.abc import Iterable
from typing import Any

from miaohui.commerce.fulfilment.papers.lettering import font_with

_MM = 72 / 25.4


class Page:
    """One document of pages of the same size. texts: everything that will be written on it."""

    def __init__(self, *, width_mm: float, height_mm: float, title: str, texts: Iterable[str]) -> None:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont
        from reportlab.pdfgen.canvas import Canvas

        self.width_mm = width_mm
        self.height_mm = height_mm
        # The library keeps its fonts in one register of the process, so each document's has its own name.
        self._font = f"paper-{secrets.token_hex(8)}"
        face = TTFont(self._font, font_with([title, *texts], name=self._font))
        pdfmetrics.registerFont(face)
        self._pdfmetrics = pdfmetrics
        self._bytes = io.BytesIO()
        self._canvas: Any = Canvas(self._bytes, pagesize=(width_mm * _MM, height_mm * _MM), invariant=True)
        self._canvas.setTitle(title)

    def write(self, text: str, *, x: float, y: float, size_mm: float) -> None:
        """Write a line whose baseline lies at `y`."""
        self._canvas.setFont(self._font, size_mm * _MM)
        self._canvas.drawString(x * _MM, (self.height_mm - y) * _MM, text)

    def write_right(self, text: str, *, x: float, y: float, size_mm: float) -> None:
        """Write a line that ends at `x`: numbers stand under each other by their last digit."""
        self._canvas.setFont(self._font, size_mm * _MM)
        self._canvas.drawRightString(x * _MM, (self.height_mm - y) * _MM, text)

    def wrap(self, text: str, *, width_mm: float, size_mm: float, lines: int) -> list[str]:
        """Return `text` broken into so many lines at most; Chinese breaks between any two letters."""
        broken, line = [], ""
        for letter in text:
            if line and self._width_mm(line + letter, size_mm) > width_mm:
                # A Latin word goes to the next line as a whole, if it fits there.
                head, space, word = line.rpartition(" ")
                whole = bool(space) and word.isascii() and letter.isascii() and letter != " "
                broken.append(head if whole else line)
                line = word if whole else ""
            line += letter
        broken.append(line)
        if len(broken) > lines:
            broken = [*broken[: lines - 1], broken[lines - 1][:-1] + "…"]
        return [each.strip() for each in broken]

    def rule(self, *, y: float, x: float = 0, width_mm: float | None = None) -> None:
        """Draw a line across."""
        end = self.width_mm - x if width_mm is None else x + width_mm
        self._canvas.setLineWidth(0.6)
        self._canvas.line(x * _MM, (self.height_mm - y) * _MM, end * _MM, (self.height_mm - y) * _MM)

    def barcode(self, text: str, *, y: float, height_mm: float, widest_mm: float) -> None:
        """Draw a Code 128 (ISO/IEC 15417) in the middle, its upper edge at `y`."""
        from reportlab.graphics.barcode.code128 import Code128

        modules = Code128(text, barHeight=height_mm * _MM, barWidth=1.0, quiet=False).width
        # Bars of 0.4 mm are read from an arm's length; a long number gets thinner bars.
        bar = min(0.4 * _MM, widest_mm * _MM / modules)
        scaled = Code128(text, barHeight=height_mm * _MM, barWidth=bar, quiet=False)
        x = (self.width_mm - scaled.width / _MM) / 2
        scaled.drawOn(self._canvas, x * _MM, (self.height_mm - y - height_mm) * _MM)

    def next(self) -> None:
        """Begin another page."""
        self._canvas.showPage()

    def finish(self) -> bytes:
        """Return the document."""
        self._canvas.save()
        # Otherwise every document would leave its font behind.
        self._pdfmetrics._fonts.pop(self._font, None)
        self._pdfmetrics._typefaces.pop(self._font, None)
        return self._bytes.getvalue()

    def _width_mm(self, text: str, size_mm: float) -> float:
        return float(self._pdfmetrics.stringWidth(text, self._font, size_mm * _MM)) / _MM
