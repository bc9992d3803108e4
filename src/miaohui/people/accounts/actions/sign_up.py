"""Sign up: a proven address becomes an account."""

from datetime import date

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.people.accounts.actions.add_identifier import AddressTaken, link_address
from miaohui.people.accounts.actions.check_code import check_code, spend_code
from miaohui.people.accounts.actions.create_account import create_account
from miaohui.people.accounts.actions.enter_account import Entrant, SignedIn, enter_account
from miaohui.people.accounts.addresses import Address
from miaohui.people.accounts.codes import NOBODY, CodeExpired, WrongCode
from miaohui.people.accounts.queries import account_of_address
from miaohui.people.accounts.tables import account_password


class NewPerson(msgspec.Struct, frozen=True, kw_only=True):
    """What sign-up asks. handle: None to have one proposed. encoded_password: from `Passwords.encode`."""

    nickname: str
    birth_date: date
    locale: str
    handle: str | None = None
    encoded_password: str | None = None


def sign_up(
    tx: Tx, *, address: Address, digest: str, person: NewPerson, entrant: Entrant
) -> SignedIn | WrongCode | CodeExpired:
    """Create an account for an address whose code the person has typed, and sign in.

    An account begins with an address, so that there is a way back in when a phone with its passkey is
    lost, and so that accounts by the thousand cost something. The terms have been accepted.
    A raised refusal leaves the code valid for the corrected form. Raises AddressTaken, and what
    `create_account` raises.
    """
    refusal = check_code(tx, address=address, purpose="enter", asked_by=NOBODY, digest=digest)
    if refusal is not None:
        return refusal
    if account_of_address(tx, address) is not None:
        raise AddressTaken
    account_id = create_account(
        tx,
        nickname=person.nickname,
        birth_date=person.birth_date,
        locale=person.locale,
        handle=person.handle,
        terms_accepted_at=tx.now,
    )
    link_address(tx, account_id=account_id, address=address)
    if person.encoded_password is not None:
        tx.execute(
            sa.insert(account_password).values(
                account_id=account_id, encoded=person.encoded_password, changed_at=tx.now
            )
        )
    spend_code(tx, address=address, purpose="enter", asked_by=NOBODY)
    return enter_account(tx, account_id=account_id, entrant=entrant)
