"""Every operation of the API, and whose it is. A new one that is not listed here fails the walk.

public   anybody may, also without an account
member   needs an account, and touches only the caller's own
shared   needs an account; anybody may do it to this thing of Mei's, except whom she has blocked
seen     anybody may look at this thing of Mei's, except whom she has blocked
hers     only Mei may
operator only operators may, and nobody in this town is one
"""

from typing import Any, Literal, NamedTuple

Whose = Literal["public", "member", "shared", "seen", "hers", "operator"]


class Act(NamedTuple):
    """How to try an operation: `thing` fills the id in its path; two words fill two, one after the other.

    A value such as `{upload}` in the body stands for the id of that thing.
    """

    whose: Whose
    thing: str | None = None
    body: Any = None
    headers: dict[str, str] = {}  # noqa: RUF012  never changed


PUSHED_TO = {
    "endpoint": "https://push.example.com/send/1",
    "keys": {"p256dh": "B" + "A" * 86, "auth": "A" * 22},
}
TUS = {"Tus-Resumable": "1.0.0"}
CHUNK = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
ADDRESS = {"channel": "email", "address": "someone@fair.example"}
CREDENTIAL = {
    "credential": {"id": "aaaa", "rawId": "aaaa", "type": "public-key", "response": {"clientDataJSON": "aaaa"}}
}

HOME = {"name": "阿梅", "phone": "13800138000", "street": "平江路 8 号", "division_code": "320508"}
FREIGHT = {"name": "快递", "zones": [{"first_minor": 800}]}
WEEK = {"starts_at": "2026-04-18T00:00:00Z", "ends_at": "2026-04-25T00:00:00Z"}
COUPON = {"stacking": "shop", "name": "x", "rule": {"off_minor": 100}, "quota": 10, **WEEK}
PROMOTION = {"name": "x", "rule": {"kind": "item", "off_minor": 100}, **WEEK}

ACTS: dict[str, Act] = {
    "GET /healthz": Act("public"),
    "POST /api/v1/accounts/codes": Act("public", body={**ADDRESS, "purpose": "enter"}),
    "POST /api/v1/accounts": Act("public"),
    "POST /api/v1/sessions": Act("public"),
    "POST /api/v1/passkeys/authentication/options": Act("public"),
    "POST /api/v1/passkeys/authentication/verification": Act("public"),
    "GET /api/v1/session": Act("member"),
    "DELETE /api/v1/session": Act("member"),
    "PUT /api/v1/session/proof": Act("member", body={"kind": "password", "password": "long enough"}),
    "GET /api/v1/session/proof": Act("member"),
    "GET /api/v1/devices": Act("member"),
    "DELETE /api/v1/devices": Act("member"),
    "DELETE /api/v1/devices/{device_id}": Act("hers", "device"),
    "GET /api/v1/me": Act("member"),
    "PATCH /api/v1/me": Act("member", body={"bio": "x"}),
    "PUT /api/v1/me/avatar": Act("member"),
    "DELETE /api/v1/me/avatar": Act("member"),
    "POST /api/v1/me/identifiers": Act("member", body={**ADDRESS, "code": "123456"}),
    "DELETE /api/v1/me/identifiers/{identifier_id}": Act("hers", "identifier"),
    "PUT /api/v1/me/password": Act("member", body={"password": "a long pass phrase"}),
    "DELETE /api/v1/me/password": Act("member"),
    "POST /api/v1/passkeys/registration/options": Act("member"),
    "POST /api/v1/passkeys/registration/verification": Act("member", body={**CREDENTIAL, "name": "x"}),
    "GET /api/v1/passkeys": Act("member"),
    "DELETE /api/v1/passkeys/{passkey_id}": Act("hers", "passkey"),
    "PATCH /api/v1/passkeys/{passkey_id}": Act("hers", "passkey", {"name": "stolen"}),
    "GET /api/v1/me/export": Act("member"),
    "POST /api/v1/me/export": Act("member"),
    "GET /api/v1/me/export/file": Act("member"),
    "POST /api/v1/me/deletion": Act("member"),
    "GET /api/v1/me/blocks": Act("member"),
    "GET /api/v1/me/mutes": Act("member"),
    "GET /api/v1/me/friends": Act("member"),
    "GET /api/v1/me/likes": Act("member"),
    "GET /api/v1/me/favourites": Act("member"),
    "GET /api/v1/me/videos": Act("member"),
    "POST /api/v1/uploads": Act("member", headers={**TUS, "Upload-Length": "10"}),
    "OPTIONS /api/v1/uploads": Act("public"),
    "OPTIONS /api/v1/uploads/{upload_id}": Act("public", "upload"),
    "HEAD /api/v1/uploads/{upload_id}": Act("hers", "upload", headers=TUS),
    "PATCH /api/v1/uploads/{upload_id}": Act("hers", "upload", b"0123456789", CHUNK),
    "DELETE /api/v1/uploads/{upload_id}": Act("hers", "upload", headers=TUS),
    "POST /api/v1/videos": Act("member", body={"upload_id": "{upload}"}),
    "GET /api/v1/videos/{video_id}": Act("seen", "video"),
    "PATCH /api/v1/videos/{video_id}": Act("hers", "video", {"caption": "stolen"}),
    "DELETE /api/v1/videos/{video_id}": Act("hers", "video"),
    "GET /api/v1/videos/{video_id}/reactions": Act("seen", "video"),
    "PUT /api/v1/videos/{video_id}/like": Act("shared", "video"),
    "DELETE /api/v1/videos/{video_id}/like": Act("shared", "video"),
    "PUT /api/v1/videos/{video_id}/favourite": Act("shared", "video"),
    "DELETE /api/v1/videos/{video_id}/favourite": Act("shared", "video"),
    "POST /api/v1/videos/{video_id}/share": Act("seen", "video"),
    "GET /api/v1/videos/{video_id}/comments": Act("seen", "video"),
    "POST /api/v1/videos/{video_id}/comments": Act("shared", "video", {"body": "好"}),
    "GET /api/v1/comments/{comment_id}/replies": Act("seen", "comment"),
    "DELETE /api/v1/comments/{comment_id}": Act("hers", "comment"),
    "PUT /api/v1/comments/{comment_id}/like": Act("shared", "comment"),
    "DELETE /api/v1/comments/{comment_id}/like": Act("shared", "comment"),
    "GET /api/v1/people": Act("member"),
    "GET /api/v1/people/{handle}": Act("public"),
    "GET /api/v1/people/{person_id}/videos": Act("seen", "person"),
    "GET /api/v1/people/{person_id}/followers": Act("seen", "person"),
    "GET /api/v1/people/{person_id}/following": Act("seen", "person"),
    "PUT /api/v1/people/{person_id}/follow": Act("shared", "person"),
    "DELETE /api/v1/people/{person_id}/follow": Act("member", "person"),
    "PUT /api/v1/people/{person_id}/block": Act("member", "person"),
    "DELETE /api/v1/people/{person_id}/block": Act("member", "person"),
    "PUT /api/v1/people/{person_id}/mute": Act("shared", "person"),
    "DELETE /api/v1/people/{person_id}/mute": Act("member", "person"),
    "PUT /api/v1/people/{person_id}/remark": Act("shared", "person", {"name": "x"}),
    "DELETE /api/v1/people/{person_id}/remark": Act("member", "person"),
    "GET /api/v1/notifications": Act("member"),
    "GET /api/v1/notifications/unread": Act("member"),
    "POST /api/v1/notifications/reading": Act("member", body={"seq": 1}),
    "PUT /api/v1/notifications/{notice_id}/reading": Act("hers", "notice"),
    "DELETE /api/v1/notifications/{notice_id}": Act("hers", "notice"),
    "POST /api/v1/notifications/acknowledgement": Act("member", body={"seq": 1}),
    "GET /api/v1/notifications/settings": Act("member"),
    "PATCH /api/v1/notifications/settings": Act("member", body={"details": True}),
    "PUT /api/v1/notifications/settings/{kind}/{channel}": Act("member", body={"on": False}),
    "GET /api/v1/push/key": Act("public"),
    "PUT /api/v1/push/subscription": Act("member", body=PUSHED_TO),
    "DELETE /api/v1/push/subscription": Act("member"),
    "GET /api/v1/calls/ice-servers": Act("member"),
    "GET /api/v1/calls/current": Act("member"),
    "POST /api/v1/calls": Act("member", body={"person_id": "{person}"}),
    "GET /api/v1/calls/{call_id}": Act("hers", "call"),
    "POST /api/v1/calls/{call_id}/answer": Act("hers", "call"),
    "POST /api/v1/calls/{call_id}/ending": Act("hers", "call", {}),
    "PUT /api/v1/calls/{call_id}/presence": Act("hers", "call"),
    "POST /api/v1/calls/{call_id}/signals": Act("hers", "call", {"peer": "x"}),
    "GET /api/v1/calls/{call_id}/signals": Act("hers", "call"),
    "GET /api/v1/payments/{payment_id}": Act("hers", "payment"),
    "POST /api/v1/payments/{payment_id}/sandbox": Act("hers", "payment", {"outcome": "pay"}),
    "GET /api/v1/me/wallet": Act("member"),
    "GET /api/v1/me/balances": Act("member"),
    "GET /api/v1/me/statement": Act("member"),
    "GET /api/v1/me/payouts": Act("member"),
    "POST /api/v1/me/payouts": Act(
        "member", body={"account": "wallet", "amount_minor": 100, "bank_account": "6222 0212 3344"}
    ),
    "POST /api/v1/me/wallet/topups": Act("member", body={"amount_minor": 1000, "provider": "sandbox"}),
    "GET /api/v1/cart": Act("member"),
    "POST /api/v1/cart/lines": Act("member", body={"variant_id": "404"}),
    "PATCH /api/v1/cart/lines/{variant_id}": Act("member", "variant", {"quantity": 2}),
    "DELETE /api/v1/cart/lines/{variant_id}": Act("member", "variant"),
    "PUT /api/v1/cart/selection": Act("member", body={"variant_ids": []}),
    "GET /api/v1/divisions": Act("public"),
    "GET /api/v1/addresses": Act("member"),
    "POST /api/v1/addresses": Act("member", body=HOME),
    "PUT /api/v1/addresses/{address_id}": Act("hers", "address", HOME),
    "DELETE /api/v1/addresses/{address_id}": Act("hers", "address"),
    "POST /api/v1/quotes": Act("member", body={"lines": [{"variant_id": "404"}]}),
    "GET /api/v1/quotes/{quote_id}": Act("hers", "quote"),
    "POST /api/v1/orders": Act("member", body={"quote_id": "404"}),
    "GET /api/v1/orders": Act("member"),
    "GET /api/v1/orders/{order_id}": Act("hers", "order"),
    "POST /api/v1/orders/{order_id}/cancellation": Act("hers", "order"),
    "POST /api/v1/orders/{order_id}/receipt": Act("hers", "order"),
    "POST /api/v1/orders/{order_id}/receipt-extension": Act("hers", "order"),
    "GET /api/v1/trades/{trade_id}": Act("hers", "trade"),
    "POST /api/v1/trades/{trade_id}/payments": Act("hers", "trade", {"provider": "sandbox"}),
    "GET /api/v1/shops/{shop_id}/orders": Act("hers", "shop"),
    "GET /api/v1/shops/{shop_id}/orders/{order_id}": Act("hers", "shop order"),
    "GET /api/v1/shops/{shop_id}/freight-templates": Act("hers", "shop"),
    "POST /api/v1/shops/{shop_id}/freight-templates": Act("hers", "shop", FREIGHT),
    "PUT /api/v1/shops/{shop_id}/freight-templates/{template_id}": Act("hers", "shop freight", FREIGHT),
    "DELETE /api/v1/shops/{shop_id}/freight-templates/{template_id}": Act("hers", "shop freight"),
    "POST /api/v1/orders/{order_id}/returns": Act(
        "hers", "order", {"order_line_id": "{order_line}", "kind": "refund_only", "quantity": 1, "reason": "other"}
    ),
    "GET /api/v1/aftersales": Act("member"),
    "GET /api/v1/aftersales/{aftersale_id}": Act("hers", "case"),
    "POST /api/v1/aftersales/{aftersale_id}/agreement": Act("hers", "case", {}),
    "POST /api/v1/aftersales/{aftersale_id}/refusal": Act("hers", "case", {"words": "x"}),
    "POST /api/v1/aftersales/{aftersale_id}/offer": Act("hers", "case", {"amount_minor": 1}),
    "POST /api/v1/aftersales/{aftersale_id}/offer/acceptance": Act("hers", "case"),
    "POST /api/v1/aftersales/{aftersale_id}/offer/refusal": Act("hers", "case", {}),
    "POST /api/v1/aftersales/{aftersale_id}/return-parcel": Act("hers", "case", {"carrier": "sandbox"}),
    "POST /api/v1/aftersales/{aftersale_id}/return-parcel/acceptance": Act("hers", "case", {"resaleable": True}),
    "POST /api/v1/aftersales/{aftersale_id}/return-parcel/refusal": Act("hers", "case", {"words": "x"}),
    "POST /api/v1/aftersales/{aftersale_id}/replacement": Act("hers", "case", {"carrier": "sandbox"}),
    "POST /api/v1/aftersales/{aftersale_id}/replacement/receipt": Act("hers", "case"),
    "POST /api/v1/aftersales/{aftersale_id}/dispute": Act("hers", "case", {"words": "x"}),
    "POST /api/v1/aftersales/{aftersale_id}/evidence": Act("hers", "case", b"no picture"),
    "GET /api/v1/aftersales/{aftersale_id}/evidence/{evidence_id}/picture": Act("hers", "case evidence"),
    "POST /api/v1/aftersales/{aftersale_id}/dispute/appeal": Act("hers", "case", {"words": "x"}),
    "POST /api/v1/aftersales/{aftersale_id}/dispute/withdrawal": Act("hers", "case"),
    "POST /api/v1/aftersales/{aftersale_id}/withdrawal": Act("hers", "case"),
    "GET /api/v1/shops/{shop_id}/aftersales": Act("hers", "shop"),
    "GET /api/v1/operator/disputes": Act("operator"),
    "GET /api/v1/operator/disputes/{dispute_id}": Act("operator", "dispute"),
    "POST /api/v1/operator/disputes/{dispute_id}/proof-request": Act(
        "operator", "dispute", {"proof_from": "both", "words": "x"}
    ),
    "POST /api/v1/operator/disputes/{dispute_id}/judgement": Act(
        "operator", "dispute", {"verdict": "buyer", "words": "x"}
    ),
    "GET /api/v1/operator/advances": Act("operator"),
    "POST /api/v1/operator/advances/{advance_id}/write-off": Act("operator", "dispute", {"reason": "it is gone"}),
    "GET /api/v1/operator/overview": Act("operator"),
    "GET /api/v1/operator/ledger/accounts": Act("operator"),
    "GET /api/v1/operator/ledger/statement": Act("operator"),
    "GET /api/v1/operator/ledger/entries": Act("operator"),
    "GET /api/v1/operator/ledger/entries/{entry_id}": Act("operator", "dispute"),
    "GET /api/v1/operator/reconciliation": Act("operator"),
    "POST /api/v1/operator/differences/{difference_id}/closing": Act("operator", "dispute", {"note": "by telephone"}),
    "GET /api/v1/operator/jobs": Act("operator"),
    "POST /api/v1/operator/jobs/{job_id}/retry": Act("operator", "dispute"),
    "GET /api/v1/topics/{topic}/videos": Act("public"),
    "GET /api/v1/feed/for-you": Act("public"),
    "GET /api/v1/feed/following": Act("public"),
    "GET /api/v1/feed/why/{item_id}": Act("public", "video"),
    "GET /api/v1/mall": Act("public"),
    "GET /api/v1/mall/{product_id}": Act("public", "product"),
    "POST /api/v1/signals": Act("public", body=[]),
    "GET /api/v1/interests": Act("public"),
    "POST /api/v1/interests/reset": Act("public"),
    "PUT /api/v1/interests/settings": Act("public", body={"personalised": True}),
    "GET /api/v1/carriers": Act("public"),
    "GET /api/v1/orders/{order_id}/parcels": Act("hers", "order"),
    "GET /api/v1/orders/{order_id}/insurance": Act("hers", "order"),
    "GET /api/v1/shops/{shop_id}/orders/{order_id}/parcels": Act("hers", "shop order"),
    "POST /api/v1/shops/{shop_id}/orders/{order_id}/parcels": Act("hers", "shop order", {"carrier": "sandbox"}),
    "GET /api/v1/shops/{shop_id}/parcels/{parcel_id}/waybill.pdf": Act("hers", "shop parcel"),
    "GET /api/v1/shops/{shop_id}/parcels/{parcel_id}/packing-list.pdf": Act("hers", "shop parcel"),
    "GET /api/v1/shops/{shop_id}/insurance": Act("hers", "shop"),
    "GET /api/v1/operator/insurance": Act("operator"),
    "GET /api/v1/operator/claims": Act("operator"),
    "POST /api/v1/operator/claims/{claim_id}/decision": Act(
        "operator", "order", {"approve": True, "reason": "a friend"}
    ),
    "GET /api/v1/categories": Act("public"),
    "GET /api/v1/goods": Act("public"),
    "GET /api/v1/goods/{product_id}": Act("public", "product"),
    "GET /api/v1/offers": Act("member"),
    "GET /api/v1/videos/{video_id}/products": Act("seen", "video"),
    "PUT /api/v1/videos/{video_id}/products": Act("hers", "video", {"product_ids": []}),
    "GET /api/v1/people/{person_id}/showcase": Act("seen", "person"),
    "PUT /api/v1/me/showcase": Act("member", body={"product_ids": []}),
    "GET /api/v1/me/shops": Act("member"),
    "POST /api/v1/shops": Act("member", body={"kind": "individual", "name": "x", "category_ids": ["404"]}),
    "GET /api/v1/shops/{shop_id}": Act("public", "shop"),
    "PATCH /api/v1/shops/{shop_id}": Act("hers", "shop", {"intro": "stolen"}),
    "GET /api/v1/shops/{shop_id}/console": Act("hers", "shop"),
    "PUT /api/v1/shops/{shop_id}/avatar": Act("hers", "shop", b"no picture"),
    "POST /api/v1/shops/{shop_id}/application": Act("hers", "shop"),
    "POST /api/v1/shops/{shop_id}/documents": Act("hers", "shop", {"kind": "identity", "number": "1"}),
    "GET /api/v1/shops/{shop_id}/documents/{document_id}/picture": Act("hers", "shop document"),
    "PUT /api/v1/shops/{shop_id}/documents/{document_id}/picture": Act("hers", "shop document", b"no picture"),
    "POST /api/v1/shops/{shop_id}/categories": Act("hers", "shop", {"category_id": "404"}),
    "GET /api/v1/shops/{shop_id}/staff": Act("hers", "shop"),
    "PUT /api/v1/shops/{shop_id}/staff/{person_id}": Act("hers", "shop person", {"role": "goods"}),
    "DELETE /api/v1/shops/{shop_id}/staff/{person_id}": Act("hers", "shop person"),
    "POST /api/v1/shops/{shop_id}/deposit": Act("hers", "shop", {"provider": "sandbox"}),
    "POST /api/v1/shops/{shop_id}/closing": Act("hers", "closing_shop", {}),
    "GET /api/v1/shops/{shop_id}/balances": Act("hers", "shop"),
    "GET /api/v1/shops/{shop_id}/settlement-lines": Act("hers", "shop"),
    "GET /api/v1/shops/{shop_id}/statement": Act("hers", "shop"),
    "GET /api/v1/shops/{shop_id}/payouts": Act("hers", "shop"),
    "POST /api/v1/shops/{shop_id}/payouts": Act(
        "hers", "shop", {"amount_minor": 100, "bank_account": "6222 0212 3344"}
    ),
    "GET /api/v1/shops/{shop_id}/showcase": Act("public", "shop"),
    "PUT /api/v1/shops/{shop_id}/showcase": Act("hers", "shop", {"product_ids": []}),
    "GET /api/v1/shops/{shop_id}/products": Act("hers", "shop"),
    "POST /api/v1/shops/{shop_id}/products": Act(
        "hers", "shop", {"title": "stolen", "category_id": "404", "variants": [{"price_minor": 1}]}
    ),
    "POST /api/v1/shops/{shop_id}/products/import": Act("hers", "shop", b"product,title,category,price\n"),
    "GET /api/v1/shops/{shop_id}/products/{product_id}": Act("hers", "shop product"),
    "PATCH /api/v1/shops/{shop_id}/products/{product_id}": Act("hers", "shop product", {"body": "stolen"}),
    "DELETE /api/v1/shops/{shop_id}/products/{product_id}": Act("hers", "shop product"),
    "PUT /api/v1/shops/{shop_id}/products/{product_id}/variants": Act(
        "hers", "shop product", {"variants": [{"price_minor": 1}]}
    ),
    "POST /api/v1/shops/{shop_id}/products/{product_id}/pictures": Act("hers", "shop product", b"no picture"),
    "PUT /api/v1/shops/{shop_id}/products/{product_id}/pictures": Act("hers", "shop product", {"picture_ids": []}),
    "DELETE /api/v1/shops/{shop_id}/products/{product_id}/pictures/{picture_id}": Act("hers", "shop product product"),
    "POST /api/v1/shops/{shop_id}/products/{product_id}/submission": Act("hers", "shop product"),
    "DELETE /api/v1/shops/{shop_id}/products/{product_id}/submission": Act("hers", "shop product"),
    "PUT /api/v1/shops/{shop_id}/products/{product_id}/listing": Act("hers", "shop product"),
    "DELETE /api/v1/shops/{shop_id}/products/{product_id}/listing": Act("hers", "shop product"),
    "PUT /api/v1/shops/{shop_id}/products/{product_id}/commission": Act("hers", "shop product", {"rate_bp": 100}),
    "DELETE /api/v1/shops/{shop_id}/products/{product_id}/commission": Act("hers", "shop product"),
    "GET /api/v1/shops/{shop_id}/variants/{variant_id}/stock": Act("hers", "shop variant"),
    "PUT /api/v1/shops/{shop_id}/variants/{variant_id}/stock": Act(
        "hers", "shop variant", {"on_hand": 5, "reason": "stolen"}
    ),
    "POST /api/v1/shops/{shop_id}/variants/{variant_id}/stock/deliveries": Act(
        "hers", "shop variant", {"quantity": 1, "ref": "box"}
    ),
    "PUT /api/v1/shops/{shop_id}/variants/{variant_id}/stock/slots": Act("hers", "shop variant", {"slots": 2}),
    "GET /api/v1/shops/{shop_id}/variants/{variant_id}/stock/movements": Act("hers", "shop variant"),
    "GET /api/v1/coupons": Act("member"),
    "GET /api/v1/coupon-templates": Act("public"),
    "GET /api/v1/shops/{shop_id}/coupons": Act("public", "shop"),
    "POST /api/v1/coupon-templates/{template_id}/claims": Act("member", body={}),
    "GET /api/v1/shops/{shop_id}/coupon-templates": Act("hers", "shop"),
    "POST /api/v1/shops/{shop_id}/coupon-templates": Act("hers", "shop", COUPON),
    "PUT /api/v1/shops/{shop_id}/coupon-templates/{template_id}": Act("hers", "shop template", COUPON),
    "PUT /api/v1/shops/{shop_id}/coupon-templates/{template_id}/state": Act(
        "hers", "shop template", {"state": "active"}
    ),
    "GET /api/v1/shops/{shop_id}/promotions": Act("hers", "shop"),
    "POST /api/v1/shops/{shop_id}/promotions": Act("hers", "shop", PROMOTION),
    "PUT /api/v1/shops/{shop_id}/promotions/{promotion_id}": Act("hers", "shop promotion", PROMOTION),
    "PUT /api/v1/shops/{shop_id}/promotions/{promotion_id}/state": Act("hers", "shop promotion", {"state": "active"}),
    "GET /api/v1/operator/coupon-templates": Act("operator"),
    "POST /api/v1/operator/coupon-templates": Act("operator", body=COUPON),
    "PUT /api/v1/operator/coupon-templates/{template_id}": Act("operator", "template", COUPON),
    "PUT /api/v1/operator/coupon-templates/{template_id}/state": Act("operator", "template", {"state": "ended"}),
    "GET /api/v1/operator/promotions": Act("operator"),
    "POST /api/v1/operator/promotions": Act("operator", body=PROMOTION),
    "PUT /api/v1/operator/promotions/{promotion_id}": Act("operator", "promotion", PROMOTION),
    "PUT /api/v1/operator/promotions/{promotion_id}/state": Act("operator", "promotion", {"state": "ended"}),
    "GET /api/v1/operator/shops": Act("operator"),
    "GET /api/v1/operator/shops/{shop_id}": Act("operator", "shop"),
    "POST /api/v1/operator/shops/{shop_id}/decision": Act("operator", "shop", {"accept": True}),
    "POST /api/v1/operator/documents/{document_id}/decision": Act("operator", "document", {"accept": True}),
    "POST /api/v1/operator/shops/{shop_id}/categories/{category_id}/decision": Act(
        "operator", "shop", {"accept": True}
    ),
    "PUT /api/v1/operator/shops/{shop_id}/limits": Act("operator", "shop", {"limits": ["traffic"], "reason": "x"}),
    "POST /api/v1/operator/shops/{shop_id}/opening": Act("operator", "shop"),
    "POST /api/v1/operator/shops/{shop_id}/closing": Act("operator", "shop", {}),
    "PUT /api/v1/operator/shops/{shop_id}/closing": Act("operator", "shop"),
    "GET /api/v1/operator/listings": Act("operator"),
    "GET /api/v1/operator/listings/{product_id}": Act("operator", "product"),
    "POST /api/v1/operator/listings/{product_id}/decision": Act("operator", "product", {"accept": True}),
    "POST /api/v1/operator/listings/{product_id}/removal": Act("operator", "product", {"reason": "x"}),
    "POST /api/v1/demo/session": Act("public"),
    "GET /api/v1/demo/people": Act("public"),
}
