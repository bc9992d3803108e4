"""What every template may use: addresses of our files, what the scripts of a page must know, numbers as people write them."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import jinja2
import msgspec
from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_compact_decimal, format_currency, format_decimal, get_currency_precision
from markupsafe import Markup, escape

from miaohui.kit.http import Viewer
from miaohui.web.assets import Assets

_COMPACT_FROM = 1000
_TOPIC = re.compile(r"((?<![\w/&])[#＃]\w+)")


class _Account(msgspec.Struct, frozen=True):
    id: str
    handle: str
    nickname: str
    avatar: str


class _PageData(msgspec.Struct, frozen=True):
    """Read by js/page.js."""

    locale: str
    account: _Account | None
    demo: bool
    icons: str


def template_context(assets: Assets, *, demo: bool) -> dict[str, Any]:
    """Return the functions for `PageRenderer(context=…)`."""

    def page_data(viewer: Viewer) -> Markup:
        account = None
        if (session := viewer.session) is not None:
            account = _Account(
                id=str(session.account_id),
                handle=session.handle,
                nickname=session.nickname,
                avatar=session.avatar_url,
            )
        return embed(_PageData(viewer.locale, account, demo, icons))

    @jinja2.pass_context
    def import_map(context: jinja2.runtime.Context) -> Markup:
        return embed(assets.import_map(context["locale"]))

    @jinja2.pass_context
    def modules(context: jinja2.runtime.Context, entry: str) -> list[str]:
        return assets.modules(f"miaohui/{entry.strip()}", context["locale"])

    # Before the set-up has drawn the icons, pages work without them.
    icons = assets.url("vendor/icons.svg") if "vendor/icons.svg" in assets.files else ""

    def asset(name: str) -> str:
        return icons if name == "vendor/icons.svg" else assets.url(name)

    return {"asset": asset, "import_map": import_map, "modules": modules, "page_data": page_data, "demo": demo}


def template_filters() -> Mapping[str, Callable[..., Any]]:
    """Return the filters for `PageRenderer(filters=…)`."""
    return {
        "topics": _with_topics,
        "embed": embed,
        "compact": _compact,
        "number": _number,
        "clock": _clock,
        "day": _day,
        "moment": _moment,
        "money": _money,
    }


def embed(value: Any) -> Markup:
    """Return JSON that cannot end the <script> element around it."""
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704  nothing in it can close the element


def _with_topics(caption: str) -> Markup:
    """Return the caption with its hashtags marked; js/caption.js does the same."""
    pieces = [
        Markup('<span class="topic">{}</span>').format(piece) if piece[:1] in "#＃" and piece else escape(piece)
        for piece in _TOPIC.split(caption)
    ]
    return Markup("").join(pieces)


@jinja2.pass_context
def _compact(context: jinja2.runtime.Context, number: int) -> str:
    if number < _COMPACT_FROM:
        return str(number)
    return format_compact_decimal(number, fraction_digits=1, locale=_locale(context))


@jinja2.pass_context
def _number(context: jinja2.runtime.Context, number: float) -> str:
    return format_decimal(number, locale=_locale(context))


def _clock(duration_ms: int) -> str:
    minutes, seconds = divmod(max(0, round(duration_ms / 1000)), 60)
    return f"{minutes}:{seconds:02}"


@jinja2.pass_context
def _day(context: jinja2.runtime.Context, moment: datetime) -> str:
    return format_date(moment, format="medium", locale=_locale(context))


@jinja2.pass_context
def _moment(context: jinja2.runtime.Context, moment: datetime) -> Markup:
    """Return a <time>: in UTC for whoever has no scripts; js/times.js puts it into the reader's own zone."""
    words = format_datetime(moment, format="short", locale=_locale(context))
    return Markup('<time datetime="{}" data-moment>{}</time>').format(moment.isoformat(), words)


@jinja2.pass_context
def _money(context: jinja2.runtime.Context, amount_minor: int, currency: str) -> str:
    """Return an amount of minor units as people write it."""
    whole = Decimal(amount_minor).scaleb(-get_currency_precision(currency))
    return format_currency(whole, currency, locale=_locale(context))


def _locale(context: jinja2.runtime.Context) -> Locale:
    return Locale.parse(context["locale"], sep="-")
