"""The pages of the conversations: one shell with two columns, filled by js/pages/messages.js."""

from collections.abc import Sequence
from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.response import Redirect

from miaohui.kit.db import Database, Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.http import Member, page
from miaohui.kit.ids import Id, parse_id
from miaohui.people.accounts.queries import find_by_handle
from miaohui.people.graph.access import access_person
from miaohui.people.graph.answers import Person, person_of
from miaohui.talk.messaging.actions.send_message import UNANSWERED_AT_MOST
from miaohui.talk.messaging.answers import describe_conversation
from miaohui.talk.messaging.bodies import LONGEST
from miaohui.talk.messaging.inbox import Inbox
from miaohui.talk.messaging.routes.conversations import read_conversations
from miaohui.talk.messaging.routes.messages import read_messages
from miaohui.talk.messaging.standing import check_may_message, direct_between

AnyRequest = Request[Any, Any, Any]
_IN_THE_LIST = 50
_MESSAGES = 50


@get("/messages", media_type=MediaType.HTML, include_in_schema=False)
async def messages_page(*, request: AnyRequest, member: Member, db: Database) -> Response[bytes]:
    """Answer with one's conversations."""
    return _page(request, await db.read(_read_all, me=member.account_id, chosen=None))


@get("/messages/{conversation_id:str}", media_type=MediaType.HTML, include_in_schema=False)
async def conversation_page(
    *, request: AnyRequest, conversation_id: Id, member: Member, db: Database
) -> Response[bytes]:
    """Answer with one of one's conversations, beside the others where there is room."""
    return _page(request, await db.read(_read_all, me=member.account_id, chosen=parse_id(conversation_id)))


@get("/messages/to/{handle:str}", media_type=MediaType.HTML, include_in_schema=False)
async def page_to_somebody(
    *, request: AnyRequest, handle: str, member: Member, db: Database
) -> Response[bytes] | Redirect:
    """Lead to the conversation with somebody, or answer with an empty one, which the first message opens."""

    def find(tx: Tx) -> tuple[int | None, Person, bool]:
        found = find_by_handle(tx, handle)
        if found is None or found.id == member.account_id:
            raise NotFound
        person = access_person(tx, person_id=found.id, viewer_id=member.account_id)
        standing = check_may_message(tx, member.account_id, found.id)
        return direct_between(tx, member.account_id, found.id), person_of(person), standing.friends

    conversation_id, person, friends = await db.read(find)
    if conversation_id is not None:
        return Redirect(f"/messages/{conversation_id}")
    return _page(request, await db.read(_read_all, me=member.account_id, chosen=None), to=person, friends=friends)


def _read_all(tx: Tx, *, me: int, chosen: int | None) -> dict[str, Any]:
    # The position first: what is written while the rest is read is heard of once more, which changes nothing.
    epoch, seq = Inbox().head(tx, person_id=me)
    asked: dict[str, Any] = {"viewer_id": me, "cursor": None, "limit": _IN_THE_LIST}
    inbox = read_conversations(tx, folder="inbox", **asked)
    requests = read_conversations(tx, folder="requests", **asked)
    conversation = messages = None
    if chosen is not None:
        conversation = describe_conversation(tx, chosen, viewer_id=me)
        if conversation is None:
            raise NotFound
        messages = read_messages(tx, conversation_id=chosen, viewer_id=me, before=None, after=None, limit=_MESSAGES)
    return {
        "position": {"epoch": epoch, "seq": seq},
        "conversations": [*inbox.items, *requests.items],
        "cursor": inbox.cursor,
        "chosen": conversation,
        "messages": messages,
        "unanswered_at_most": UNANSWERED_AT_MOST,
    }


def _page(
    request: AnyRequest, found: dict[str, Any], *, to: Person | None = None, friends: bool = False
) -> Response[bytes]:
    is_open = found["chosen"] is not None or to is not None
    name = found["chosen"].title if found["chosen"] is not None else (to.nickname if to is not None else None)
    return page(
        request,
        "messaging/messages.html",
        state={**found, "to": to, "friends": friends},
        is_open=is_open,
        whose=name,
        longest=LONGEST,
    )


route_handlers: Sequence[Any] = (messages_page, conversation_page, page_to_somebody)
