"""The list that lies in a parcel: A5, as many pages as it takes. It names no prices, for it may be a gift."""

from collections.abc import Sequence

from miaohui.commerce.fulfilment.papers.page import Page
from miaohui.commerce.fulfilment.queries import Parcel, ParcelLine

_WIDTH_MM, _HEIGHT_MM, _EDGE_MM = 148, 210, 12
_LINES_A_PAGE = 13


def draw_packing_list(parcel: Parcel, lines: Sequence[ParcelLine]) -> bytes:
    """Return what is in a parcel as a PDF."""
    rows = [(line.title, " ".join(f"{k}：{v}" for k, v in line.options.items()), str(line.quantity)) for line in lines]
    to = str(parcel.receiver.get("name") or "")
    heads = ["装箱单 Packing list", "商品 Item", "数量 Qty", "合计 Total", "请核对后再签收 Please check before signing"]
    about = [f"订单 Order {parcel.order_id}", f"运单 Waybill {parcel.waybill}", f"收件人 To {to}"]
    about.append(f"日期 Date {parcel.created_at:%Y-%m-%d}")
    total = str(sum(line.quantity for line in lines))
    texts = [*heads, *about, total, "0123456789/…", *(text for row in rows for text in row)]
    page = Page(width_mm=_WIDTH_MM, height_mm=_HEIGHT_MM, title=f"Packing list {parcel.waybill}", texts=texts)
    sheets = [rows[start : start + _LINES_A_PAGE] for start in range(0, len(rows), _LINES_A_PAGE)] or [[]]
    for number, sheet in enumerate(sheets, start=1):
        y = _head(page, heads, about)
        for title, options, quantity in sheet:
            page.write(_one(page, title, 4), x=_EDGE_MM, y=y, size_mm=4)
            page.write(_one(page, options, 3), x=_EDGE_MM, y=y + 4.6, size_mm=3)
            page.write_right(quantity, x=_WIDTH_MM - _EDGE_MM, y=y, size_mm=4)
            y += 10
        if number == len(sheets):
            page.rule(y=y, x=_EDGE_MM)
            page.write(heads[3], x=_EDGE_MM, y=y + 6, size_mm=4)
            page.write_right(total, x=_WIDTH_MM - _EDGE_MM, y=y + 6, size_mm=4)
        page.write(heads[4], x=_EDGE_MM, y=_HEIGHT_MM - 10, size_mm=3)
        page.write_right(f"{number}/{len(sheets)}", x=_WIDTH_MM - _EDGE_MM, y=_HEIGHT_MM - 10, size_mm=3)
        if number < len(sheets):
            page.next()
    return page.finish()


def _head(page: Page, heads: Sequence[str], about: Sequence[str]) -> float:
    page.write(heads[0], x=_EDGE_MM, y=20, size_mm=7)
    for number, line in enumerate(about):
        page.write(_one(page, line, 3.4), x=_EDGE_MM, y=29 + number * 5, size_mm=3.4)
    page.rule(y=49, x=_EDGE_MM)
    page.write(heads[1], x=_EDGE_MM, y=54, size_mm=3)
    page.write_right(heads[2], x=_WIDTH_MM - _EDGE_MM, y=54, size_mm=3)
    page.rule(y=56, x=_EDGE_MM)
    return 63.0


def _one(page: Page, text: str, size_mm: float) -> str:
    return page.wrap(text, width_mm=_WIDTH_MM - 2 * _EDGE_MM - 14, size_mm=size_mm, lines=1)[0]
