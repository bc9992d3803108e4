"""Ask the sides of a dispute for proof."""

from typing import Literal

from miaohui.care.aftersales.access import access_dispute_as_operator
from miaohui.care.aftersales.moves import move_dispute, require_state
from miaohui.care.aftersales.queries import Dispute
from miaohui.care.aftersales.rules import MOST_PROOF_ROUNDS, PROOF_LASTS
from miaohui.kit.db import Tx
from miaohui.kit.errors import Conflict


class TooManyRounds(Conflict):
    """Both sides have been asked as often as they may be; the dispute must be decided."""

    code = "too_many_proof_rounds"
    status = 409
    title = "There have been enough rounds of proof"


def ask_proof(
    tx: Tx, *, dispute_id: int, by_id: int, proof_from: Literal["buyer", "shop", "both"], words: str
) -> Dispute:
    """Ask on the platform's behalf; who has shown nothing after 3 days is decided about without it.

    Raises NotFound, Forbidden, CaseMoved, TooManyRounds.
    """
    found = access_dispute_as_operator(tx, dispute_id=dispute_id, by_id=by_id)
    require_state(found, {"open", "ready"})
    if found.round >= MOST_PROOF_ROUNDS:
        raise TooManyRounds
    return move_dispute(
        tx,
        found,
        "wait_proof",
        by_side="platform",
        by_id=by_id,
        words=words,
        lasts=PROOF_LASTS,
        changes={"round": found.round + 1, "proof_from": proof_from, "proof_asked_at": tx.now},
    )
