"""The code on a venue's screen: it changes every minute, so that a photograph of it soon leads nowhere."""

from datetime import datetime

from miaohui.kit.clock import to_ms
from miaohui.kit.errors import NotFound
from miaohui.kit.ids import parse_id
from miaohui.kit.signing import Signer

CODE_MS = 60_000
_PURPOSE = "shake.venue"


def venue_code(signer: Signer, venue_id: int, *, now: datetime) -> str:
    """Return the code of a venue for this minute."""
    return _code(signer, venue_id, to_ms(now) // CODE_MS)


def venue_of_code(signer: Signer, code: str, *, now: datetime) -> int:
    """Return the venue whose code this is, or was a minute ago. Raises NotFound."""
    venue_id = parse_id(code.partition(".")[0])
    minute = to_ms(now) // CODE_MS
    if code not in (_code(signer, venue_id, minute), _code(signer, venue_id, minute - 1)):
        raise NotFound
    return venue_id


def _code(signer: Signer, venue_id: int, minute: int) -> str:
    tag = signer.sign(_PURPOSE, f"{venue_id}:{minute}").rpartition(".")[2]
    return f"{venue_id}.{tag}"
