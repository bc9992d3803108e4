"""Give a new database the categories that this release comes with."""

import sqlalchemy as sa

from miaohui.commerce.categories.seed import SEED
from miaohui.commerce.categories.tables import category
from miaohui.kit.db import Tx, insert_if_absent


def plant_categories(tx: Tx) -> int:
    """Insert the seed's categories that are not there yet and return how many; what operators changed stays.

    Ids are part of the seed, so that two processes that start at once agree on them.
    """
    here = set(tx.scalars(sa.select(category.c.slug)))
    planted = 0
    for row in SEED:
        if row["slug"] not in here:
            planted += insert_if_absent(tx, category, row)
    return planted
