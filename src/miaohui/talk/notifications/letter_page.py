"""A letter as a page: one column, colours that stand by day and by night, nothing loaded from anywhere."""

from collections.abc import Sequence
from html import escape

from miaohui.kit.i18n import Locale, Msgid
from miaohui.talk.notifications.words import say

GREETING: Msgid = "What you have not seen yet:"
MORE: Msgid = "… and more in your list:"
END: Msgid = "No more letters like this:"
_STOP: Msgid = "Write to me no more"
_ALL: Msgid = "All notices"
_NAME: Msgid = "Miaohui"

# Mail programs take styles from the elements alone, and tables for columns.
_GROUND = "margin:0;padding:24px 12px;background:#fbf7f0;color:#1b1714;font:16px/1.6 system-ui,'PingFang SC',sans-serif"
_PAPER = "max-width:560px;margin:0 auto;background:#fffdf8;border:1px solid #e6dccb;border-radius:10px"
_LINE = "padding:12px 20px;border-top:1px solid #e6dccb"
_LINK = "color:#1b1714;text-decoration:none"
_ACT = "color:#c8361f"
_QUIET = "max-width:560px;margin:16px auto 0;color:#6b6157;font-size:13px;text-align:center"


def letter_page(
    *, locale: Locale, title: str, lines: Sequence[tuple[str, str]], more: str | None, unsubscribe_url: str
) -> str:
    """Return the page of a letter. lines: what there is to tell, each with the address it leads to."""
    rows = [
        f'<div style="{_LINE}"><a href="{escape(link)}" style="{_LINK}">{escape(text)}</a></div>'
        for text, link in lines
    ]
    if more is not None:
        rows.append(
            f'<div style="{_LINE}"><a href="{escape(more)}" style="{_ACT}">{escape(say(locale, _ALL))}</a></div>'
        )
    return (
        f'<!doctype html><html lang="{locale}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width"></head>'
        f'<body style="{_GROUND}"><div style="{_PAPER}">'
        f'<div style="padding:16px 20px"><strong style="color:#c8361f">{escape(say(locale, _NAME))}</strong><br>'
        f"{escape(say(locale, GREETING))}</div>{''.join(rows)}</div>"
        f'<p style="{_QUIET}"><a href="{escape(unsubscribe_url)}" style="color:#6b6157">{escape(say(locale, _STOP))}</a></p>'
        "</body></html>\n"
    )
