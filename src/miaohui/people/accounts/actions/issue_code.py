"""Write down a code that is about to be sent."""

from datetime import datetime

from miaohui.kit.db import Tx, insert_or_update
from miaohui.kit.errors import NotFound
from miaohui.people.accounts.addresses import Address
from miaohui.people.accounts.codes import CODE_LIFETIME, CodePurpose
from miaohui.people.accounts.queries import account_of_address
from miaohui.people.accounts.tables import one_time_code


def issue_code(tx: Tx, *, address: Address, purpose: CodePurpose, asked_by: int, digest: str) -> datetime:
    """Keep the digest of a fresh code in place of any earlier one; return until when it is good.

    To enter or to add an address it is not looked up, so the answer is the same whether or not somebody
    has it. To confirm, it must be one of the account's own. Raises NotFound if it is not.
    """
    if purpose == "confirm" and account_of_address(tx, address) != asked_by:
        raise NotFound
    expires_at = tx.now + CODE_LIFETIME
    fresh = {"digest": digest, "tries": 0, "expires_at": expires_at}
    key = {"channel": address.channel, "address": address.text, "purpose": purpose, "asked_by": asked_by}
    insert_or_update(tx, one_time_code, {**key, **fresh}, key=tuple(key), changes=fresh)
    return expires_at
