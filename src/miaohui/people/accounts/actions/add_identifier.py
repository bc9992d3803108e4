"""Add an address by which a person signs in."""

import sqlalchemy as sa

from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.errors import Refusal
from miaohui.kit.ids import new_id
from miaohui.people.accounts.access import access_proven_account
from miaohui.people.accounts.actions.check_code import check_code, spend_code
from miaohui.people.accounts.addresses import Address
from miaohui.people.accounts.codes import CodeExpired, WrongCode
from miaohui.people.accounts.queries import Identifier
from miaohui.people.accounts.tables import account_identifier

MOST_IDENTIFIERS = 5


class AddressTaken(Refusal):
    """The address is another account's; only who has proved that they read it hears so."""

    code = "address_taken"
    status = 409
    title = "There is an account with this address already"


class TooManyAddresses(Refusal):
    """The account has as many addresses as it may."""

    code = "too_many_addresses"
    status = 409
    title = "Five addresses are enough; remove one first"


def add_identifier(
    tx: Tx, *, account_id: int, device_id: int, address: Address, digest: str
) -> Identifier | WrongCode | CodeExpired:
    """Add an address whose code the person has typed.

    Raises ProofNeeded, AddressTaken, TooManyAddresses.
    """
    access_proven_account(tx, account_id=account_id, device_id=device_id)
    refusal = check_code(tx, address=address, purpose="add_address", asked_by=account_id, digest=digest)
    if refusal is not None:
        return refusal
    mine = sa.select(sa.func.count()).where(account_identifier.c.account_id == account_id)
    if tx.scalar(mine) >= MOST_IDENTIFIERS:
        raise TooManyAddresses
    added = link_address(tx, account_id=account_id, address=address)
    spend_code(tx, address=address, purpose="add_address", asked_by=account_id)
    return added


def link_address(tx: Tx, *, account_id: int, address: Address) -> Identifier:
    """Make a proven address the account's; of two who want it at once one gets it. Raises AddressTaken."""
    added = Identifier(id=new_id(), channel=address.channel, address=address.text, verified_at=tx.now)
    row = {
        "id": added.id,
        "account_id": account_id,
        "channel": added.channel,
        "address": added.address,
        "verified_at": added.verified_at,
    }
    if not insert_if_absent(tx, account_identifier, row):
        raise AddressTaken
    return added
