"""The couriers that a shop can choose, under the codes that Kuaidi100 knows them by."""

import re

import msgspec

from miaohui.kit.errors import Refusal

SANDBOX = "sandbox"
_WAYBILL = re.compile(r"[A-Z0-9][A-Z0-9-]{5,39}")


class UnknownCarrier(Refusal):
    """No courier has this code. Data: carrier."""

    code = "unknown_carrier"
    status = 400
    title = "We do not know this carrier"


class InvalidWaybill(Refusal):
    """A waybill number has 6 to 40 letters, digits and hyphens."""

    code = "invalid_waybill"
    status = 400
    title = "This does not look like a waybill number"


class Company(msgspec.Struct, frozen=True):
    """A courier, and what people call it."""

    code: str
    name_zh: str
    name_en: str


COMPANIES: dict[str, Company] = {
    company.code: company
    for company in (
        Company(SANDBOX, "庙会脚夫", "Fair porters"),
        Company("shunfeng", "顺丰速运", "SF Express"),
        Company("zhongtong", "中通快递", "ZTO Express"),
        Company("yuantong", "圆通速递", "YTO Express"),
        Company("yunda", "韵达快递", "Yunda Express"),
        Company("shentong", "申通快递", "STO Express"),
        Company("jtexpress", "极兔速递", "J&T Express"),
        Company("jd", "京东物流", "JD Logistics"),
        Company("ems", "EMS", "EMS"),
        Company("youzhengguonei", "邮政快递包裹", "China Post parcels"),
        Company("debangkuaidi", "德邦快递", "Deppon Express"),
        Company("danniao", "菜鸟速递", "Cainiao Express"),
        Company("dhl", "DHL", "DHL"),
        Company("fedex", "联邦快递", "FedEx"),
        Company("ups", "UPS", "UPS"),
    )
}


def check_company(code: str) -> Company:
    """Return the courier of a code. Raises UnknownCarrier."""
    found = COMPANIES.get(code)
    if found is None:
        raise UnknownCarrier(carrier=code[:20])
    return found


def clean_waybill(text: str) -> str:
    """Return a waybill number in the one form in which it is kept. Raises InvalidWaybill."""
    waybill = "".join(text.split()).upper()
    if _WAYBILL.fullmatch(waybill) is None:
        raise InvalidWaybill
    return waybill
