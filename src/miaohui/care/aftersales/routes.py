"""The JSON API of after-sales: the buyer's side, the shop's side, and the operators' dispute desk."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post
from litestar.params import Parameter

from miaohui.care.aftersales.access import see_case, see_evidence
from miaohui.care.aftersales.actions.accept_offer import accept_offer
from miaohui.care.aftersales.actions.accept_return import accept_return
from miaohui.care.aftersales.actions.agree import agree
from miaohui.care.aftersales.actions.appeal import appeal
from miaohui.care.aftersales.actions.apply_aftersale import apply_aftersale
from miaohui.care.aftersales.actions.ask_proof import ask_proof
from miaohui.care.aftersales.actions.confirm_exchange import confirm_exchange
from miaohui.care.aftersales.actions.decline_offer import decline_offer
from miaohui.care.aftersales.actions.judge import judge
from miaohui.care.aftersales.actions.offer import OfferedKind, offer
from miaohui.care.aftersales.actions.open_dispute import open_dispute
from miaohui.care.aftersales.actions.post_return_waybill import post_return_waybill
from miaohui.care.aftersales.actions.refuse import refuse
from miaohui.care.aftersales.actions.refuse_return import refuse_return
from miaohui.care.aftersales.actions.reship import reship
from miaohui.care.aftersales.actions.submit_evidence import submit_evidence
from miaohui.care.aftersales.actions.withdraw import withdraw
from miaohui.care.aftersales.actions.withdraw_dispute import withdraw_dispute
from miaohui.care.aftersales.answers import (
    AftersaleDetail,
    Aftersales,
    Disputes,
    read_aftersale,
    read_disputed,
    read_disputes,
    read_own_aftersales,
    read_shop_aftersales,
)
from miaohui.care.aftersales.evidence_files import read_evidence, remove_evidence, store_evidence
from miaohui.care.aftersales.states import CaseState, DisputeState, Kind, Verdict
from miaohui.kit.blobs import Blobs
from miaohui.kit.db import Database
from miaohui.kit.errors import InvalidInput, NotFound, Refusal
from miaohui.kit.http.viewer import Member
from miaohui.kit.idempotency import hash_of_request, key_of_request
from miaohui.kit.ids import Id, parse_id
from miaohui.kit.pictures import MOST_PICTURE_BYTES
from miaohui.kit.rate_limits import RateLimits

AnyRequest = Request[Any, Any, Any]
_TAG = ["aftersales"]
_SHOP_TAG = ["shops"]
_OPERATOR_TAG = ["operators"]
_EVIDENCE_A_MINUTE = 20
_LONGEST_WORDS = 500
_WORDS_FORM = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
_REASON_FORM = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*\S[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
Words = Annotated[str, msgspec.Meta(max_length=_LONGEST_WORDS, pattern=_WORDS_FORM)]
Reasons = Annotated[str, msgspec.Meta(min_length=1, max_length=_LONGEST_WORDS, pattern=_REASON_FORM)]
Amount = Annotated[int, msgspec.Meta(ge=0, le=10**12)]
Limit = Annotated[int, Parameter(ge=1, le=50, description="entries at most")]
Cursor = Annotated[str | None, Parameter(max_length=120, description="from the page before")]
Reason = Literal[
    "changed_mind",
    "wrong_size",
    "not_as_described",
    "damaged",
    "faulty",
    "wrong_item",
    "missing_parts",
    "not_received",
    "late",
    "fake",
    "other",
]


class NewAftersale(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for. quantity: 0 for money back while the goods stay.

    amount_minor: left out, all that these pieces cost. wanted_variant_id: what is wanted in exchange.
    """

    order_line_id: Id
    kind: Kind
    quantity: Annotated[int, msgspec.Meta(ge=0, le=9999)]
    reason: Reason
    amount_minor: Amount | None = None
    words: Words = ""
    wanted_variant_id: Id | None = None


class NewOffer(msgspec.Struct, frozen=True, kw_only=True):
    """What the shop offers. kind: `refund_only` lets the goods stay; left out, as the buyer asked."""

    amount_minor: Annotated[int, msgspec.Meta(gt=0, le=10**12)]
    kind: OfferedKind | None = None
    words: Words = ""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to say, if anything."""

    words: Words = ""


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """Why: the other side reads it."""

    words: Reasons


class Waybill(msgspec.Struct, frozen=True, kw_only=True):
    """With which parcel. waybill: left out, the sandbox carrier gives it a number."""

    carrier: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    waybill: Annotated[str, msgspec.Meta(min_length=1, max_length=60)] | None = None


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What the shop found. resaleable: the goods go back on the shelf."""

    resaleable: bool
    words: Words = ""


class ProofRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Whom the platform asks for proof, and for what."""

    proof_from: Literal["buyer", "shop", "both"]
    words: Reasons


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """What the platform decides, and why. awarded_minor: what the buyer gets; needed for `split`.

    goods_first: the money goes back once the goods have.
    """

    verdict: Verdict
    words: Reasons
    awarded_minor: Amount | None = None
    goods_first: bool = False


@post("/api/v1/orders/{order_id:str}/returns", tags=_TAG)
async def apply(
    *, request: AnyRequest, order_id: Id, data: NewAftersale, member: Member, db: Database
) -> AftersaleDetail:
    """Ask for money back, a return or an exchange. A resend with the same Idempotency-Key gets the first case."""
    opened = await db.write(
        apply_aftersale,
        order_id=parse_id(order_id),
        order_line_id=parse_id(data.order_line_id),
        buyer_id=member.account_id,
        kind=data.kind,
        quantity=data.quantity,
        amount_minor=data.amount_minor,
        reason=data.reason,
        words=data.words,
        wanted_variant_id=None if data.wanted_variant_id is None else parse_id(data.wanted_variant_id),
        key=key_of_request(request.headers),
        request_hash=hash_of_request("POST", request.url.path, msgspec.json.encode(data)),
    )
    return await _shown(db, opened.id, member)


@get("/api/v1/aftersales", tags=_TAG)
async def list_own(*, member: Member, db: Database, limit: Limit = 20, cursor: Cursor = None) -> Aftersales:
    """List one's own cases, newest first."""
    return await db.read(read_own_aftersales, buyer_id=member.account_id, cursor=cursor, limit=limit)


@get("/api/v1/aftersales/{aftersale_id:str}", tags=_TAG)
async def read_one(*, aftersale_id: Id, member: Member, db: Database) -> AftersaleDetail:
    """Return a case to its buyer, its shop's people, or an operator."""
    return await _shown(db, parse_id(aftersale_id), member)


@post("/api/v1/aftersales/{aftersale_id:str}/withdrawal", status_code=200, tags=_TAG)
async def withdraw_one(*, aftersale_id: Id, member: Member, db: Database) -> AftersaleDetail:
    """Take one's application back."""
    found = await db.write(withdraw, aftersale_id=parse_id(aftersale_id), buyer_id=member.account_id)
    return await _shown(db, found.id, member)


@post("/api/v1/aftersales/{aftersale_id:str}/agreement", status_code=200, tags=_TAG)
async def agree_to_one(*, aftersale_id: Id, data: Said, member: Member, db: Database) -> AftersaleDetail:
    """Agree, as the shop, to what is asked."""
    found = await db.write(agree, aftersale_id=parse_id(aftersale_id), by_id=member.account_id, words=data.words)
    return await _shown(db, found.id, member)


@post("/api/v1/aftersales/{aftersale_id:str}/refusal", status_code=200, tags=_TAG)
async def refuse_one(*, aftersale_id: Id, data: Explained, member: Member, db: Database) -> AftersaleDetail:
    """Refuse, as the shop, what is asked."""
    found = await db.write(refuse, aftersale_id=parse_id(aftersale_id), by_id=member.account_id, words=data.words)
    return await _shown(db, found.id, member)


@post("/api/v1/aftersales/{aftersale_id:str}/offer", status_code=200, tags=_TAG)
async def offer_instead(*, aftersale_id: Id, data: NewOffer, member: Member, db: Database) -> AftersaleDetail:
    """Offer, as the shop, something else."""
    found = await db.write(
        offer,
        aftersale_id=parse_id(aftersale_id),
        by_id=member.account_id,
        amount_minor=data.amount_minor,
        kind=data.kind,
        words=data.words,
    )
    return await _shown(db, found.id, member)


@post("/api/v1/aftersales/{aftersale_id:str}/offer/acceptance", status_code=200, tags=_TAG)
async def accept_one(*, aftersale_id: Id, member: Member, db: Database) -> AftersaleDetail:
    """Accept, as the buyer, what the shop offers."""
    found = await db.write(accept_offer, aftersale_id=parse_id(aftersale_id), buyer_id=member.account_id)
    return await _shown(db, found.id, member)


@post("/api/v1/aftersales/{aftersale_id:str}/offer/refusal", status_code=200, tags=_TAG)
async def decline_one(*, aftersale_id: Id, data: Said, member: Member, db: Database) -> AftersaleDetail:
    """Decline, as the buyer, what the shop offers."""
    found = await db.write(
        decline_offer, aftersale_id=parse_id(aftersale_id), buyer_id=member.account_id, words=data.words
    )
    return await _shown(db, found.id, member)


@post("/api/v1/aftersales/{aftersale_id:str}/return-parcel", status_code=200, tags=_TAG)
async def send_back(*, aftersale_id: Id, data: Waybill, member: Member, db: Database) -> AftersaleDetail:
    """Send the goods back, as the buyer."""
    found = await db.write(
        post_return_waybill,
        aftersale_id=parse_id(aftersale_id),
        buyer_id=member.account_id,
        carrier=data.carrier,
        waybill=data.waybill,
    )
    return await _shown(db, found.id, member)


@post("/api/v1/aftersales/{aftersale_id:str}/return-parcel/acceptance", status_code=200, tags=_TAG)
async def accept_goods(*, aftersale_id: Id, data: Checked, member: Member, db: Database) -> AftersaleDetail:
    """Accept, as the shop, what came back."""
    found = await db.write(
        accept_return,
        aftersale_id=parse_id(aftersale_id),
        by_id=member.account_id,
        resaleable=data.resaleable,
        words=data.words,
    )
    return await _shown(db, found.id, member)


@post("/api/v1/aftersales/{aftersale_id:str}/return-parcel/refusal", status_code=200, tags=_TAG)
async def refuse_goods(*, aftersale_id: Id, data: Explained, member: Member, db: Database) -> AftersaleDetail:
    """Refuse, as the shop, what came back."""
    found = await db.write(
        refuse_return, aftersale_id=parse_id(aftersale_id), by_id=member.account_id, words=data.words
    )
    return await _shown(db, found.id, member)


@post("/api/v1/aftersales/{aftersale_id:str}/replacement", status_code=200, tags=_TAG)
async def send_replacement(*, aftersale_id: Id, data: Waybill, member: Member, db: Database) -> AftersaleDetail:
    """Send, as the shop, what the buyer gets instead."""
    found = await db.write(
        reship,
        aftersale_id=parse_id(aftersale_id),
        by_id=member.account_id,
        carrier=data.carrier,
        waybill=data.waybill,
    )
    return await _shown(db, found.id, member)


@post("/api/v1/aftersales/{aftersale_id:str}/replacement/receipt", status_code=200, tags=_TAG)
async def confirm_replacement(*, aftersale_id: Id, member: Member, db: Database) -> AftersaleDetail:
    """Say, as the buyer, that the exchange has come."""
    found = await db.write(confirm_exchange, aftersale_id=parse_id(aftersale_id), buyer_id=member.account_id)
    return await _shown(db, found.id, member)


@post("/api/v1/aftersales/{aftersale_id:str}/dispute", tags=_TAG)
async def dispute_one(*, aftersale_id: Id, data: Explained, member: Member, db: Database) -> AftersaleDetail:
    """Call the platform, as the buyer, after the shop has refused."""
    opened = await db.write(
        open_dispute, aftersale_id=parse_id(aftersale_id), buyer_id=member.account_id, words=data.words
    )
    return await _shown(db, opened.aftersale_id, member)


@post("/api/v1/aftersales/{aftersale_id:str}/dispute/withdrawal", status_code=200, tags=_TAG)
async def end_dispute(*, aftersale_id: Id, member: Member, db: Database) -> AftersaleDetail:
    """Take one's dispute back, and with it the case."""
    ended = await db.write(withdraw_dispute, aftersale_id=parse_id(aftersale_id), buyer_id=member.account_id)
    return await _shown(db, ended.aftersale_id, member)


@post("/api/v1/aftersales/{aftersale_id:str}/dispute/appeal", status_code=200, tags=_TAG)
async def appeal_one(*, aftersale_id: Id, data: Explained, member: Member, db: Database) -> AftersaleDetail:
    """Ask for a second judgement, as the side that did not get all."""
    again = await db.write(appeal, aftersale_id=parse_id(aftersale_id), account_id=member.account_id, words=data.words)
    return await _shown(db, again.aftersale_id, member)


@post(
    "/api/v1/aftersales/{aftersale_id:str}/evidence",
    request_max_body_size=MOST_PICTURE_BYTES,
    tags=_TAG,
)
async def show_evidence(
    *,
    request: AnyRequest,
    aftersale_id: Id,
    member: Member,
    db: Database,
    blobs: Blobs,
    limiter: RateLimits,
    words: Annotated[str, Parameter(max_length=_LONGEST_WORDS, pattern=_WORDS_FORM)] = "",
) -> AftersaleDetail:
    """Show the picture in the body (JPEG, PNG, WebP or GIF as they are, no form), words, or both."""
    limiter.check("aftersales.evidence", member.account_id, _EVIDENCE_A_MINUTE, 60)
    case_id = parse_id(aftersale_id)
    picture = await request.body()
    if not picture and not words.strip():
        raise InvalidInput("Evidence is a picture, words, or both.")
    # Before the work on a picture is spent on somebody whose case it is not.
    await db.read(see_case, aftersale_id=case_id, account_id=member.account_id)
    stored = None
    if picture:
        stored = await asyncio.to_thread(partial(store_evidence, blobs, aftersale_id=case_id, picture=picture))
    try:
        await db.write(
            submit_evidence, aftersale_id=case_id, account_id=member.account_id, file=stored, words=words.strip()
        )
    except Refusal:
        if stored is not None:
            await asyncio.to_thread(remove_evidence, blobs, stored)
        raise
    return await _shown(db, case_id, member)


@get(
    "/api/v1/aftersales/{aftersale_id:str}/evidence/{evidence_id:str}/picture",
    media_type="image/webp",
    tags=_TAG,
)
async def see_picture(
    *, aftersale_id: Id, evidence_id: Id, member: Member, db: Database, blobs: Blobs
) -> Response[bytes]:
    """Return the picture of a piece of evidence to the two sides and the platform."""
    piece = await db.read(
        see_evidence,
        aftersale_id=parse_id(aftersale_id),
        evidence_id=parse_id(evidence_id),
        account_id=member.account_id,
    )
    if piece.file is None:
        raise NotFound
    content = await asyncio.to_thread(read_evidence, blobs, piece.file)
    return Response(content, media_type="image/webp", headers={"Cache-Control": "private, no-store"})


@get("/api/v1/shops/{shop_id:str}/aftersales", tags=_SHOP_TAG)
async def list_of_shop(
    *,
    shop_id: Id,
    member: Member,
    db: Database,
    case_state: Annotated[CaseState | None, Parameter(query="state")] = None,
    only_open: Annotated[bool, Parameter(query="open")] = False,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Aftersales:
    """List a shop's cases, newest first."""
    return await db.read(
        read_shop_aftersales,
        shop_id=parse_id(shop_id),
        account_id=member.account_id,
        state=case_state,
        only_open=only_open,
        cursor=cursor,
        limit=limit,
    )


@get("/api/v1/operator/disputes", tags=_OPERATOR_TAG)
async def list_disputes(
    *,
    member: Member,
    db: Database,
    dispute_state: Annotated[DisputeState | None, Parameter(query="state")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Disputes:
    """List disputes, those that have waited longest in front; without a state, all that are not over."""
    return await db.read(read_disputes, by_id=member.account_id, state=dispute_state, cursor=cursor, limit=limit)


@get("/api/v1/operator/disputes/{dispute_id:str}", tags=_OPERATOR_TAG)
async def read_dispute(*, dispute_id: Id, member: Member, db: Database) -> AftersaleDetail:
    """Return a dispute with its whole case."""
    return await db.read(read_disputed, dispute_id=parse_id(dispute_id), by_id=member.account_id)


@post("/api/v1/operator/disputes/{dispute_id:str}/proof-request", status_code=200, tags=_OPERATOR_TAG)
async def request_proof(*, dispute_id: Id, data: ProofRequest, member: Member, db: Database) -> AftersaleDetail:
    """Ask one side or both for proof, within 3 days."""
    asked = await db.write(
        ask_proof,
        dispute_id=parse_id(dispute_id),
        by_id=member.account_id,
        proof_from=data.proof_from,
        words=data.words,
    )
    return await _shown(db, asked.aftersale_id, member)


@post("/api/v1/operator/disputes/{dispute_id:str}/judgement", status_code=200, tags=_OPERATOR_TAG)
async def judge_one(*, dispute_id: Id, data: Judgement, member: Member, db: Database) -> AftersaleDetail:
    """Judge a dispute, or the appeal in it."""
    judged = await db.write(
        judge,
        dispute_id=parse_id(dispute_id),
        by_id=member.account_id,
        verdict=data.verdict,
        words=data.words,
        awarded_minor=data.awarded_minor,
        goods_first=data.goods_first,
    )
    return await _shown(db, judged.aftersale_id, member)


async def _shown(db: Database, aftersale_id: int, member: Member) -> AftersaleDetail:
    return await db.read(read_aftersale, aftersale_id=aftersale_id, account_id=member.account_id)


route_handlers: Sequence[Any] = (
    apply,
    list_own,
    read_one,
    withdraw_one,
    agree_to_one,
    refuse_one,
    offer_instead,
    accept_one,
    decline_one,
    send_back,
    accept_goods,
    refuse_goods,
    send_replacement,
    confirm_replacement,
    dispute_one,
    end_dispute,
    appeal_one,
    show_evidence,
    see_picture,
    list_of_shop,
    list_disputes,
    read_dispute,
    request_proof,
    judge_one,
)
