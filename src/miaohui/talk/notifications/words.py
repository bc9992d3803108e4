"""What a notice says in one of our languages."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel.numbers import format_currency, get_currency_precision

import miaohui
from miaohui.kit.i18n import Catalogue, Locale, Msgid, load_catalogues
from miaohui.talk.notifications.kinds import Data, NoticeKind

_SOMEBODY: Msgid = "Somebody"


@cache
def catalogues() -> Mapping[str, Catalogue]:
    """Return the words of every language; the worker has no web part that would have read them."""
    return load_catalogues(Path(miaohui.__file__).parent / "locale")


def language(locale: str) -> Locale:
    """Return an account's language, if it is one of ours."""
    return "en" if locale == "en" else "zh-Hans"


def say(locale: Locale, text: Msgid) -> str:
    """Return a text in a language."""
    return catalogues()[locale].gettext(text)


def title_of(kind: NoticeKind, *, data: Data, names: Sequence[str], people: int, times: int, locale: Locale) -> str:
    """Return the first line of a notice.

    names: of the latest people who did it. people: how many did. times: how often it happened.
    """
    words = catalogues()[locale]
    others = people - 1 if kind.personal else times - 1
    blanks = _filled(data, locale) | {
        "person": names[0] if names else words.gettext(_SOMEBODY),
        "others": str(others),
        "times": str(times),
    }
    if kind.many is not None and others > 0:
        return words.ngettext(*kind.many, others) % blanks
    return words.gettext(kind.title) % blanks


def body_of(kind: NoticeKind, *, data: Data, locale: Locale) -> str:
    """Return the second line of a notice, empty if it has none."""
    return catalogues()[locale].gettext(kind.body) % _filled(data, locale) if kind.body else ""


def discreet_of(kind: NoticeKind, *, locale: Locale) -> str:
    """Return what may stand on a locked screen."""
    return catalogues()[locale].gettext(kind.discreet)


def _filled(data: Data, locale: Locale) -> dict[str, str]:
    words = catalogues()[locale]
    blanks = {
        name.removesuffix("_msgid"): words.gettext(str(value)) if name.endswith("_msgid") else str(value)
        for name, value in data.items()
    }
    if "amount_minor" in data and "currency" in data:
        currency = str(data["currency"])
        whole = Decimal(int(data["amount_minor"])).scaleb(-get_currency_precision(currency))
        blanks["amount"] = format_currency(whole, currency, locale=locale.replace("-", "_"))
    return blanks
