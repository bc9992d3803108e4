"""Declares what kinds of notices there are.

A domain declares its kinds in its `notices.py`, which is found by itself:

    LIKED = notice_kind(
        name="reactions.liked",
        group="content",
        label="Somebody likes my clip",
        title="%(person)s likes your clip",
        many=("%(person)s and one other like your clip", "%(person)s and %(others)s others like your clip"),
        discreet="Somebody likes your clip",
    )

and tells people of it in a handler of its own event:

    notify(tx, to_id=event.author_id, kind=LIKED.name, about_id=event.person_id, link=f"/v/{event.video_id}")
"""

import re
from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

from miaohui.kit.db import Tx
from miaohui.kit.i18n import Msgid

Channel = Literal["list", "push", "email"]
CHANNELS: tuple[Channel, ...] = ("list", "push", "email")
Group = Literal["people", "content", "talk", "orders", "shop", "money"]

GROUPS: Mapping[Group, Msgid] = {
    "people": "People",
    "content": "My clips and words",
    "talk": "Messages and moments",
    "orders": "What I buy",
    "shop": "My shop",
    "money": "My money",
}

Data = Mapping[str, str | int]
StillTrue = Callable[[Tx, int, Data], bool]
"""`still_true(tx, account_id, data)`: False once nobody needs to be told any more, such as after reading."""

_NAME = re.compile(r"[a-z_]{2,30}\.[a-z_]{2,40}")
_BLANK = re.compile(r"%\((\w+)\)s")
_OURS = frozenset({"person", "others", "times", "amount"})


class NoticeKind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of notice, and its words; all but the name are texts for the catalogues.

    Blanks such as `%(title)s` are filled from the notice's data. Besides, `%(person)s` is the nickname of
    who did it (`about_id`), looked up when somebody reads the notice, `%(others)s` how many more did,
    `%(times)s` how often it happened, and `%(amount)s` stands for the data `amount_minor` and `currency`. A value whose
    name ends in `_msgid` is a text of the catalogues: `step_msgid` fills `%(step)s` in the reader's language.

    label: what the switch for it says. many: the title once several people did it, or, without a person,
    once it happened several times; its forms for one other and for more. body: a second line, often
    somebody's words. discreet: what a locked screen may show to anybody. still_true: asked before a
    push and before a letter. channels: which are on until somebody changes that. urgent: is worth nothing in ten
    seconds, so it is pushed at once; a device with a page in sight keeps it to itself.
    """

    name: str
    group: Group
    label: str
    title: str
    many: tuple[str, str] | None = None
    body: str = ""
    discreet: str
    channels: frozenset[Channel] = frozenset(CHANNELS)
    still_true: StillTrue | None = None
    urgent: bool = False

    @property
    def personal(self) -> bool:
        """Whether it tells what a person did; then it is gone for whoever must not meet that person."""
        return "%(person)s" in self.title

    def missing(self, data: Data) -> frozenset[str]:
        """Return which values `data` lacks."""
        texts = (self.title, self.body, *(self.many or ()))
        asked = frozenset(blank for text in texts for blank in _BLANK.findall(text))
        wanted = (asked - _OURS) | ({"amount_minor", "currency"} if "amount" in asked else set())
        return wanted - {name.removesuffix("_msgid") for name in data}


_kinds: dict[str, NoticeKind] = {}


def notice_kind(
    *,
    name: str,
    group: Group,
    label: str,
    title: str,
    discreet: str,
    many: tuple[str, str] | None = None,
    body: str = "",
    channels: frozenset[Channel] | set[Channel] = frozenset(CHANNELS),
    still_true: StillTrue | None = None,
    urgent: bool = False,
) -> NoticeKind:
    """Declare a kind and return it. Raises ValueError for a name that is taken, or no name."""
    if name in _kinds or _NAME.fullmatch(name) is None:
        raise ValueError(f"cannot declare notices called {name!r}")
    _kinds[name] = kind = NoticeKind(
        name=name,
        group=group,
        label=label,
        title=title,
        many=many,
        body=body,
        discreet=discreet,
        channels=frozenset(channels),
        still_true=still_true,
        urgent=urgent,
    )
    return kind


def kind_of(name: str) -> NoticeKind | None:
    """Return a kind by its name; None for one that this release does not know (any more)."""
    return _kinds.get(name)


def registered_kinds() -> dict[str, NoticeKind]:
    """Return all kinds by name, in the order of their groups."""
    order = list(GROUPS)
    return dict(sorted(_kinds.items(), key=lambda item: (order.index(item[1].group), item[0])))
