"""What a deliverer of one-time codes promises."""

from abc import ABC, abstractmethod
from datetime import datetime

import msgspec

from miaohui.kit.errors import Refusal
from miaohui.people.accounts.addresses import Channel
from miaohui.people.accounts.codes import CodePurpose


class CodeNotSent(Refusal):
    """The deliverer refused. `can_retry` tells whether the same request may succeed later."""

    code = "code_not_sent"
    status = 503
    title = "We could not send the code just now"

    def __init__(self, reason: str, *, can_retry: bool) -> None:
        super().__init__(can_retry=can_retry)
        self.reason = reason


class OutgoingCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code on its way to a person.

    address: lower-case e-mail address, or phone number in E.164 (`+8613800138000`).
    locale: the language of the person who asked, `zh-Hans` or `en`.
    """

    channel: Channel
    address: str
    code: str
    purpose: CodePurpose
    expires_at: datetime
    locale: str


class CodeSender(ABC):
    """Delivers one-time codes to one kind of address.

    To add a provider: put a module beside this one, derive from this class, name it in `code_senders` and in
    the setting `mail_provider` or `sms_provider`. What it must keep to:

    - `send` is called after the code has been stored, outside any transaction, in a thread where it may
      block for at most 10 seconds; afterwards it gives up by itself.
    - It is called for known and unknown addresses alike, and must not tell one from the other.
    - The text names the product, the code and its lifetime, and nothing about the person: whoever reads
      the address may not be who asked. It contains no link, so that nobody learns to follow one.
    - The code goes nowhere else: no log, no error message, no template store of the provider.
    - A provider that counts requests by idempotency key gets `f"{address}:{expires_at}"`.
    """

    @abstractmethod
    def send(self, outgoing: OutgoingCode) -> None:
        """Hand the code to the provider; returning means that it was accepted, not that it has arrived.

        Raises CodeNotSent: with can_retry when the provider is down or busy, without when it says that
        the address cannot be reached. The person then asks for a new code; this one is never sent twice.
        """
