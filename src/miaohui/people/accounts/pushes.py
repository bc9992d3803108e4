"""What each web process does at once about what happens to accounts, in whichever process it happened."""

from miaohui.kit.realtime import Realtime
from miaohui.people.accounts.events import AccountDeleted, AccountLeaving, DeviceRevoked, ProfileChanged
from miaohui.people.accounts.sessions import Sessions


def end_session(event: DeviceRevoked, *, sessions: Sessions, realtime: Realtime) -> None:
    """Forget the session of a device that was signed out, and close its sockets."""
    sessions.forget_device(event.device_id)
    realtime.close_device(event.device_id)


def look_again(event: ProfileChanged | AccountLeaving | AccountDeleted, *, sessions: Sessions) -> None:
    """Forget what is remembered of an account that is no longer what it was."""
    sessions.forget_account(event.account_id)
