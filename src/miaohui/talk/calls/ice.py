"""Which servers help two browsers to find each other, and the key to the relay.

The relay's key is good for an hour and made from a secret that it shares with us: coturn's REST form
(draft-uberti-behave-turn-rest-00): the name is `<when it ends>:<who>`, the password the HMAC-SHA1 of it.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

import msgspec

from miaohui.settings import Settings

KEY_LASTS = timedelta(hours=1)
"""A relay asks for the key when a path is laid, not while it lies; a restart of ICE fetches a new one."""


class IceServer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """As RTCPeerConnection takes it."""

    urls: tuple[str, ...]
    username: str | None = None
    credential: str | None = None


class IceServers(msgspec.Struct, frozen=True, kw_only=True):
    """What a browser needs before a call. valid_for_s: of the relay's key. Both lists may be empty."""

    stun: tuple[IceServer, ...]
    turn: tuple[IceServer, ...]
    valid_for_s: int


def ice_servers(settings: Settings, *, account_id: int, now: datetime) -> IceServers:
    """Return the servers of the settings, with a key to the relay for this person."""
    stun, turn = _urls(settings.stun_urls), _urls(settings.turn_urls)
    relay: tuple[IceServer, ...] = ()
    if turn and settings.turn_secret:
        username = f"{int((now + KEY_LASTS).timestamp())}:{account_id}"
        relay = (IceServer(urls=turn, username=username, credential=turn_password(settings.turn_secret, username)),)
    return IceServers(
        stun=(IceServer(urls=stun),) if stun else (), turn=relay, valid_for_s=int(KEY_LASTS.total_seconds())
    )


def turn_password(secret: str, username: str) -> str:
    """Return the password that a relay with the same secret expects for this name."""
    digest = hmac.digest(secret.encode(), username.encode(), hashlib.sha1)
    return base64.b64encode(digest).decode()


def _urls(text: str) -> tuple[str, ...]:
    return tuple(url.strip() for url in text.split(",") if url.strip())
