"""Languages: gettext catalogues, one file for each area, merged at start.

`locale/zh_Hans/feed.po` and its neighbours become one catalogue for `zh-Hans`. A msgid is the natural
English text; the English catalogue exists so that plurals and corrections have their place. Babel
reads the .po files directly, so there is nothing to compile and nothing stale.
"""

import gettext as _gettext
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

Locale = Literal["zh-Hans", "en"]
LOCALES: tuple[Locale, ...] = ("zh-Hans", "en")
_RANGE = re.compile(
    r"\s*(?P<language>[a-z]{1,8})(?:-[a-z0-9]{1,8})*\s*(?:;\s*q=(?P<weight>[01](?:\.\d{0,3})?)\s*)?", re.I
)
_SPOKEN: Mapping[str, Locale] = {"zh": "zh-Hans", "en": "en"}

Msgid = str
"""A text that is looked up later. A constant annotated with it is found by kit.msgids."""


class DuplicateMessage(ValueError):
    """Two areas translate the same text differently."""


class Catalogue:
    """One language. A text that is not in the catalogue is answered as it stands."""

    def __init__(self, translations: _gettext.NullTranslations) -> None:
        self._translations = translations

    def gettext(self, message: str) -> str:
        return self._translations.gettext(message) if message else ""

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return self._translations.ngettext(singular, plural, n)


def preferred_locale(accept_language: str) -> Locale | None:
    """Return the one of our languages that a browser likes best, None if it names neither (RFC 9110, 12.5.4).

    Traditional characters are not among them; whoever reads those reads ours sooner than English.
    """
    best: Locale | None = None
    best_weight = 0.0
    for part in accept_language.split(","):
        found = _RANGE.fullmatch(part)
        if found is None:
            continue
        spoken = _SPOKEN.get(found["language"].lower())
        weight = float(found["weight"] or 1)
        if spoken is not None and weight > best_weight:
            best, best_weight = spoken, weight
    return best


def load_catalogues(folder: Path) -> Mapping[str, Catalogue]:
    """Read `folder/<locale with underscore>/*.po` and return the catalogue of every language by its tag.

    Raises DuplicateMessage.
    """
    return {locale: _load(folder / locale.replace("-", "_"), locale) for locale in LOCALES}


def _load(folder: Path, locale: str) -> Catalogue:
    merged = None
    for file in sorted(folder.glob("*.po")):
        with file.open("rb") as source:
            area = read_po(source, locale=locale.replace("-", "_"), domain=file.stem)
        if merged is None:
            merged = area
            continue
        for message in area:
            known = merged.get(message.id) if message.id else None
            if known is not None and known.string != message.string:
                raise DuplicateMessage(
                    f"{file.name} translates {message.id!r} as {message.string!r}, not {known.string!r}"
                )
            if message.id:
                merged[message.id] = message
    if merged is None:
        return Catalogue(_gettext.NullTranslations())
    compiled = io.BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return Catalogue(_gettext.GNUTranslations(compiled))
