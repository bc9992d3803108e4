"""Send a one-time code."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

from miaohui.kit.db import Database
from miaohui.kit.signing import Signer
from miaohui.people.accounts.actions.issue_code import issue_code
from miaohui.people.accounts.addresses import Address, Channel
from miaohui.people.accounts.codes import CodePurpose, digest_of, draw_code
from miaohui.people.accounts.senders import CodeSender, OutgoingCode


async def send_code(
    db: Database,
    *,
    senders: Mapping[Channel, CodeSender],
    signer: Signer,
    address: Address,
    purpose: CodePurpose,
    asked_by: int,
    locale: str,
) -> datetime:
    """Store a fresh code and hand it to the channel's sender; return until when it is good.

    Not a job, because a job's payload would hold the code in the clear; if the process dies in between,
    the person asks again. Raises CodeNotSent, and what `issue_code` raises.
    """
    code = draw_code()
    digest = digest_of(signer, address=address, purpose=purpose, asked_by=asked_by, code=code)
    expires_at = await db.write(issue_code, address=address, purpose=purpose, asked_by=asked_by, digest=digest)
    outgoing = OutgoingCode(
        channel=address.channel,
        address=address.text,
        code=code,
        purpose=purpose,
        expires_at=expires_at,
        locale=locale,
    )
    await asyncio.to_thread(senders[address.channel].send, outgoing)
    return expires_at
