"""Show something that speaks for one's side."""

import sqlalchemy as sa

from miaohui.care.aftersales.access import access_case_as_party
from miaohui.care.aftersales.events import EvidenceSubmitted
from miaohui.care.aftersales.locks import lock_dispute
from miaohui.care.aftersales.moves import move_dispute, require_state
from miaohui.care.aftersales.queries import Piece, dispute_of_case, evidence_of_case
from miaohui.care.aftersales.rules import MOST_EVIDENCE_A_SIDE, proof_is_complete
from miaohui.care.aftersales.states import CaseState
from miaohui.care.aftersales.tables import evidence
from miaohui.kit.db import Tx
from miaohui.kit.errors import Conflict
from miaohui.kit.ids import new_id

UNDECIDED: frozenset[CaseState] = frozenset(
    {
        "applied",
        "wait_buyer_confirm",
        "wait_return",
        "return_shipped",
        "wait_reship",
        "reshipped",
        "rejected",
        "disputed",
    }
)


class TooMuchEvidence(Conflict):
    """One side has shown as much as anybody looks at."""

    code = "too_much_evidence"
    status = 409
    title = "You have shown enough for this case"


def submit_evidence(tx: Tx, *, aftersale_id: int, account_id: int, file: str | None, words: str) -> Piece:
    """Add a piece of evidence to an undecided case, on behalf of the side that this person belongs to.

    file: what `store_evidence` returned, None for words alone. When all who were asked for proof have
    shown something, the dispute is ready. Raises NotFound, Forbidden, CaseMoved, TooMuchEvidence.
    """
    found, party = access_case_as_party(tx, aftersale_id=aftersale_id, account_id=account_id)
    require_state(found, UNDECIDED)
    shown = evidence_of_case(tx, aftersale_id=aftersale_id)
    if sum(piece.by_side == party for piece in shown) >= MOST_EVIDENCE_A_SIDE:
        raise TooMuchEvidence
    piece = Piece(
        id=new_id(),
        aftersale_id=aftersale_id,
        by_side=party,
        by_id=account_id,
        file=file,
        words=words,
        at=tx.now,
    )
    tx.execute(sa.insert(evidence).values({field: getattr(piece, field) for field in piece.__struct_fields__}))
    tx.emit(EvidenceSubmitted(aftersale_id=aftersale_id, evidence_id=piece.id, by_side=party, at=tx.now))
    _complete_round(tx, aftersale_id=aftersale_id, shown=[*shown, piece])
    return piece


def _complete_round(tx: Tx, *, aftersale_id: int, shown: list[Piece]) -> None:
    about = dispute_of_case(tx, aftersale_id=aftersale_id)
    held = None if about is None else lock_dispute(tx, about.id)
    if held is None or held.state != "wait_proof" or held.proof_from is None or held.proof_asked_at is None:
        return
    heard = frozenset(piece.by_side for piece in shown if piece.at >= held.proof_asked_at)
    if proof_is_complete(held.proof_from, heard):
        move_dispute(tx, held, "ready", by_side="clock", by_id=None, words="all who were asked have answered")
