"""Letters over the mail server of the settings."""

import ssl

from miaohui.kit.smtp import MailRefused, MailServer, hand_over
from miaohui.talk.notifications.mails.contract import Letter, MailNotSent, MailSender


class SmtpMailSender(MailSender):
    """Hands each letter over in a conversation of its own: there is one a day for each person."""

    def __init__(self, server: MailServer, *, trust: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._trust = trust

    def send(self, letter: Letter) -> None:
        mail = letter.message(sender=self._server.sender)
        try:
            hand_over(mail, address=letter.address, to=self._server, trust=self._trust)
        except MailRefused as fault:
            raise MailNotSent(str(fault), can_retry=fault.can_retry) from None
