"""Who delivers letters; chosen in settings, by the same setting as codes by e-mail."""

from miaohui.settings import Settings
from miaohui.talk.notifications.mails.console import ConsoleMailSender
from miaohui.talk.notifications.mails.contract import Letter, MailNotSent, MailSender

__all__ = ["ConsoleMailSender", "Letter", "MailNotSent", "MailSender", "mail_sender"]

_SENDERS = {"console": ConsoleMailSender}


def mail_sender(settings: Settings) -> MailSender:
    """Return the sender that the settings name."""
    return _SENDERS[settings.mail_provider]()
