"""Codes over the mail server of the settings."""

import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from miaohui.kit.smtp import POLICY, MailRefused, MailServer, hand_over
from miaohui.people.accounts.senders.contract import CodeNotSent, CodeSender, OutgoingCode

_SUBJECTS = {"zh-Hans": "庙会验证码 {code}", "en": "Miaohui code {code}"}
_TEXTS = {
    "zh-Hans": "你的庙会验证码是 {code}，十分钟内有效。\n\n如果不是你在登录，不用理会这封信；请不要把验证码告诉任何人。\n",
    "en": "Your Miaohui code is {code}. It is good for ten minutes.\n\n"
    "If it was not you who asked, there is nothing to do. Tell the code to nobody.\n",
}


class SmtpCodeSender(CodeSender):
    """Hands each code over in a conversation of its own."""

    def __init__(self, server: MailServer, *, trust: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._trust = trust

    def send(self, outgoing: OutgoingCode) -> None:
        mail = EmailMessage(policy=POLICY)
        mail["From"], mail["To"] = self._server.sender, outgoing.address
        mail["Subject"] = _SUBJECTS[outgoing.locale].format(code=outgoing.code)
        mail["Date"] = format_datetime(datetime.now(UTC))
        mail["Message-ID"] = make_msgid(domain=mail["From"].addresses[0].domain)
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(_TEXTS[outgoing.locale].format(code=outgoing.code))
        try:
            hand_over(mail, address=outgoing.address, to=self._server, trust=self._trust)
        except MailRefused as fault:
            raise CodeNotSent(str(fault), can_retry=fault.can_retry) from None
