"""Which topics the sockets may ask for, and who may hear them."""

from miaohui.kit.realtime import Realtime
from miaohui.media.reactions.access import may_hear_counts
from miaohui.media.reactions.pushes import COUNTS_TOPIC
from miaohui.media.videos.access import may_hear_progress
from miaohui.media.videos.pushes import PROGRESS_TOPIC


def register_topics(realtime: Realtime) -> None:
    """Register every topic of the product."""
    realtime.authorise(PROGRESS_TOPIC, may_hear_progress)
    # A clip that many watch is liked many times a second: its counters go out five times.
    realtime.authorise(COUNTS_TOPIC, may_hear_counts, merge_every_ms=200)
