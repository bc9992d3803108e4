"""What the catalogue does about others' events."""

import sqlalchemy as sa

from miaohui.commerce.catalogue.tables import showcase_item, video_product
from miaohui.kit.db import Tx
from miaohui.media.videos.events import VideoRemoved
from miaohui.people.accounts.events import AccountDeleted


def empty_showcase(tx: Tx, event: AccountDeleted) -> None:
    """Take down the window of a deleted account."""
    theirs = sa.and_(showcase_item.c.owner_kind == "person", showcase_item.c.owner_id == event.account_id)
    tx.execute(sa.delete(showcase_item).where(theirs))


def take_goods_off(tx: Tx, event: VideoRemoved) -> None:
    """Forget what a removed clip carried."""
    tx.execute(sa.delete(video_product).where(video_product.c.video_id == event.video_id))
