"""Who delivers letters; chosen in settings, by the same setting as codes by e-mail."""

from miaohui.kit.smtp import mail_server
from miaohui.settings import Settings
from miaohui.talk.notifications.mails.console import ConsoleMailSender
from miaohui.talk.notifications.mails.contract import Letter, MailNotSent, MailSender
from miaohui.talk.notifications.mails.smtp import SmtpMailSender

__all__ = ["ConsoleMailSender", "Letter", "MailNotSent", "MailSender", "SmtpMailSender", "mail_sender"]


def mail_sender(settings: Settings) -> MailSender:
    """Return the sender that the settings name. Raises InvalidSetting."""
    return SmtpMailSender(mail_server(settings)) if settings.mail_provider == "smtp" else ConsoleMailSender()
