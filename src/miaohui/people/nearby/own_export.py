"""Whether a person is seen near by, in the copy of their data."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from miaohui.kit.db import Tx
from miaohui.people.nearby.queries import visit_of


class ExportedVisit(msgspec.Struct, frozen=True, kw_only=True):
    """In which cell the person is seen, and until when."""

    cell: str
    until: datetime


def visit_for_export(tx: Tx, account_id: int) -> Iterator[ExportedVisit]:
    """Yield the visit that goes on, if one does."""
    if (visit := visit_of(tx, account_id)) is not None:
        yield ExportedVisit(cell=str(visit.cell), until=visit.until)
