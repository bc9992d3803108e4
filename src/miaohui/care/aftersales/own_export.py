"""A person's after-sales cases in the copy of their data, with the pictures that they have shown."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from miaohui.care.aftersales.queries import Case, cases_of_buyer, evidence_of_case
from miaohui.kit.db import Tx
from miaohui.kit.ids import format_id
from miaohui.kit.pictures import WIDTHS_PX
from miaohui.people.accounts.export import ExportedFile

_MOST = 10_000


class ExportedCase(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for, what came of it, and what the person has written to prove it."""

    id: str
    order_id: str
    kind: str
    state: str
    reason: str
    words: str
    asked_minor: int
    agreed_minor: int | None
    currency: str
    opened_at: datetime
    closed_at: datetime | None
    evidence: list[str]


def cases_for_export(tx: Tx, account_id: int) -> Iterator[ExportedCase]:
    """Yield the person's cases, newest first."""
    for case in _cases(tx, account_id):
        shown = evidence_of_case(tx, aftersale_id=case.id)
        yield ExportedCase(
            id=format_id(case.id),
            order_id=format_id(case.order_id),
            kind=case.kind,
            state=case.state,
            reason=case.reason,
            words=case.words,
            asked_minor=case.asked_minor,
            agreed_minor=case.agreed_minor,
            currency=case.currency,
            opened_at=case.opened_at,
            closed_at=case.closed_at,
            evidence=[piece.words for piece in shown if piece.by_id == account_id and piece.words],
        )


def evidence_files_for_export(tx: Tx, account_id: int) -> Iterator[ExportedFile]:
    """Yield the pictures that the person has shown."""
    for case in _cases(tx, account_id):
        for piece in evidence_of_case(tx, aftersale_id=case.id):
            if piece.by_id == account_id and piece.file is not None:
                yield ExportedFile(name=f"{case.id}-{piece.id}.webp", key=f"{piece.file}-{WIDTHS_PX[-1]}.webp")


def _cases(tx: Tx, account_id: int) -> list[Case]:
    return cases_of_buyer(tx, buyer_id=account_id, after=None, limit=_MOST)
