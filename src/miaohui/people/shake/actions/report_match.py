"""Report or block somebody one met, before knowing who they are."""

from typing import Literal

from miaohui.kit.db import Tx, insert_if_absent
from miaohui.people.graph.actions.block_person import block_person
from miaohui.people.shake.access import access_match
from miaohui.people.shake.tables import shake_report

Reason = Literal["rude", "harassment", "fake", "minor", "other"]


def report_match(tx: Tx, *, match_id: int, person_id: int, reason: Reason) -> None:
    """Report the other of a match and block them; a person counts once, however often they report. Raises NotFound."""
    partner_id = access_match(tx, match_id, person_id=person_id).partner_of(person_id)
    row = {"reporter_id": person_id, "reported_id": partner_id, "reason": reason, "reported_at": tx.now}
    insert_if_absent(tx, shake_report, row)
    block_person(tx, blocker_id=person_id, blocked_id=partner_id)


def block_match(tx: Tx, *, match_id: int, person_id: int) -> None:
    """Block the other of a match. Raises NotFound."""
    partner_id = access_match(tx, match_id, person_id=person_id).partner_of(person_id)
    block_person(tx, blocker_id=person_id, blocked_id=partner_id)
