"""What notifications do about others' events."""

from miaohui.kit.db import Tx
from miaohui.people.accounts.events import AccountDeleted, DeviceRevoked
from miaohui.people.graph.events import PersonFollowed, PersonUnfollowed
from miaohui.people.graph.queries import is_following
from miaohui.people.shake.events import RendezvousBegan, ShakeEnded, ShakeMatched
from miaohui.talk.notifications.actions.notify import notify
from miaohui.talk.notifications.actions.remove_notices import erase_notices, withdraw
from miaohui.talk.notifications.actions.subscribe import forget_device
from miaohui.talk.notifications.notices import BEFRIENDED, FOLLOWED, MET_LATE, NOBODY_CAME, RENDEZVOUS

_FOLLOWERS = "/me"
_SHAKE = "/shake"


def erase_own(tx: Tx, event: AccountDeleted) -> None:
    """Erase what a deleted account was told, and what others were told of it."""
    erase_notices(tx, account_id=event.account_id)


def forget_signed_out(tx: Tx, event: DeviceRevoked) -> None:
    """Push no more to a device that was signed out."""
    forget_device(tx, device_id=event.device_id)


def tell_of_follower(tx: Tx, event: PersonFollowed) -> None:
    """Tell somebody that they are followed; whoever follows back is a friend from then on."""
    mutual = is_following(tx, follower_id=event.followee_id, followee_id=event.follower_id)
    kind = BEFRIENDED if mutual else FOLLOWED
    notify(
        tx,
        to_id=event.followee_id,
        kind=kind.name,
        about_id=event.follower_id,
        link=_FOLLOWERS,
        dedupe=str(event.follower_id),
    )


def take_back_follower(tx: Tx, event: PersonUnfollowed) -> None:
    """Take back what is no longer so."""
    for kind in (FOLLOWED, BEFRIENDED):
        withdraw(tx, to_id=event.followee_id, kind=kind.name, subject=_FOLLOWERS, about_id=event.follower_id)


def tell_of_late_match(tx: Tx, event: ShakeMatched) -> None:
    """Tell two who met late: at least one of them looks elsewhere. Who it is they see when they are there."""
    if event.late:
        for person_id, other_id in ((event.one_id, event.other_id), (event.other_id, event.one_id)):
            subject = f"match {event.match_id}"
            notify(tx, to_id=person_id, kind=MET_LATE.name, about_id=other_id, link=_SHAKE, subject=subject)


def tell_that_nobody_came(tx: Tx, event: ShakeEnded) -> None:
    """Tell who had stayed listed that the lantern is out."""
    if event.listed:
        notify(tx, to_id=event.person_id, kind=NOBODY_CAME.name, link=_SHAKE)


def tell_of_rendezvous(tx: Tx, event: RendezvousBegan) -> None:
    """Tell who wanted to come that the hour is full."""
    subject = f"rendezvous {event.at:%Y-%m-%d %H}"
    notify(tx, to_id=event.person_id, kind=RENDEZVOUS.name, link=_SHAKE, subject=subject)
