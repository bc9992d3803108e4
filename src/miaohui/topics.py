"""Which topics the sockets may ask for, and who may hear them."""

from miaohui.kit.realtime import Realtime
from miaohui.media.reactions.access import may_hear_counts
from miaohui.media.reactions.pushes import COUNTS_TOPIC
from miaohui.media.videos.access import may_hear_progress
from miaohui.media.videos.pushes import PROGRESS_TOPIC
from miaohui.people.shake.access import may_hear_shakes
from miaohui.people.shake.pushes import SHAKES_TOPIC
from miaohui.talk.calls.access import may_hear_call
from miaohui.talk.calls.pushes import CALL_TOPIC
from miaohui.talk.messaging.access import may_hear_inbox, may_hear_live
from miaohui.talk.messaging.inbox import INBOX_TOPIC, LIVE_TOPIC, Inbox
from miaohui.talk.notifications.access import may_hear_notices
from miaohui.talk.notifications.pushes import NOTICES_TOPIC


def register_topics(realtime: Realtime) -> None:
    """Register every topic of the product."""
    realtime.authorise(PROGRESS_TOPIC, may_hear_progress)
    realtime.authorise(INBOX_TOPIC, may_hear_inbox, log=Inbox())
    realtime.authorise(LIVE_TOPIC, may_hear_live)
    realtime.authorise(CALL_TOPIC, may_hear_call)
    realtime.authorise(NOTICES_TOPIC, may_hear_notices)
    realtime.authorise(SHAKES_TOPIC, may_hear_shakes)
    # A clip that many watch is liked many times a second: its counters go out five times.
    realtime.authorise(COUNTS_TOPIC, may_hear_counts, merge_every_ms=200)
