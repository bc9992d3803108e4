"""What notifications do about others' events."""

from miaohui.kit.db import Tx
from miaohui.people.accounts.events import AccountDeleted, DeviceRevoked
from miaohui.people.graph.events import PersonFollowed, PersonUnfollowed
from miaohui.people.graph.queries import is_following
from miaohui.talk.notifications.actions.notify import notify
from miaohui.talk.notifications.actions.remove_notices import erase_notices, withdraw
from miaohui.talk.notifications.actions.subscribe import forget_device
from miaohui.talk.notifications.notices import BEFRIENDED, FOLLOWED

_FOLLOWERS = "/me"


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
