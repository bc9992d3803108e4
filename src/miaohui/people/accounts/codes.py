"""One-time codes: six digits, good for ten minutes, for one address and one purpose."""

import secrets
from datetime import timedelta
from typing import Literal

from miaohui.kit.errors import Refusal
from miaohui.kit.signing import Signer
from miaohui.people.accounts.addresses import Address

CodePurpose = Literal["enter", "add_address", "confirm"]
"""enter: sign in, or sign up where nobody has the address. confirm: show again that it is you."""

CODE_DIGITS = 6
CODE_LIFETIME = timedelta(minutes=10)
MAX_TRIES = 5
"""With five codes an hour (limits.py) somebody who guesses finds one in 40,000 hours on average."""
NOBODY = 0
"""Who asks for a code without being signed in."""


class WrongCode(Refusal):
    """The code is not the one that was sent; the try has been counted."""

    code = "wrong_code"
    status = 403
    title = "This is not the code that we sent"


class CodeExpired(Refusal):
    """There is no code to compare with: too old, used, tried too often, or never asked for."""

    code = "code_expired"
    status = 410
    title = "This code is no longer valid. Ask for a new one"


def draw_code() -> str:
    """Return six digits that nobody can foresee."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def digest_of(signer: Signer, *, address: Address, purpose: CodePurpose, asked_by: int, code: str) -> str:
    """Return what is stored of a code.

    Six digits are found from a plain hash in a second; this one (HMAC-SHA256, 96 bits) needs the
    server's key, too, and fits no other address, purpose or account.
    """
    text = f"{address.channel}:{address.text}:{purpose}:{asked_by}:{code}"
    return signer.sign("accounts.code", text).rpartition(".")[2]
