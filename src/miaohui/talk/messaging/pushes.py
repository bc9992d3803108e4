"""What the sockets hear of conversations beside the logs of people: who may not listen any more."""

from miaohui.kit.db import Database
from miaohui.kit.ids import format_id
from miaohui.kit.realtime import Realtime
from miaohui.people.graph.events import PersonBlocked
from miaohui.talk.messaging.events import MemberLeft
from miaohui.talk.messaging.inbox import LIVE_TOPIC
from miaohui.talk.messaging.standing import direct_between


async def silence_blocked(event: PersonBlocked, *, realtime: Realtime, db: Database) -> None:
    """Take the sight of each other's typing from two people who must not meet."""
    found = await db.read(direct_between, event.blocker_id, event.blocked_id)
    if found is not None:
        for account_id in (event.blocker_id, event.blocked_id):
            realtime.revoke(LIVE_TOPIC.format(conversation_id=format_id(found)), account_id=account_id)


def silence_member(event: MemberLeft, *, realtime: Realtime) -> None:
    """Take it from who has left a group."""
    topic = LIVE_TOPIC.format(conversation_id=format_id(event.conversation_id))
    realtime.revoke(topic, account_id=event.person_id)
