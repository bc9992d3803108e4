"""What the conversations do about others' events."""

from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal
from miaohui.kit.ids import format_id
from miaohui.people.accounts.events import AccountDeleted
from miaohui.people.graph.events import PersonBlocked, PersonFollowed, PersonUnblocked, PersonUnfollowed
from miaohui.people.shake.events import HelloMutual
from miaohui.talk.messaging.actions.erase_own import erase_messages_of
from miaohui.talk.messaging.actions.leave_group import take_out
from miaohui.talk.messaging.actions.open_direct import accept_request, open_direct
from miaohui.talk.messaging.person_log import append_person_events
from miaohui.talk.messaging.standing import direct_between, groups_of_both, minors_among, standing_of


def open_after_hello(tx: Tx, event: HelloMutual) -> None:
    """Open the conversation of two people who have both said hello, unless one has blocked the other since."""
    try:
        open_direct(tx, one_id=event.one_id, other_id=event.other_id, reason="shake")
    except Refusal:
        return


def take_away(tx: Tx, event: PersonBlocked) -> None:
    """Let all devices of both drop the conversation at once, and load their groups without each other's words."""
    people = [event.blocker_id, event.blocked_id]
    found = direct_between(tx, *people)
    if found is not None:
        data = {"conversation_id": format_id(found)}
        append_person_events(tx, person_ids=people, event="conversation_gone", data=data)
    _load_groups_afresh(tx, people)


def give_back(tx: Tx, event: PersonUnblocked) -> None:
    """Show the conversation to both again, unless the other block still stands."""
    people = [event.blocker_id, event.blocked_id]
    if standing_of(tx, *people).blocked:
        return
    found = direct_between(tx, *people)
    if found is not None:
        append_person_events(tx, person_ids=people, event="conversation", conversation_id=found)
    _load_groups_afresh(tx, people)


def _load_groups_afresh(tx: Tx, people: list[int]) -> None:
    for conversation_id, present in groups_of_both(tx, *people).items():
        if present:
            data = {"conversation_id": format_id(conversation_id)}
            append_person_events(tx, person_ids=present, event="conversation_gone", data=data)
            append_person_events(tx, person_ids=present, event="conversation", conversation_id=conversation_id)


def open_for_friends(tx: Tx, event: PersonFollowed) -> None:
    """Turn a request into a conversation once the two are friends."""
    found = direct_between(tx, event.follower_id, event.followee_id)
    if found is not None and standing_of(tx, event.follower_id, event.followee_id).friends:
        accept_request(tx, conversation_id=found, person_ids=(event.follower_id, event.followee_id))


def part_from_minor(tx: Tx, event: PersonUnfollowed) -> None:
    """Take a minor out of the groups with somebody who is no friend any more."""
    pair = (event.follower_id, event.followee_id)
    for minor_id in minors_among(tx, pair):
        together = [one for one, present in groups_of_both(tx, *pair).items() if len(present) == len(pair)]
        for conversation_id in together:
            take_out(tx, conversation_id=conversation_id, person_id=minor_id)


def erase_own(tx: Tx, event: AccountDeleted) -> None:
    """Erase what a deleted account has written."""
    erase_messages_of(tx, account_id=event.account_id)
