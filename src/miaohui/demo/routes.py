"""The API of the demo town; mounted in demo mode only, because it opens accounts without a proof."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post

from miaohui.demo.queries import people_to_enter_as, resident_id
from miaohui.kit.db import Database, Tx
from miaohui.kit.http import Viewer
from miaohui.people.accounts.actions.enter_account import Entrant, SignedIn, enter_account
from miaohui.people.accounts.routes import answers
from miaohui.people.accounts.routes.asked import entrant_of
from miaohui.people.accounts.routes.session_answer import session_answer
from miaohui.people.accounts.services import AccountServices
from miaohui.settings import Settings


class EnterAs(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to be, by the name in the town's script, such as `mei`."""

    who: Annotated[str, msgspec.Meta(min_length=1, max_length=24)] = msgspec.field(name="as")


class TownspersonCard(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom a visitor can be. name: what `as` takes."""

    name: str
    nickname: str
    avatar: str | None


@post("/api/v1/demo/session", status_code=201, tags=["demo"])
async def enter_town(
    *,
    data: EnterAs,
    request: Request[Any, Any, Any],
    viewer: Viewer,
    db: Database,
    settings: Settings,
    accounts: AccountServices,
) -> Response[answers.SignedIn]:
    """Be one of the townspeople, without any proof; demo mode only."""
    signed_in = await db.write(_enter, who=data.who, entrant=entrant_of(request, viewer))
    return session_answer(signed_in, viewer, accounts, settings, db.clock.now())


@get("/api/v1/demo/people", tags=["demo"])
async def townspeople(db: Database) -> list[TownspersonCard]:
    """List whom a visitor can be; demo mode only."""
    found = await db.read(people_to_enter_as)
    return [TownspersonCard(name=name, nickname=card.nickname, avatar=card.avatar_url) for name, card in found]


def _enter(tx: Tx, *, who: str, entrant: Entrant) -> SignedIn:
    return enter_account(tx, account_id=resident_id(tx, who), entrant=entrant)


route_handlers = (enter_town, townspeople)
