"""The whole application with Mei's things in it, and everybody who might reach for them."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import sqlalchemy as sa
from litestar import Litestar

from miaohui.app import create_app
from miaohui.care.aftersales.actions.apply_aftersale import apply_aftersale
from miaohui.care.aftersales.actions.open_dispute import open_dispute
from miaohui.care.aftersales.actions.refuse import refuse
from miaohui.care.aftersales.actions.submit_evidence import submit_evidence
from miaohui.commerce.checkout.actions import make_quote as quoting
from miaohui.commerce.checkout.actions.add_address import add_address
from miaohui.commerce.checkout.actions.save_freight_template import TemplateForm, save_freight_template
from miaohui.commerce.checkout.address_form import AddressForm
from miaohui.commerce.checkout.freight import Zone
from miaohui.commerce.checkout.quotes import Asked
from miaohui.commerce.fulfilment.actions.ship_parcel import ship_parcel
from miaohui.commerce.inventory.actions.receive_stock import receive_stock
from miaohui.commerce.merchants.actions.change_shop import ShopChanges, change_shop
from miaohui.commerce.merchants.actions.submit_document import submit_document
from miaohui.commerce.orders.actions.begin_payment import begin_payment
from miaohui.commerce.orders.actions.mark_trade_paid import mark_trade_paid
from miaohui.commerce.orders.actions.place_order import place_order
from miaohui.commerce.sponsorships.actions.save_sponsorship import SponsorshipForm, create_sponsorship
from miaohui.commerce.sponsorships.tables import sponsorship_showing
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database, Tx
from miaohui.kit.ids import new_id
from miaohui.media.comments.actions.post_comment import post_comment
from miaohui.media.uploads.actions.create_upload import create_upload
from miaohui.money.ledger import accounts
from miaohui.money.ledger.actions.post_entry import Leg, post_entry
from miaohui.money.payments.actions.open_top_up import open_top_up
from miaohui.money.payments.actions.record_refund import begin_refund_attempt, record_refund_stuck
from miaohui.money.payments.actions.request_refund import request_refund
from miaohui.money.payments.services import Payments
from miaohui.people.accounts.actions.open_session import open_session
from miaohui.people.accounts.tables import account, account_identifier, passkey
from miaohui.people.graph.actions.block_person import block_person
from miaohui.people.shake.actions.open_venue import open_venue
from miaohui.people.shake.actions.record_match import bring_together
from miaohui.schema import all_tables
from miaohui.settings import Settings
from miaohui.talk.calls.actions.answer_call import answer_call
from miaohui.talk.calls.actions.place_call import place_call
from miaohui.talk.messaging.actions.create_group import create_group
from miaohui.talk.messaging.actions.keep_attachment import keep_photo
from miaohui.talk.messaging.actions.lead_group import set_group_picture
from miaohui.talk.messaging.actions.open_direct import open_direct
from miaohui.talk.messaging.actions.send_message import send_message
from miaohui.talk.moments.actions.add_photo import add_photo
from miaohui.talk.moments.actions.comment_moment import comment_moment
from miaohui.talk.moments.actions.post_moment import post_moment
from miaohui.talk.notifications.actions.notify import notify
from miaohui.talk.stickers.actions.make_sticker import make_sticker
from tests.cast import Cast
from tests.commerce.market import open_stall, put_goods
from tests.commerce.promotions.offers import give_offers
from tests.media.shelf import shelve_video
from tests.serving import serving
from tests.talk.calls.friends import befriend
from tests.until_quiet import until_quiet

LEFT_ALONE_BY_A_WALK = {
    "impression",
    "outbox_event",
    "outbox_delivery",
    "job",
    "job_schedule",
    "passkey_challenge",
    "device",
}
"""Tables in which merely looking may leave a trace; all others must not change when an act is refused."""


@dataclass
class WholeTown:
    """Ids of what is Mei's, tokens of who walks, and the application."""

    app: Litestar
    client: httpx.Client
    db: Database
    tokens: Mapping[str, str]
    things: Mapping[str, str]

    def send(self, who: str | None, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Ask as somebody (by token), or as a stranger with a browser that knows nobody."""
        self.client.cookies.clear()
        if who is not None:
            headers["Authorization"] = f"Bearer {self.tokens[who]}"
        content: dict[str, Any] = {}
        if isinstance(body, bytes):
            content["content"] = body
        elif body is not None:
            content["json"] = body
        return self.client.request(method, path, headers=headers, follow_redirects=False, **content)

    def fingerprint(self) -> dict[str, str]:
        """Return a digest of every table that a refused act must leave as it was."""

        def read(tx: Tx) -> dict[str, str]:
            digests = {}
            for table in all_tables().sorted_tables:
                if table.name in LEFT_ALONE_BY_A_WALK:
                    continue
                rows = sorted(repr(tuple(row)) for row in tx.execute(sa.select(table)))
                digests[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
            return digests

        return self.db.read_sync(read)


@contextmanager
def open_town(*, folder: Path, database_url: str, clock: ManualClock, db: Database, cast: Cast) -> Iterator[WholeTown]:
    """Build the application over a database in which Mei has one of everything."""
    people = {"mei": cast.mei, "bo": cast.bo, "hao": cast.hao, "lena": cast.lena}
    db.write_sync(block_person, blocker_id=cast.mei, blocked_id=cast.hao)
    video_id = shelve_video(db, author_id=cast.mei)
    waiting_id = shelve_video(db, author_id=cast.mei, state="processing")
    opened = {name: db.write_sync(open_session, account_id=id_, user_agent="walk") for name, id_ in people.items()}
    things = {
        "person": str(cast.mei),
        "video": str(video_id),
        "waiting_video": str(waiting_id),
        "comment": str(db.write_sync(post_comment, video_id=video_id, author_id=cast.mei, body="我的摊子").id),
        "upload": str(
            db.write_sync(
                create_upload, owner_id=cast.mei, size_bytes=10, announced="", filename="a.mp4", max_bytes=100
            ).id
        ),
        "device": str(opened["mei"].device_id),
        "identifier": str(db.write_sync(_give_address, account_id=cast.mei)),
        "payment": str(db.write_sync(_open_top_up, account_id=cast.mei)),
        **(shop := _give_shop(db, cast)),
        **_give_order(db, cast, folder=folder, variant_id=int(shop["variant"]), shop_id=int(shop["shop"])),
        **give_offers(db, clock, shop_id=int(shop["shop"]), by_id=cast.mei),
        "passkey": str(db.write_sync(_give_passkey, account_id=cast.mei)),
        "match": str(db.write_sync(_give_match, one_id=cast.mei, other_id=cast.ines)),
        "match_to_block": str(db.write_sync(_give_match, one_id=cast.mei, other_id=cast.crowd(2)[0])),
        "match_to_report": str(db.write_sync(_give_match, one_id=cast.mei, other_id=cast.crowd(2)[1])),
        "venue": str(db.write_sync(open_venue, owner_id=cast.mei, name="茶馆", proven_after=timedelta(0)).id),
        "sticker": str(db.write_sync(make_sticker, maker_id=cast.mei, name="糖画", picture="stickers/1/a").id),
        "notice": str(
            db.write_sync(notify, to_id=cast.mei, kind="graph.followed", about_id=cast.bo, link=f"/people/{cast.bo}")
        ),
    }
    things |= _give_talk(db, cast)
    things |= _give_moment(db, cast)
    things |= _give_sponsorship(db, cast, clock, shop_id=int(shop["shop"]))
    things |= _give_call(db, cast, device_id=opened["mei"].device_id)
    things |= _give_case(db, buyer_id=cast.mei, order_id=int(things["order"]), line_id=int(things["order_line"]))
    # What followed from all this must not look as if somebody had done it during a walk.
    until_quiet(db, clock)
    settings = Settings(
        data_dir=folder, database_url=database_url if database_url.startswith("postgres") else "", demo=True
    )
    app = create_app(settings, clock=clock)
    app.state.services.blobs.put(f"avatars/{cast.ines}/face-256.webp", b"a face", "image/webp")
    app.state.services.blobs.put("private/shops/1/paper-1440.webp", b"a paper", "image/webp")
    app.state.services.blobs.put("private/messages/1/photo-1440.webp", b"a photo", "image/webp")
    app.state.services.blobs.put("private/messages/groups/1/lantern/256.webp", b"a photo", "image/webp")
    app.state.services.blobs.put("private/moments/1/lantern-720.webp", b"a photo", "image/webp")
    app.state.services.blobs.put("private/evidence/1/photo-1440.webp", b"a photo", "image/webp")
    tokens = {name: session.token for name, session in opened.items()}
    with serving(app) as address, httpx.Client(base_url=f"http://{address}", timeout=30) as client:
        yield WholeTown(app, client, db, tokens, things)


def _give_address(tx: Tx, *, account_id: int) -> int:
    identifier_id = new_id()
    row = {"channel": "email", "address": "mei@fair.example", "verified_at": tx.now}
    tx.execute(sa.insert(account_identifier).values(id=identifier_id, account_id=account_id, **row))
    return identifier_id


def _open_top_up(tx: Tx, *, account_id: int) -> int:
    return open_top_up(
        tx, person_id=account_id, amount_minor=5_00, currency="CNY", provider="sandbox", key=None, request_hash=b""
    )


def _give_shop(db: Database, cast: Cast) -> dict[str, str]:
    shop_id = open_stall(db, owner_id=cast.mei, operator_id=cast.lena, name="阿梅的摊子")
    other_id = open_stall(db, owner_id=cast.mei, operator_id=cast.lena, name="阿梅的老摊子")
    goods = put_goods(db, shop_id=shop_id, operator_id=cast.lena)
    paper = {"kind": "identity", "number": "A-2", "file": "private/shops/1/paper"}
    document_id = db.write_sync(submit_document, shop_id=shop_id, by_id=cast.mei, **paper)
    return {
        "shop": str(shop_id),
        "closing_shop": str(other_id),
        "product": str(goods.product_id),
        "variant": str(goods.variant_ids[0]),
        "document": str(document_id),
    }


def _give_case(db: Database, *, buyer_id: int, order_id: int, line_id: int) -> dict[str, str]:
    """Let Mei complain to herself, refuse that, and call the platform."""
    wish = {"kind": "refund_only", "quantity": 1, "amount_minor": None, "reason": "other"}
    found = db.write_sync(apply_aftersale, order_id=order_id, order_line_id=line_id, buyer_id=buyer_id, **wish)
    file = "private/evidence/1/photo"
    piece = db.write_sync(submit_evidence, aftersale_id=found.id, account_id=buyer_id, file=file, words="")
    db.write_sync(refuse, aftersale_id=found.id, by_id=buyer_id, words="x")
    about = db.write_sync(open_dispute, aftersale_id=found.id, buyer_id=buyer_id, words="x")
    return {"case": str(found.id), "evidence": str(piece.id), "dispute": str(about.id)}


def _give_talk(db: Database, cast: Cast) -> dict[str, str]:
    """Let Mei and Lan write to each other, and begin a group."""
    befriend(db, cast.lan, cast.mei)
    place = db.write_sync(open_direct, one_id=cast.mei, other_id=cast.lan, reason="friends")
    group = db.write_sync(create_group, owner_id=cast.mei, title="灯会", member_ids=[cast.lan])
    picture = "private/messages/groups/1/lantern"
    db.write_sync(set_group_picture, conversation_id=group, by_id=cast.mei, picture=picture)
    words = {"kind": "text", "body": {"text": "走吗"}}
    said = db.write_sync(send_message, sender_id=cast.mei, conversation_id=group, client_id="walk-group", **words)
    key = "private/messages/1"
    kept = db.write_sync(keep_photo, attachment_id=new_id(), owner_id=cast.mei, key=key, width=32, height=32)
    return {
        "friend": str(cast.lan),
        "conversation": str(place),
        "group": str(group),
        "message": str(said.id),
        "attachment": str(kept.id),
    }


def _give_call(db: Database, cast: Cast, *, device_id: int) -> dict[str, str]:
    """Let Lan call Mei, who answers on the device with which she walks."""
    befriend(db, cast.lan, cast.mei)
    placed = db.write_sync(place_call, caller_id=cast.lan, device_id=1, callee_id=cast.mei, kind="audio")
    db.write_sync(answer_call, call_id=placed.id, person_id=cast.mei, device_id=device_id)
    return {"call": str(placed.id)}


def _give_match(tx: Tx, *, one_id: int, other_id: int) -> int:
    low, high = sorted((one_id, other_id))
    tx.execute(sa.update(account).where(account.c.id == other_id).values(avatar=f"avatars/{other_id}/face"))
    made = bring_together(
        tx,
        one_id=low,
        other_id=high,
        tickets=(None, None),
        late=True,
        bucket="under_1",
        shared=[],
        at=tx.now,
    )
    return made.id


def _give_moment(db: Database, cast: Cast) -> dict[str, str]:
    photo = db.write_sync(add_photo, owner_id=cast.mei, key="private/moments/1/lantern", width=1440, height=1080)
    moment = db.write_sync(post_moment, author_id=cast.mei, body="灯会", photo_ids=[photo.id])
    said = db.write_sync(comment_moment, moment_id=moment.id, author_id=cast.mei, body="好看")
    return {"moment": str(moment.id), "photo": str(photo.id), "moment_comment": str(said.id)}


def _give_sponsorship(db: Database, cast: Cast, clock: ManualClock, *, shop_id: int) -> dict[str, str]:
    """Give Mei's shop a campaign, and Mei a card of it, as if she had been shown one."""
    week = {"starts_at": clock.now(), "ends_at": clock.now() + timedelta(days=7)}
    form = SponsorshipForm(name="见面礼", latitude=31.3, longitude=120.6, radius_m=3000, off_minor=100, **week)
    made = db.write_sync(create_sponsorship, shop_id=shop_id, form=form, by_id=cast.mei)

    def show(tx: Tx) -> int:
        row = {"id": new_id(), "sponsorship_id": made.id, "person_id": cast.mei, "day": tx.now.date(), "slot": 1}
        tx.execute(sa.insert(sponsorship_showing).values(**row, shown_at=tx.now))
        return row["id"]

    return {"sponsorship": str(made.id), "sponsor_card": str(db.write_sync(show))}


def _give_passkey(tx: Tx, *, account_id: int) -> int:
    passkey_id = new_id()
    row = {"credential_id": b"c", "public_key": b"k", "sign_count": 0, "transports": [], "name": "Phone"}
    tx.execute(
        sa.insert(passkey).values(id=passkey_id, account_id=account_id, backed_up=False, created_at=tx.now, **row)
    )
    return passkey_id


def _give_order(db: Database, cast: Cast, *, folder: Path, variant_id: int, shop_id: int) -> dict[str, str]:
    """Let Mei buy of her own goods, so that the order is hers and her shop's, and pay for it."""
    mei = cast.mei
    db.write_sync(receive_stock, variant_id=variant_id, quantity=10, ref="opening", by_id=mei)
    template = TemplateForm(name="快递", zones=[Zone(first_minor=800)])
    freight = db.write_sync(save_freight_template, shop_id=shop_id, by_id=mei, form=template)
    db.write_sync(change_shop, shop_id=shop_id, by_id=mei, changes=ShopChanges(insures_returns=True))
    form = AddressForm(name="阿梅", phone="13800138000", street="平江路 8 号", division_code="320508")
    address = db.write_sync(add_address, account_id=mei, form=form)
    # Nobody may buy from themselves; for once, both sides of an order are to be hers.
    with patch.object(quoting, "shops_worked_in", return_value=[]):
        offered = db.write_sync(quoting.make_quote, buyer_id=mei, lines=[Asked(variant_id=variant_id, quantity=2)])
        placed = db.write_sync(place_order, buyer_id=mei, quote_id=offered.id)
    asked = db.write_sync(begin_payment, trade_id=placed.trade_id, buyer_id=mei, provider="sandbox")
    paid = Payments(db, Settings(data_dir=folder)).act_in_sandbox_sync(asked, outcome="pay")
    db.write_sync(mark_trade_paid, trade_id=placed.trade_id, payment_id=paid.id)
    return {
        "freight": str(freight.id),
        "address": str(address.id),
        "quote": str(offered.id),
        "trade": str(placed.trade_id),
        "order": str(placed.order_ids[0]),
        "order_line": str(offered.lines[0].line_id),
        "stuck_refund": str(db.write_sync(_give_stuck_refund, payment_id=paid.id)),
        "parcel": str(_send_one(db, placed.order_ids[0], offered.lines[0].line_id, by_id=mei)),
    }


def _give_stuck_refund(tx: Tx, *, payment_id: int) -> int:
    owed = [Leg(accounts.bank(), accounts.refund_payable(), 1)]
    post_entry(tx, kind="walk", ref="refund", currency="CNY", legs=owed)
    asked = request_refund(tx, payment_id=payment_id, amount_minor=1, ref="walk", reason="x")
    begin_refund_attempt(tx, refund_id=asked.id)
    record_refund_stuck(tx, refund_id=asked.id, failure="x")
    return asked.id


def _send_one(db: Database, order_id: int, line_id: int, *, by_id: int) -> int:
    sent = db.write_sync(
        ship_parcel, order_id=order_id, lines=[(line_id, 1)], carrier="sandbox", waybill=None, by_id=by_id
    )
    return sent.id
