"""Which topics the sockets may ask for, and who may hear them."""

from miaohui.kit.realtime import Realtime
from miaohui.media.videos.access import may_hear_progress
from miaohui.media.videos.pushes import PROGRESS_TOPIC


def register_topics(realtime: Realtime) -> None:
    """Register every topic of the product."""
    realtime.authorise(PROGRESS_TOPIC, may_hear_progress)
