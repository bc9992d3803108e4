"""The pages of notifications, read through the same answers as the API."""

from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any
from zoneinfo import available_timezones

from litestar import MediaType, Request, Response, get, post
from litestar.params import Parameter

from miaohui.kit.db import Database
from miaohui.kit.errors import NotFound
from miaohui.kit.http import Member, page
from miaohui.kit.ids import parse_id
from miaohui.kit.signing import Signer
from miaohui.talk.notifications.actions.set_wishes import stop_letters
from miaohui.talk.notifications.answers import read_notices, read_settings
from miaohui.talk.notifications.letters import LETTERS_PURPOSE

AnyRequest = Request[Any, Any, Any]
Cursor = Annotated[str | None, Parameter(max_length=20)]
Token = Annotated[str, Parameter(max_length=80)]
_A_PAGE = 30


@get("/notifications", media_type=MediaType.HTML, include_in_schema=False)
async def list_page(*, request: AnyRequest, member: Member, db: Database, after: Cursor = None) -> Response[bytes]:
    """Answer with what one was told, newest first."""
    notices = await db.read(
        read_notices, account_id=member.account_id, locale=member.locale, cursor=after, limit=_A_PAGE
    )
    following = None if notices.cursor is None else f"/notifications?after={notices.cursor}"
    return page(request, "notifications/list.html", notices=notices, next=following)


@get("/notifications/settings", media_type=MediaType.HTML, include_in_schema=False)
async def settings_page(*, request: AnyRequest, member: Member, db: Database) -> Response[bytes]:
    """Answer with what one wants to be told, where, and when not."""
    wishes = await db.read(read_settings, account_id=member.account_id, locale=member.locale)
    zones = _zones() if wishes.time_zone in _zones() else [wishes.time_zone, *_zones()]
    return page(request, "notifications/settings.html", wishes=wishes, zones=zones)


@get("/letters/{token:str}", media_type=MediaType.HTML, include_in_schema=False)
async def letters_page(*, request: AnyRequest, token: Token, signer: Signer) -> Response[bytes]:
    """Ask whether no more letters shall come. Looking changes nothing: programs that check mail look too."""
    _account_of(token, signer)
    return page(request, "notifications/letters.html", done=False)


@post("/letters/{token:str}", media_type=MediaType.HTML, status_code=200, include_in_schema=False)
async def no_more_letters(*, request: AnyRequest, token: Token, signer: Signer, db: Database) -> Response[bytes]:
    """Send no more letters; with one click in a mail program, too (RFC 8058), so without a session."""
    await db.write(stop_letters, account_id=_account_of(token, signer))
    return page(request, "notifications/letters.html", done=True)


def _account_of(token: str, signer: Signer) -> int:
    account_id = signer.verify(LETTERS_PURPOSE, token)
    if account_id is None:
        raise NotFound
    return parse_id(account_id)


@cache
def _zones() -> Sequence[str]:
    return sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))


route_handlers: Sequence[Any] = (list_page, settings_page, letters_page, no_more_letters)
