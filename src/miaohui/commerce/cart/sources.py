"""Where something was found that somebody buys: it stays with the line, through cart and order."""

from typing import Literal

import msgspec

SourceKind = Literal["video", "room", "showcase", "mall", "search", "shop", "ad"]


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """kind: what it was found in. id: which video, whose showcase, which shop; None for the mall and a search."""

    kind: SourceKind = "mall"
    id: int | None = None
