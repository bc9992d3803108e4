"""Waybills and packing lists, read as somebody else's program reads them."""

import io
from datetime import UTC, datetime

from pypdf import PdfReader

from miaohui.commerce.fulfilment.papers.packing_list import draw_packing_list
from miaohui.commerce.fulfilment.papers.waybill import draw_waybill
from miaohui.commerce.fulfilment.queries import Parcel, ParcelLine

AT_THE_RIVER = {
    "name": "阿梅",
    "phone": "+8613800138000",
    "country": "CN",
    "province": "上海市",
    "city": "上海市",
    "district": "黄浦区",
    "street": "人民路 399 号 城隍庙灯市二楼 兔子灯铺",
    "postcode": "200010",
}
ABROAD = {
    "name": "Inês",
    "phone": "+351211234567",
    "country": "PT",
    "city": "Lisboa",
    "street": "Rua da Glória 7",
    "postcode": "1250-114",
}


def a_parcel(**changes: object) -> Parcel:
    fields = {
        "id": 7,
        "order_id": 987654321,
        "shop_id": 1,
        "direction": "out",
        "case_id": None,
        "carrier": "shunfeng",
        "waybill": "SF1234567890123",
        "state": "created",
        "sender": AT_THE_RIVER,
        "receiver": ABROAD,
        "created_at": datetime(2026, 4, 18, 19, 30, tzinfo=UTC),
        "state_at": datetime(2026, 4, 18, 19, 30, tzinfo=UTC),
        "signed_at": None,
    }
    return Parcel(**fields | changes)  # type: ignore[arg-type]


def line(number: int, title: str = "走马灯", quantity: int = 2) -> ParcelLine:
    return ParcelLine(
        parcel_id=7, order_line_id=number, title=title, options={"尺寸": "大"}, quantity=quantity, weight_g=650
    )


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_a_waybill_says_between_whom_it_travels_and_what_is_inside():
    pdf = draw_waybill(a_parcel(), [line(1), line(2, "兔子灯", 1)])

    text = text_of(pdf)
    for words in (
        "顺丰速运",
        "SF1234567890123",
        "上海市 → Lisboa",
        "阿梅",
        "黄浦区",
        "Inês",
        "Rua da Glória 7",
        "兔子灯×1",
    ):
        assert words in text
    assert "1.95 kg" in text
    [page] = PdfReader(io.BytesIO(pdf)).pages
    assert [round(float(side) * 25.4 / 72) for side in page.mediabox[2:]] == [100, 150]
    # Its barcode is drawn: more filled bars than any rule.
    assert page.get_contents().get_data().count(b" re f") > 30


def test_papers_stay_small_though_the_typeface_has_32_megabytes():
    assert len(draw_waybill(a_parcel(), [line(1)])) < 40_000
    assert len(draw_packing_list(a_parcel(), [line(1)])) < 40_000


def test_the_same_parcel_is_the_same_paper():
    def letters(pdf: bytes) -> str:
        return text_of(pdf)

    assert letters(draw_waybill(a_parcel(), [line(1)])) == letters(draw_waybill(a_parcel(), [line(1)]))


def test_a_long_address_and_strange_letters_stay_on_the_label():
    crowded = AT_THE_RIVER | {"street": "很长的路" * 40, "name": "𠮷野家🏮"}

    text = text_of(draw_waybill(a_parcel(receiver=crowded, sender={"name": "灯火"}), [line(1, "灯" * 60)] * 9))

    assert "…" in text
    assert "签收" in text


def test_a_packing_list_goes_over_several_pages_and_names_no_price():
    pdf = draw_packing_list(a_parcel(), [line(number, f"灯笼 {number}", 3) for number in range(30)])

    pages = PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) == 3
    assert all(f"{number}/3" in page.extract_text() for number, page in enumerate(pages, start=1))
    text = text_of(pdf)
    assert "装箱单" in text
    assert "灯笼 29" in text
    assert "90" in pages[2].extract_text()
    assert "¥" not in text
