"""What happens to accounts."""

from miaohui.kit.outbox import Event


class AccountCreated(Event, frozen=True, kw_only=True):
    """Somebody has signed up."""

    account_id: int


class ProfileChanged(Event, frozen=True, kw_only=True):
    """Nickname, handle, picture, text, language or role are no longer what they were."""

    account_id: int


class DeviceRevoked(Event, frozen=True, kw_only=True):
    """A device has been signed out; its token is worth nothing any more."""

    account_id: int
    device_id: int


class AccountLeaving(Event, frozen=True, kw_only=True):
    """A person has asked for the deletion of the account; it can still be taken back."""

    account_id: int


class AccountReturned(Event, frozen=True, kw_only=True):
    """A person who was leaving has signed in again and stays."""

    account_id: int


class AccountDeleted(Event, frozen=True, kw_only=True):
    """The account is empty and nobody's. Every domain erases what it holds of the person."""

    account_id: int
