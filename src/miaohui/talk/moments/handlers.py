"""What the moments do about events."""

from miaohui.kit.db import Tx
from miaohui.people.accounts.events import AccountDeleted
from miaohui.people.graph.events import PersonFollowed
from miaohui.talk.moments.actions.erase_moments import erase_moments_of
from miaohui.talk.moments.actions.fan_out import catch_up, fan_out
from miaohui.talk.moments.events import MomentPosted


def lay_on_timelines(tx: Tx, event: MomentPosted) -> None:
    """Lay what somebody posted on the lines of their friends."""
    fan_out(tx, moment_id=event.moment_id)


def catch_up_new_friends(tx: Tx, event: PersonFollowed) -> None:
    """Show two who have become friends what the other posted lately."""
    catch_up(tx, one_id=event.follower_id, other_id=event.followee_id)


def erase_own(tx: Tx, event: AccountDeleted) -> None:
    """Erase what a deleted account showed, said and liked."""
    erase_moments_of(tx, account_id=event.account_id)
