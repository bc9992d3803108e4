"""Who delivers one-time codes; chosen in settings."""

from collections.abc import Mapping

from miaohui.people.accounts.addresses import Channel
from miaohui.people.accounts.senders.console import ConsoleCodeSender
from miaohui.people.accounts.senders.contract import CodeNotSent, CodeSender, OutgoingCode
from miaohui.settings import Settings

__all__ = ["CodeNotSent", "CodeSender", "ConsoleCodeSender", "OutgoingCode", "code_senders"]

_SENDERS = {"console": ConsoleCodeSender}


def code_senders(settings: Settings) -> Mapping[Channel, CodeSender]:
    """Return the sender of each channel that the settings name."""
    return {"email": _SENDERS[settings.mail_provider](), "phone": _SENDERS[settings.sms_provider]()}
