"""What becomes of a call.

    ringing → active → ended          a call that was answered
    ringing → ended                   missed, declined, cancelled
    (nothing) → ended                 busy: it never rang

Each arrow is one conditional UPDATE; who loses the race finds the row in another state.
"""

from datetime import timedelta
from typing import Literal

CallKind = Literal["audio", "video"]
CallState = Literal["ringing", "active", "ended"]
Outcome = Literal["completed", "failed", "missed", "declined", "cancelled", "busy"]

RINGS_FOR = timedelta(seconds=45)
SILENT_FOR = timedelta(seconds=90)
"""A device in a call says every 30 seconds that it is there; after three times of silence the call is over."""
