"""Shops as the API shows them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

import msgspec

from miaohui.commerce.categories.queries import categories_by_id
from miaohui.commerce.merchants.access import access_known_shop, access_operator, access_shop
from miaohui.commerce.merchants.actions.submit_shop import papers_needed
from miaohui.commerce.merchants.deposits import deposit_of
from miaohui.commerce.merchants.queries import (
    Shop,
    ShopDocument,
    ShopKind,
    categories_of_shop,
    documents_of_shop,
    granted_categories,
    moves_of_shop,
    picture_url,
    role_in_shop,
    shop_by_id,
    shops_in_review,
    shops_of_person,
    staff_of_shop,
)
from miaohui.commerce.merchants.roles import POWERS, Power, StaffRole
from miaohui.commerce.merchants.states import SELLING, ShopLimit, ShopState
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.ids import Id, format_id
from miaohui.kit.paging import cut_page, decode_cursor
from miaohui.people.accounts.queries import person_cards
from miaohui.people.graph.answers import Person, person_of

Standing = Literal["open", "resting", "closed"]
"""resting: its goods are not shown for the time being; closed: it sells no more."""


class ShopShelf(msgspec.Struct, frozen=True, kw_only=True):
    """A category that the shop sells in."""

    id: Id
    name_zh: str
    name_en: str


class PublicShop(msgspec.Struct, frozen=True, kw_only=True):
    """A shop as anybody sees it."""

    id: Id
    name: str
    intro: str
    kind: ShopKind
    avatar: str | None
    insures_returns: bool
    opened_at: datetime | None
    standing: Standing
    owner: Person | None
    """Null where there is nobody any more."""
    categories: list[ShopShelf]
    """What it may sell, its papers for it having been looked at."""
    mine: bool
    """Whether the asking person works here."""


class DocumentAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A paper. picture: where it is fetched, for those who may; note: why it was rejected."""

    id: Id
    kind: str
    number: str
    expires_on: date | None
    state: Literal["submitted", "accepted", "rejected"]
    note: str | None
    picture: str | None
    submitted_at: datetime
    reviewed_at: datetime | None


class CategoryAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A category that the shop has asked for."""

    category_id: Id
    state: Literal["requested", "granted", "refused"]


class ShopMoveAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to the shop, when and why."""

    from_state: ShopState | None
    to_state: ShopState
    reason: str
    at: datetime


class OwnShop(msgspec.Struct, frozen=True, kw_only=True):
    """A shop as its people and operators see it.

    role, powers: of the asking person; an operator has none. papers_missing: kinds that are still to be handed in.
    """

    id: Id
    name: str
    intro: str
    kind: ShopKind
    avatar: str | None
    insures_returns: bool
    return_address: dict[str, Any] | None
    state: ShopState
    limits: list[ShopLimit]
    currency: str
    deposit_required_minor: int
    deposit_minor: int
    applied_at: datetime
    opened_at: datetime | None
    probation_ends_at: datetime | None
    closed_at: datetime | None
    role: StaffRole | None
    powers: list[Power]
    papers_missing: list[str]
    documents: list[DocumentAnswer]
    """Empty for staff who do not tend them."""
    categories: list[CategoryAnswer]
    history: list[ShopMoveAnswer]


class ShopOfMine(msgspec.Struct, frozen=True, kw_only=True):
    """A shop in which one works."""

    id: Id
    name: str
    avatar: str | None
    state: ShopState
    role: StaffRole


class ShopsOfMine(msgspec.Struct, frozen=True, kw_only=True):
    """Where one works, the oldest shop first."""

    items: list[ShopOfMine]


class StaffAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who works in the shop."""

    person: Person
    role: StaffRole
    added_at: datetime


class StaffList(msgspec.Struct, frozen=True, kw_only=True):
    """All who work in the shop, longest first."""

    items: list[StaffAnswer]


class ShopInReview(msgspec.Struct, frozen=True, kw_only=True):
    """An application that waits for an operator."""

    id: Id
    name: str
    kind: ShopKind
    applied_at: datetime


class ShopsInReview(msgspec.Struct, frozen=True, kw_only=True):
    """A page of applications, the oldest first. cursor: for the next one; null at the end."""

    items: list[ShopInReview]
    cursor: str | None


def read_public_shop(tx: Tx, *, shop_id: int, viewer_id: int) -> PublicShop:
    """Return a shop to somebody who comes to it. Raises NotFound where it was never open, or a block is between."""
    found = access_known_shop(tx, shop_id=shop_id, viewer_id=viewer_id)
    owner = person_cards(tx, [found.owner_id]).get(found.owner_id)
    granted = categories_by_id(tx, granted_categories(tx, shop_id)).values()
    return PublicShop(
        id=format_id(found.id),
        name=found.name,
        intro=found.intro,
        kind=found.kind,
        avatar=picture_url(found.avatar),
        insures_returns=found.insures_returns,
        opened_at=found.opened_at,
        standing="open" if found.sells else "resting" if found.state in SELLING else "closed",
        owner=None if owner is None else person_of(owner),
        categories=[
            ShopShelf(id=format_id(one.id), name_zh=one.name_zh, name_en=one.name_en)
            for one in sorted(granted, key=lambda one: (one.position, one.id))
        ],
        mine=role_in_shop(tx, shop_id=shop_id, account_id=viewer_id) is not None,
    )


def read_own_shop(tx: Tx, *, shop_id: int, account_id: int) -> OwnShop:
    """Return a shop to somebody who works there. Raises NotFound."""
    found = access_shop(tx, shop_id=shop_id, account_id=account_id)
    return _describe(tx, found, role=role_in_shop(tx, shop_id=shop_id, account_id=account_id))


def read_shop_as_operator(tx: Tx, *, shop_id: int, account_id: int) -> OwnShop:
    """Return a shop with its papers to an operator. Raises Forbidden, NotFound."""
    access_operator(tx, account_id)
    found = shop_by_id(tx, shop_id)
    if found is None:
        raise NotFound
    return _describe(tx, found, role=None)


def read_shops_of_mine(tx: Tx, *, account_id: int) -> ShopsOfMine:
    """Return where somebody works."""
    items = []
    for each in shops_of_person(tx, account_id):
        role = role_in_shop(tx, shop_id=each.id, account_id=account_id)
        if role is not None:
            avatar = picture_url(each.avatar)
            one = ShopOfMine(id=format_id(each.id), name=each.name, avatar=avatar, state=each.state, role=role)
            items.append(one)
    return ShopsOfMine(items=items)


def read_staff(tx: Tx, *, shop_id: int, account_id: int) -> StaffList:
    """Return who works in a shop to its people. Raises NotFound."""
    access_shop(tx, shop_id=shop_id, account_id=account_id)
    staff = staff_of_shop(tx, shop_id)
    cards = person_cards(tx, [each.account_id for each in staff])
    return StaffList(
        items=[
            StaffAnswer(person=person_of(cards[each.account_id]), role=each.role, added_at=each.added_at)
            for each in staff
            if each.account_id in cards
        ]
    )


def read_shops_in_review(tx: Tx, *, account_id: int, cursor: str | None, limit: int) -> ShopsInReview:
    """Return a page of applications to an operator. Raises Forbidden, InvalidCursor."""
    access_operator(tx, account_id)
    found = shops_in_review(tx, after=decode_cursor(cursor), limit=limit + 1)
    shown, following = cut_page(found, limit=limit, position=lambda one: (one.applied_at, one.id))
    items = [
        ShopInReview(id=format_id(each.id), name=each.name, kind=each.kind, applied_at=each.applied_at)
        for each in shown
    ]
    return ShopsInReview(items=items, cursor=following)


def _describe(tx: Tx, found: Shop, *, role: StaffRole | None) -> OwnShop:
    powers: Sequence[Power] = sorted(POWERS[role]) if role is not None else []
    papers = documents_of_shop(tx, found.id)
    handed_in = {paper.kind for paper in papers if paper.state != "rejected"}
    plain: Mapping[str, Any] = {
        field: getattr(found, field)
        for field in OwnShop.__struct_fields__
        if field in Shop.__struct_fields__ and field not in {"id", "avatar"}
    }
    return OwnShop(
        **plain,
        id=format_id(found.id),
        avatar=picture_url(found.avatar),
        deposit_minor=deposit_of(tx, shop_id=found.id, currency=found.currency),
        role=role,
        powers=list(powers),
        papers_missing=sorted(papers_needed(tx, found) - handed_in),
        documents=[describe_document(paper) for paper in papers] if role is None or "shop" in powers else [],
        categories=[
            CategoryAnswer(category_id=format_id(each.category_id), state=each.state)
            for each in categories_of_shop(tx, found.id)
        ],
        history=[
            ShopMoveAnswer(from_state=each.from_state, to_state=each.to_state, reason=each.reason, at=each.at)
            for each in moves_of_shop(tx, found.id)
        ],
    )


def describe_document(paper: ShopDocument) -> DocumentAnswer:
    """Return a paper as those see it who may."""
    picture = None if paper.file is None else f"/api/v1/shops/{paper.shop_id}/documents/{paper.id}/picture"
    return DocumentAnswer(
        id=format_id(paper.id),
        kind=paper.kind,
        number=paper.number,
        expires_on=paper.expires_on,
        state=paper.state,
        note=paper.note,
        picture=picture,
        submitted_at=paper.submitted_at,
        reviewed_at=paper.reviewed_at,
    )
