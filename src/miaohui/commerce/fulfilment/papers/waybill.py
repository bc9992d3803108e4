"""The paper that is glued to a parcel: 100 by 150 mm, as label printers have it."""

from collections.abc import Mapping, Sequence
from typing import Any

from miaohui.commerce.fulfilment.carriers.companies import COMPANIES
from miaohui.commerce.fulfilment.papers.page import Page
from miaohui.commerce.fulfilment.queries import Parcel, ParcelLine

_WIDTH_MM, _HEIGHT_MM, _EDGE_MM = 100, 150, 5


def draw_waybill(parcel: Parcel, lines: Sequence[ParcelLine]) -> bytes:
    """Return a parcel's waybill as a PDF of one page."""
    company = COMPANIES.get(parcel.carrier)
    carrier = parcel.carrier if company is None else company.name_zh
    units = sum(line.quantity for line in lines)
    weight_kg = f"{sum(line.quantity * line.weight_g for line in lines) / 1000:.2f} kg"
    contents = "、".join(f"{line.title}×{line.quantity}" for line in lines)
    foot = f"订单 Order {parcel.order_id}"
    when = f"{parcel.created_at:%Y-%m-%d}"
    route = f"{_city(parcel.sender)} → {_city(parcel.receiver)}"
    words = ["收 TO", "寄 FROM", "物品 CONTENTS", f"{units} 件 pcs", "签收 Signed"]
    texts = [carrier, parcel.waybill, weight_kg, contents, foot, when, route, *words]
    texts += [*_address(parcel.sender), *_address(parcel.receiver), "…"]
    page = Page(width_mm=_WIDTH_MM, height_mm=_HEIGHT_MM, title=f"{carrier} {parcel.waybill}", texts=texts)
    page.write(carrier, x=_EDGE_MM, y=12, size_mm=6)
    page.write_right(when, x=_WIDTH_MM - _EDGE_MM, y=12, size_mm=3.4)
    page.rule(y=16)
    page.barcode(parcel.waybill, y=19, height_mm=15, widest_mm=_WIDTH_MM - 2 * _EDGE_MM)
    page.write(parcel.waybill, x=_EDGE_MM, y=39, size_mm=4)
    page.rule(y=42)
    page.write(route, x=_EDGE_MM, y=51, size_mm=6.5)
    page.rule(y=55)
    y = _put_address(page, "收 TO", parcel.receiver, y=62, size_mm=4.6)
    page.rule(y=y)
    y = _put_address(page, "寄 FROM", parcel.sender, y=y + 6, size_mm=3.4)
    page.rule(y=y)
    page.write("物品 CONTENTS", x=_EDGE_MM, y=y + 5, size_mm=2.6)
    for number, line in enumerate(page.wrap(contents, width_mm=_WIDTH_MM - 2 * _EDGE_MM, size_mm=3.2, lines=3)):
        page.write(line, x=_EDGE_MM, y=y + 10 + number * 4.4, size_mm=3.2)
    page.rule(y=136)
    page.write(f"{units} 件 pcs", x=_EDGE_MM, y=142, size_mm=3.4)
    page.write(weight_kg, x=30, y=142, size_mm=3.4)
    page.write("签收 Signed", x=58, y=142, size_mm=3.4)
    page.write(foot, x=_EDGE_MM, y=147, size_mm=2.6)
    return page.finish()


def _put_address(page: Page, heading: str, address: Mapping[str, Any], *, y: float, size_mm: float) -> float:
    who, where = _address(address)
    inner_mm = _WIDTH_MM - 2 * _EDGE_MM
    page.write(heading, x=_EDGE_MM, y=y, size_mm=2.6)
    y += size_mm * 1.4
    for line in [
        *page.wrap(who, width_mm=inner_mm, size_mm=size_mm, lines=1),
        *page.wrap(where, width_mm=inner_mm, size_mm=size_mm, lines=3),
    ]:
        page.write(line, x=_EDGE_MM, y=y, size_mm=size_mm)
        y += size_mm * 1.35
    return y


def _address(address: Mapping[str, Any]) -> tuple[str, str]:
    who = f"{address.get('name') or ''} {address.get('phone') or ''}".strip()
    parts = [str(address.get(part) or "") for part in ("province", "city", "district", "street", "postcode")]
    if address.get("country") in {None, "", "CN"}:
        # A city under the central government has the same name twice.
        named = [part for number, part in enumerate(parts) if part and part not in parts[:number]]
        return who, "".join(named[:3]) + " " + " ".join(named[3:]) if len(named) > 3 else " ".join(named)
    abroad = [parts[3], parts[2], parts[1], parts[0], parts[4], str(address["country"])]
    return who, ", ".join(part for part in abroad if part)


def _city(address: Mapping[str, Any]) -> str:
    return str(address.get("city") or address.get("province") or address.get("name") or "")[:12]
