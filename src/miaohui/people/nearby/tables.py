"""Who wants to be seen near by: a 1-km cell, gone with the two hours."""

import sqlalchemy as sa

from miaohui.kit.db import Timestamp, metadata

nearby_visit = sa.Table(
    "nearby_visit",
    metadata,
    sa.Column("person_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True, autoincrement=False),
    sa.Column("cell", sa.BigInteger, nullable=False),
    sa.Column("until", Timestamp, nullable=False, index=True),
)
sa.Index("ix_nearby_visit_cell", nearby_visit.c.cell, nearby_visit.c.until, nearby_visit.c.person_id)
