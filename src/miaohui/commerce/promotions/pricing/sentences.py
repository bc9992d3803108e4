"""A sentence for every step: a text of the catalogues, and what fills its blanks."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Literal

import msgspec
from babel.numbers import format_currency, format_percent, get_currency_precision

from miaohui.kit.i18n import Msgid
from miaohui.kit.money import BASIS_POINTS

SentenceKind = Literal[
    "flash",
    "item_amount",
    "item_percent",
    "threshold_amount",
    "threshold_percent",
    "cross_shop_amount",
    "cross_shop_percent",
    "shop_coupon",
    "platform_coupon",
    "ad_coupon",
    "freight_coupon",
]

SENTENCES: Mapping[SentenceKind, Msgid] = {
    "flash": "%(name)s: flash price, %(off)s less",
    "item_amount": "%(name)s: %(off)s off these goods",
    "item_percent": "%(name)s: %(percent)s off these goods, which is %(off)s",
    "threshold_amount": "%(name)s: from %(from)s on, %(off)s off in this shop",
    "threshold_percent": "%(name)s: from %(from)s on, %(percent)s off in this shop, which is %(off)s",
    "cross_shop_amount": "%(name)s: from %(from)s on, %(off)s off across shops",
    "cross_shop_percent": "%(name)s: from %(from)s on, %(percent)s off across shops, which is %(off)s",
    "shop_coupon": "Shop coupon “%(name)s”: %(off)s off",
    "platform_coupon": "Miaohui coupon “%(name)s”: %(off)s off",
    "ad_coupon": "Partner coupon “%(name)s”: %(off)s off",
    "freight_coupon": "Freight coupon “%(name)s”: %(off)s off the freight",
}


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """What a step did, before it is said in a language. Amounts are minor units of the trade's currency."""

    kind: SentenceKind
    name: str
    off_minor: int
    from_minor: int = 0
    percent_bp: int = 0


def say(sentence: Sentence, *, currency: str, locale: str, gettext: Callable[[str], str]) -> str:
    """Return a sentence in a language. locale: `zh-Hans` or `en`; gettext: that language's."""
    tag = locale.replace("-", "_")
    blanks = {
        "name": sentence.name,
        "off": _amount(sentence.off_minor, currency, tag),
        "from": _amount(sentence.from_minor, currency, tag),
        "percent": format_percent(Decimal(sentence.percent_bp) / BASIS_POINTS, format="#,##0.##%", locale=tag),
    }
    return gettext(SENTENCES[sentence.kind]) % blanks


def _amount(minor: int, currency: str, tag: str) -> str:
    return format_currency(Decimal(minor).scaleb(-get_currency_precision(currency)), currency, locale=tag)
