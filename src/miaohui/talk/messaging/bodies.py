"""What a message may hold, by its kind."""

import math
import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from miaohui.kit.cards import make_card
from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal
from miaohui.kit.ids import Id

MessageKind = Literal["text", "sticker", "photo", "voice", "video", "location", "card", "call", "system"]
SENDABLE = frozenset({"text", "sticker", "photo", "voice", "video", "location", "card"})
"""What people send; the rest is written by the system on their behalf."""
LONGEST = 4000

_CELL_M = 1000
_METRES_A_DEGREE = 111_195.0
_CONTROL = {"Cc", "Cs", "Zl", "Zp"}
_DIRECTION_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_LINK = re.compile(
    r"(?:https?|ftp)\s*[:：]|www\s*[.。]|[a-z0-9\u4e00-\u9fff-]+[.。．](?:[a-z]{2,24}|xn--[a-z0-9-]+)(?![a-z])|@[\w-]+\.",
    re.I,
)


class InvalidMessage(Refusal):
    """There is nothing in the message, too much, or something that does not belong into its kind."""

    code = "invalid_message"
    status = 400
    title = "This message cannot be sent as it is"


class TextBody(msgspec.Struct, frozen=True, kw_only=True):
    text: str


class ReferenceBody(msgspec.Struct, frozen=True, kw_only=True):
    """A sticker. ref: its id."""

    ref: Id


class CardBody(msgspec.Struct, frozen=True, kw_only=True):
    """card: a kind of `kit.cards`; ref: the thing's own id."""

    card: str
    ref: str


class AttachmentBody(msgspec.Struct, frozen=True, kw_only=True):
    attachment_id: Id


class LocationBody(msgspec.Struct, frozen=True, kw_only=True):
    """A place as the centre of a cell of one kilometre; never the point itself."""

    lat: float
    lon: float
    label: str = ""


_FORMS: Mapping[str, type[msgspec.Struct]] = {
    "text": TextBody,
    "sticker": ReferenceBody,
    "card": CardBody,
    "photo": AttachmentBody,
    "voice": AttachmentBody,
    "video": AttachmentBody,
    "location": LocationBody,
}


def clean_body(tx: Tx, *, kind: str, body: Mapping[str, Any], sender_id: int) -> dict[str, Any]:
    """Return a body in the form in which it is kept. Raises InvalidMessage, CardNotFound."""
    form = _FORMS.get(kind)
    if form is None:
        return dict(body)
    try:
        given: Any = msgspec.convert(body, form)
    except msgspec.ValidationError as fault:
        raise InvalidMessage(str(fault)) from None
    match given:
        case TextBody():
            return {"text": clean_text(given.text)}
        case ReferenceBody():
            make_card(tx, kind="sticker", ref=given.ref, viewer_id=sender_id)
        case CardBody():
            make_card(tx, kind=given.card, ref=given.ref, viewer_id=sender_id)
        case LocationBody():
            lat, lon = cell_centre(given.lat, given.lon)
            return {"lat": lat, "lon": lon, "label": clean_text(given.label)[:80] if given.label.strip() else ""}
    return msgspec.to_builtins(given)  # type: ignore[no-any-return]  # a struct becomes a dict


def clean_text(text: str) -> str:
    """Return a text as it is kept (NFC, plain line breaks). Raises InvalidMessage."""
    kept = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")).strip()
    if any((unicodedata.category(one) in _CONTROL and one != "\n") or one in _DIRECTION_CONTROLS for one in kept):
        raise InvalidMessage("A message cannot hold control characters")
    if not any(unicodedata.category(one)[0] in "LNPS" and one not in _BLANK for one in kept):
        raise InvalidMessage("There is nothing to read in this message")
    if len(kept) > LONGEST:
        raise InvalidMessage("A message has at most 4,000 characters")
    return kept


def has_link(text: str) -> bool:
    """Return whether a text holds an address of the web, or what a reader would take for one."""
    return _LINK.search(unicodedata.normalize("NFKC", text)) is not None


def cell_centre(lat: float, lon: float) -> tuple[float, float]:
    """Return the centre of the cell, one kilometre wide and high, around a point. Raises InvalidMessage."""
    if not (math.isfinite(lat) and math.isfinite(lon) and -85 <= lat <= 85 and -180 <= lon <= 180):
        raise InvalidMessage("There is no such place")
    height = _CELL_M / _METRES_A_DEGREE
    centre_lat = (math.floor(lat / height) + 0.5) * height
    width = height / math.cos(math.radians(centre_lat))
    return round(centre_lat, 4), round((math.floor(lon / width) + 0.5) * width, 4)
