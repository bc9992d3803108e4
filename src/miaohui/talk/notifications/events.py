"""What happens to notices."""

from miaohui.kit.outbox import Event


class NoticesChanged(Event, frozen=True, kw_only=True):
    """An account has a new notice or fewer unread ones. seq: of the newest, or of the one that changed."""

    account_id: int
    seq: int
