"""Kuaidi100, which follows the parcels of some thousand couriers and pushes what it learns.

After its "快递信息订阅推送" interface: subscription by POST /poll, pushes as a form with `param` (JSON) and
`sign`, the upper-case hexadecimal MD5 of param and our salt one behind the other. MD5 is theirs to choose;
the salt is a secret of ours, so without it nobody can sign. Pushes hold the whole story so far, with status
`polling` (more will come), `shutdown` (signed, the end), `abort` (given up; perhaps the wrong courier) or
`updateall` (told again from the beginning).
"""

import hashlib
import hmac
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Annotated, Any

import httpx
import msgspec

from miaohui.commerce.fulfilment.carriers.contract import (
    Carrier,
    CarrierNoticeRefused,
    CarrierTrouble,
    Shipment,
    Tracking,
)
from miaohui.commerce.fulfilment.states import NOTED, ParcelState, Scan

_BEIJING = timezone(timedelta(hours=8))
"""Kuaidi100 writes times without a zone; they are China's."""
_TIME_LIMIT_S = 10.0
_MOST_SCANS = 500
"""A journey around the world has less than a hundred."""

STATES: Mapping[str, ParcelState] = {
    "0": "in_transit",
    "1": "picked_up",
    "2": "problem",
    "3": "signed",
    "4": "returned",
    "5": "out_for_delivery",
    "6": "returning",
    "7": "in_transit",  # handed to another courier
    "8": "in_transit",  # customs
    "10": "in_transit",
    "11": "in_transit",
    "12": "in_transit",
    "13": "problem",
    "14": "refused",
    # The finer codes of resultv2.
    "101": "created",
    "102": "created",
    "103": "picked_up",
    "201": "problem",
    "204": "refused",
    "206": "problem",
    "207": "problem",
    "208": "attempt_failed",
    "301": "signed",
    "302": "signed",
    "303": "signed",
    "304": "signed",
    "401": "problem",
    "501": "at_pickup_point",
    "1001": "in_transit",
    "1002": "in_transit",
    "1003": "in_transit",
}
_ALREADY_SUBSCRIBED = "501"
_TRY_AGAIN = frozenset({"500", "502", "503"})


class _Line(msgspec.Struct):
    time: str
    context: str
    statusCode: str | None = None
    areaName: str | None = None


class _Result(msgspec.Struct):
    com: str = ""
    nu: str = ""
    state: str = ""
    data: list[_Line] = []


class _Push(msgspec.Struct):
    status: str
    lastResult: _Result
    message: str = ""
    comOld: str | None = None
    comNew: str | None = None


class _Answer(msgspec.Struct):
    returnCode: Annotated[str, msgspec.Meta(max_length=10)]
    message: str = ""


class Kuaidi100(Carrier):
    """key: our authorisation. salt: what pushes are signed with. callback: where they shall come to."""

    follow_job = "fulfilment.subscribe_parcel"

    def __init__(
        self, *, url: str, key: str, salt: str, callback: str, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._url = url
        self._key = key
        self._salt = salt
        self._callback = callback
        self._transport = transport

    def subscribe(self, shipment: Shipment) -> None:
        """Ask for pushes. An account that is none, or a courier they do not follow, is permanent."""
        if not self._key or not self._salt:
            raise CarrierTrouble("MIAOHUI_KUAIDI100_KEY and MIAOHUI_KUAIDI100_SALT are not set", permanent=True)
        parameters: dict[str, Any] = {"callbackurl": self._callback, "salt": self._salt, "resultv2": "4"}
        if shipment.phone_tail:
            parameters["phone"] = shipment.phone_tail
        param = {
            "company": shipment.company,
            "number": shipment.waybill,
            "from": shipment.sender_place,
            "to": shipment.receiver_place,
            "key": self._key,
            "parameters": parameters,
        }
        try:
            with httpx.Client(timeout=_TIME_LIMIT_S, transport=self._transport) as client:
                said = client.post(self._url, data={"schema": "json", "param": msgspec.json.encode(param).decode()})
                said.raise_for_status()
            answer = msgspec.json.decode(said.content, type=_Answer)
        except (httpx.HTTPError, msgspec.DecodeError) as fault:
            # Their words may repeat ours, and ours hold the key.
            raise CarrierTrouble(f"Kuaidi100: {type(fault).__name__}", permanent=False) from None
        if answer.returnCode not in {"200", _ALREADY_SUBSCRIBED}:
            trouble = f"Kuaidi100 said {answer.returnCode}"
            raise CarrierTrouble(trouble, permanent=answer.returnCode not in _TRY_AGAIN)

    def read_notice(self, form: Mapping[str, str]) -> Tracking:
        """Return what a push says; `comNew` corrects the courier under which we know the parcel."""
        param = form.get("param", "")
        if not self._salt or not hmac.compare_digest(sign(param, self._salt).encode(), _ascii(form.get("sign", ""))):
            raise CarrierNoticeRefused
        try:
            push = msgspec.json.decode(param, type=_Push)
            result = push.lastResult
            scans = [_scan(line, result.state if number == 0 else "") for number, line in enumerate(result.data)]
        except (msgspec.DecodeError, ValueError):
            raise CarrierNoticeRefused from None
        if not result.nu or len(scans) > _MOST_SCANS:
            raise CarrierNoticeRefused
        company = push.comOld or result.com
        corrected = push.comNew if push.comNew and push.comNew != company else None
        return Tracking(
            company=company,
            waybill="".join(result.nu.split()).upper(),
            scans=scans,
            corrected=corrected,
            ended=push.status in {"shutdown", "abort"},
        )

    def receipt(self) -> Mapping[str, object]:
        return {"result": True, "returnCode": "200", "message": "成功"}


def sign(param: str, salt: str) -> str:
    """Return their signature of a push."""
    return hashlib.md5((param + salt).encode(), usedforsecurity=False).hexdigest().upper()


def _ascii(text: str) -> bytes:
    return text.strip().upper().encode("ascii", "replace")


def _scan(line: _Line, last_state: str) -> Scan:
    """Translate one line of the story. The newest stands first and has, of older accounts, the only state."""
    code = line.statusCode or last_state
    return Scan(
        state=STATES.get(code, NOTED) if code else NOTED,
        carrier_at=datetime.strptime(line.time, "%Y-%m-%d %H:%M:%S").replace(tzinfo=_BEIJING),
        text=_clean(line.context)[:300],
        place=_clean(line.areaName or "")[:100],
    )


def _clean(text: str) -> str:
    shown = (" " if unicodedata.category(each) in {"Cc", "Cs"} else each for each in text)
    return " ".join("".join(shown).split())
