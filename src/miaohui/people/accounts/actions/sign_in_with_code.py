"""Sign in with a one-time code."""

from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal
from miaohui.people.accounts.actions.check_code import check_code, spend_code
from miaohui.people.accounts.actions.enter_account import Entrant, SignedIn, enter_account
from miaohui.people.accounts.addresses import Address
from miaohui.people.accounts.codes import NOBODY, CodeExpired, WrongCode
from miaohui.people.accounts.queries import account_of_address


class NoAccountYet(Refusal):
    """The code was right and nobody has the address; the same code is still good for signing up."""

    code = "no_account_yet"
    status = 409
    title = "There is no account with this address yet"


def sign_in_with_code(tx: Tx, *, address: Address, digest: str, entrant: Entrant) -> SignedIn | WrongCode | CodeExpired:
    """Let in who has typed the code that was sent to an account's address. Raises NoAccountYet."""
    refusal = check_code(tx, address=address, purpose="enter", asked_by=NOBODY, digest=digest)
    if refusal is not None:
        return refusal
    account_id = account_of_address(tx, address)
    if account_id is None:
        raise NoAccountYet
    spend_code(tx, address=address, purpose="enter", asked_by=NOBODY)
    return enter_account(tx, account_id=account_id, entrant=entrant)
