"""What a deliverer of letters promises."""

from abc import ABC, abstractmethod
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

import msgspec

from miaohui.kit.smtp import POLICY


class MailNotSent(Exception):
    """The provider did not take a letter. can_retry: whether it may, later."""

    def __init__(self, reason: str, *, can_retry: bool) -> None:
        super().__init__(reason)
        self.can_retry = can_retry


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A letter on its way, in plain words and as a page. key: the same for the same letter, however often it is tried."""

    address: str
    subject: str
    text: str
    html: str
    unsubscribe_url: str
    key: str
    sent_at: datetime

    def message(self, *, sender: str) -> EmailMessage:
        """Return it as mail programs want it, with one-click unsubscription (RFC 5322, 2369, 8058).

        sender: our own address, perhaps with a name. RFC 8058 asks for HTTPS and for a DKIM signature over both headers, which
        the provider adds.
        """
        mail = EmailMessage(policy=POLICY)
        mail["From"], mail["To"], mail["Subject"] = sender, self.address, self.subject
        mail["Date"] = format_datetime(self.sent_at)
        mail["Message-ID"] = f"<{self.key}@{mail['From'].addresses[0].domain}>"
        mail["List-Unsubscribe"] = f"<{self.unsubscribe_url}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(self.text)
        mail.add_alternative(self.html, subtype="html")
        return mail


class MailSender(ABC):
    """Delivers letters by e-mail.

    To add a provider: put a module beside this one, derive from this class, and name it in `mail_sender` and
    in the setting `mail_provider` (people/accounts/senders has the same for codes). What it must keep to:

    - `send` is called in the worker, outside any transaction, and may block for at most 10 seconds.
    - It hands on the headers of `Letter.message` unchanged.
    - A provider that counts requests by idempotency key gets `letter.key`.
    - Nothing of the letter goes into a log or an error message.
    """

    @abstractmethod
    def send(self, letter: Letter) -> None:
        """Hand the letter to the provider; returning means that it was accepted. Raises MailNotSent."""
