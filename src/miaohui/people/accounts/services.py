"""What accounts need in a web process beside the kit."""

from collections.abc import Mapping

from miaohui.people.accounts.addresses import Channel
from miaohui.people.accounts.passkeys import PasskeysUnavailable, RelyingParty, relying_party
from miaohui.people.accounts.passwords import Passwords
from miaohui.people.accounts.senders import CodeSender, code_senders
from miaohui.people.accounts.sessions import Sessions
from miaohui.settings import Settings


class AccountServices:
    """Built once for each web process; routes receive it as `accounts`."""

    def __init__(
        self,
        settings: Settings,
        *,
        sessions: Sessions,
        passwords: Passwords | None = None,
        senders: Mapping[Channel, CodeSender] | None = None,
    ) -> None:
        self.sessions = sessions
        self.passwords = passwords or Passwords()
        self.senders = senders or code_senders(settings)
        self._party = relying_party(settings)

    @property
    def offers_passkeys(self) -> bool:
        """Whether browsers would allow passkeys at this server's address; pages hide them otherwise."""
        return self._party is not None

    @property
    def party(self) -> RelyingParty:
        """Who we are to authenticators. Raises PasskeysUnavailable."""
        if self._party is None:
            raise PasskeysUnavailable
        return self._party

    def close(self) -> None:
        """Let go of the password threads."""
        self.passwords.close()
