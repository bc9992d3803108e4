"""Handles: the name after the @, in small Latin letters so that no two look alike by alphabet."""

import random
import re

from miaohui.kit.errors import Refusal

_FORM = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*", re.ASCII)
_SHORTEST, _LONGEST = 3, 24
_BRANDS = ("miaohui",)
_RESERVED = frozenset(
    [
        "about",
        "account",
        "accounts",
        "admin",
        "administrator",
        "administrators",
        "anonymous",
        "api",
        "app",
        "bot",
        "contact",
        "deleted",
        "demo",
        "everyone",
        "faq",
        "feed",
        "following",
        "guanfang",
        "guest",
        "help",
        "here",
        "home",
        "host",
        "jubao",
        "kefu",
        "legal",
        "live",
        "mail",
        "market",
        "me",
        "media",
        "messages",
        "moderator",
        "moderators",
        "mods",
        "news",
        "nobody",
        "null",
        "official",
        "officials",
        "operator",
        "operators",
        "owner",
        "payment",
        "payments",
        "police",
        "postmaster",
        "press",
        "privacy",
        "report",
        "root",
        "security",
        "service",
        "services",
        "settings",
        "shake",
        "shop",
        "staff",
        "static",
        "status",
        "store",
        "stranger",
        "support",
        "sys",
        "sysadmin",
        "system",
        "team",
        "terms",
        "trust",
        "undefined",
        "upload",
        "user",
        "users",
        "verified",
        "webmaster",
    ]
)
_COLOURS = "amber cinnabar coral crane ink ivory jade lacquer lotus moss onyx pearl plum rice saffron silk".split()  # noqa: SIM905  as above
_THINGS = "boat bridge carp cloud drum fan finch gate kite lantern maple moon pine rain tea wren".split()  # noqa: SIM905  as above


class InvalidHandle(Refusal):
    """The text does not have the form of a handle."""

    code = "invalid_handle"
    status = 400
    title = "A name after the @ has 3 to 24 small letters, digits and single underscores, and begins with a letter"


class HandleReserved(Refusal):
    """The handle would look as if it spoke for the house."""

    code = "handle_reserved"
    status = 409
    title = "This name is kept for the house"


def check_handle(text: str) -> str:
    """Return the handle in its one form. Raises InvalidHandle, HandleReserved."""
    handle = fold_handle(text)
    if not _SHORTEST <= len(handle) <= _LONGEST or _FORM.fullmatch(handle) is None:
        raise InvalidHandle
    if any(brand in handle for brand in _BRANDS) or not _RESERVED.isdisjoint([handle, *handle.split("_")]):
        raise HandleReserved
    return handle


def fold_handle(text: str) -> str:
    """Return the form in which handles are compared: without the @ and without regard to case."""
    return text.strip().removeprefix("@").casefold()


def propose_handle(rng: random.Random) -> str:
    """Return a handle such as `jade_lantern_4821`; the caller sees whether it is free."""
    return f"{rng.choice(_COLOURS)}_{rng.choice(_THINGS)}_{rng.randrange(1000, 100_000)}"
