"""What the feed answers: the JSON of its API, which its pages show as well."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType

from miaohui.commerce.catalogue.answers import GoodsDetail
from miaohui.commerce.storefront.answers import GoodsCard
from miaohui.kit.ids import Id

Source = Literal["similar", "content", "following", "popular", "fresh", "chance", "explore", "again", "carried"]
"""Who proposed an item: likeness to what was watched, its words, a followed author, popularity, freshness, the rest
of the catalogue, the exploration draw, nothing new being left, or (of goods) a watched clip that carries them."""
ReasonCode = Literal[
    "alike", "topic", "close", "following", "popular", "fresh", "chance", "explore", "again", "carried"
]


class FeedAuthor(msgspec.Struct, frozen=True, kw_only=True):
    """Who made the item. followed: by the person who asks."""

    id: Id
    handle: str
    nickname: str
    avatar: str | None
    followed: bool


class FeedMedia(msgspec.Struct, frozen=True, kw_only=True):
    """Where the pictures are. hls is missing while only the first file is there; sizes in pixels."""

    hls: str | None
    mp4: str
    poster: str
    preview: str | None
    width: int
    height: int
    duration_ms: int


class FeedCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What people did to the item."""

    likes: int
    comments: int
    favourites: int
    shares: int


class FeedReason(msgspec.Struct, frozen=True, kw_only=True):
    """Why the item is on this page: a stable code, the same in words, and who proposed it."""

    code: ReasonCode
    text: str
    source: Source


class FeedItem(msgspec.Struct, frozen=True, kw_only=True):
    """One card of a feed. products: what it carries, in its author's order.

    impression: hand it back with each signal about this card.
    """

    id: Id
    kind: Literal["video"]
    title: str
    author: FeedAuthor
    media: FeedMedia
    topics: tuple[str, ...]
    counts: FeedCounts
    liked: bool
    favourited: bool
    products: tuple[GoodsCard, ...]
    reason: FeedReason
    published_at: datetime
    impression: str


class FeedPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page. cursor: for the next one; missing at the end."""

    items: tuple[FeedItem, ...]
    cursor: str | None


class MallItem(GoodsCard, frozen=True, kw_only=True):
    """Goods on the page of the mall. impression: hand it back with each signal about them."""

    kind: Literal["goods"]
    reason: FeedReason
    impression: str


class MallPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page. cursor: for the next one; missing at the end. personal: chosen by what this person lingers on."""

    items: tuple[MallItem, ...]
    cursor: str | None
    personal: bool


class SaleAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The flash sale in which a variant takes part now.

    left: units that are set apart for it; null where the shelf is sold. per_person: units in one purchase.
    """

    name: str
    price_minor: int
    ends_at: datetime
    left: int | None
    per_person: int | None


class MallGoods(msgspec.Struct, frozen=True, kw_only=True):
    """Goods with all that a sheet shows of them. left: units that can be bought now, by variant.

    sales: by variant, where there is one. providers: the ways to pay here.
    """

    goods: GoodsDetail
    left: dict[Id, int]
    sales: dict[Id, SaleAnswer]
    providers: tuple[str, ...]


class WhyPart(msgspec.Struct, frozen=True, kw_only=True):
    """One part of the score. share: of all parts, in [-1, 1]; negative where it spoke against the item."""

    kind: Literal["watched_item", "token", "author", "popular", "fresh"]
    share: float
    text: str
    item_id: Id | None = None
    token: str | None = None
    author_id: Id | None = None


class WhyAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Why an item was served: in words, as it was logged then, and what the score consists of now.

    The logged members are missing if the item has not been served to this person.
    """

    item_id: Id
    text: str
    parts: tuple[WhyPart, ...]
    source: Source | None = None
    served_at: datetime | None = None
    position: int | None = None
    score: float | None = None
    probability: float | None = None
    model_version: str | None = None


class BelievedInterest(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the feed believes of the person; weight in [-1, 1], of the strongest one 1 or -1."""

    name: str
    kind: Literal["topic", "word", "author", "shop"]
    weight: float
    author_id: Id | None = None


class Interests(msgspec.Struct, frozen=True, kw_only=True):
    """All that the feed believes of the person, strongest first, and what they decided about it."""

    personalised: bool
    reset_at: datetime | None
    interests: tuple[BelievedInterest, ...]


class LearningChoice(msgspec.Struct, frozen=True, kw_only=True):
    """personalised: learn from what I watch, and use it."""

    personalised: bool


_DAY_MS = 86_400_000
_LAST_MS = 253_402_300_799_999
"""The end of the year 9999, behind which Python knows no moment."""

# The framework leaves a bound of 0, and all bounds inside a union, out of its description; `extra` puts them in.
_Moment = Annotated[
    Annotated[datetime, msgspec.Meta(tz=True)] | Annotated[int, msgspec.Meta(ge=0, le=_LAST_MS)] | None,
    msgspec.Meta(
        description="RFC 3339 with a zone, or milliseconds since 1970",
        extra_json_schema={
            "extra": {
                "one_of": [
                    Schema(type=OpenAPIType.STRING, format="date-time"),
                    Schema(type=OpenAPIType.INTEGER, minimum=0, maximum=_LAST_MS),
                    Schema(type=OpenAPIType.NULL),
                ]
            }
        },
    ),
]
_Length = Annotated[
    float,
    msgspec.Meta(
        ge=0,
        le=_DAY_MS,
        description="milliseconds, at most a day",
        extra_json_schema={"extra": {"minimum": 0}},
    ),
]


class SignalReport(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to one item. at: by the player's clock, now if missing. client_id: makes a resend harmless."""

    item_id: Id
    kind: Literal[
        "impression",
        "dwell",
        "finish",
        "replay",
        "swipe_away",
        "not_interested",
        "fewer_like_this",
        "open_product",
        "add_to_cart",
    ]
    dwell_ms: _Length | None = None
    duration_ms: _Length | None = None
    at: _Moment = None
    client_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None
    impression: Annotated[str, msgspec.Meta(pattern=r"^[1-9][0-9]{0,18}-[0-9]{1,2}$")] | None = None


class RejectedSignal(msgspec.Struct, frozen=True, kw_only=True):
    """A report that was left out. index: its place in the list."""

    index: int
    item_id: Id
    code: Literal["unknown_item"]


class SignalsTaken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the reports: accepted + duplicates + rejected is their number."""

    accepted: int
    duplicates: int
    rejected: tuple[RejectedSignal, ...]
