"""Who delivers one-time codes; chosen in settings."""

from collections.abc import Mapping

from miaohui.kit.smtp import mail_server
from miaohui.people.accounts.addresses import Channel
from miaohui.people.accounts.senders.console import ConsoleCodeSender
from miaohui.people.accounts.senders.contract import CodeNotSent, CodeSender, OutgoingCode
from miaohui.people.accounts.senders.smtp import SmtpCodeSender
from miaohui.settings import Settings

__all__ = ["CodeNotSent", "CodeSender", "ConsoleCodeSender", "OutgoingCode", "SmtpCodeSender", "code_senders"]

_TEXT_SENDERS = {"console": ConsoleCodeSender}


def code_senders(settings: Settings) -> Mapping[Channel, CodeSender]:
    """Return the sender of each channel that the settings name. Raises InvalidSetting."""
    by_mail = SmtpCodeSender(mail_server(settings)) if settings.mail_provider == "smtp" else ConsoleCodeSender()
    return {"email": by_mail, "phone": _TEXT_SENDERS[settings.sms_provider]()}
