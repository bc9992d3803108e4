"""What becomes of an upload.

receiving → complete → claimed → discarded; it can also be discarded on the way.
"""

from typing import Literal

UploadState = Literal["receiving", "complete", "claimed", "discarded"]

MOVES: dict[UploadState, frozenset[UploadState]] = {
    "receiving": frozenset({"complete", "discarded"}),
    "complete": frozenset({"claimed", "discarded"}),
    "claimed": frozenset({"discarded"}),
    "discarded": frozenset(),
}
"""From each state, where it may go. `claimed` means that a domain (videos) works with the file."""
