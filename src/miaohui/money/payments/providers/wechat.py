"""WeChat Pay v3, by wechatpayv3: three ways to pay, queries, refunds, notices and the daily bill.

native: a QR code for desktops. h5: an address that opens WeChat from a phone's browser, for five minutes, and only
when it is told from which site the payer comes. jsapi: inside WeChat, whose browser has a bridge; that one needs the
payer's openid, so the payer is sent to WeChat and back once (snsapi_base: they see nothing of it). The openid is asked
for each payment and not kept.

The library accepts notices of any age, and looks for unknown certificates over the network in the middle of one;
so age and key are looked at here first. The id of a notice lies inside the signed body, and is heard once.
"""

import csv
import gzip
import hashlib
import hmac
import json
import logging
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

import httpx
from wechatpayv3 import WeChatPay, WeChatPayType

from miaohui.money.payments.providers.contract import (
    Answer,
    BillLine,
    CodeRefused,
    Device,
    Handover,
    Notice,
    NoticeRefused,
    PaymentStatus,
    Provider,
    ProviderFault,
    RefundStatus,
    Visit,
)
from miaohui.money.payments.providers.decimal_amounts import fen, refuse_other_currencies
from miaohui.money.payments.queries import Payment, Refund

_TIMEOUT_S = (5, 15)
_BEIJING = ZoneInfo("Asia/Shanghai")
FRESH_S = 300
"""How far the timestamp of a notice may be from our clock; WeChat Pay's own advice."""
_BUSY = frozenset({"SYSTEM_ERROR", "FREQUENCY_LIMITED", "RATELIMIT_EXCEEDED", "BANKERROR", "STATEMENT_CREATING"})
_H5_LIVES = timedelta(minutes=4)
"""An address of h5 is good for five minutes; asked for again under the same number, there is a new one."""
_AUTHORIZE, _EXCHANGE = "https://open.weixin.qq.com", "https://api.weixin.qq.com"
_CODE_REFUSED = frozenset({40029, 40163, 42003, 41008, 40226})
"""Not a code, used before, too old, none, of a person who is kept out."""
_LONGEST_CODE = 200
# It notes whole addresses of what it asks, and WeChat wants our secret in one.
logging.getLogger("httpx").setLevel(logging.WARNING)


class WeChatProvider(Provider):
    """See the module."""

    name = "wechat"
    bill_zone = _BEIJING

    def __init__(
        self,
        *,
        app_id: str,
        merchant_id: str,
        serial: str,
        private_key: str,
        public_key_id: str,
        public_key: str,
        v3_key: str,
        base_url: str,
        address: str = "",
        app_secret: str = "",
        sign_in_address: str = "",
    ) -> None:
        self._app_id = app_id
        self._app_secret = app_secret
        self._authorize = sign_in_address or _AUTHORIZE
        self._exchange = sign_in_address or _EXCHANGE
        self._base_url = base_url
        self._merchant_id = merchant_id
        self._public_key_id = public_key_id
        self._api = WeChatPay(
            wechatpay_type=WeChatPayType.NATIVE,
            mchid=merchant_id,
            private_key=private_key,
            cert_serial_no=serial,
            appid=app_id,
            apiv3_key=v3_key,
            notify_url=f"{base_url}/notices/wechat",
            public_key=public_key,
            public_key_id=public_key_id,
            timeout=_TIMEOUT_S,
        )
        if address:
            self._api._core._gate_way = address

    def way(self, device: Device) -> str | None:
        ways = {"desktop": "native", "phone": "h5", "wechat": "jsapi" if self._app_secret else None}
        return ways[device]

    def begin(self, payment: Payment, visit: Visit) -> Handover:
        refuse_other_currencies(self.name, payment.currency)
        match payment.way:
            case "h5":
                return self._begin_h5(payment, visit)
            case "jsapi":
                return Handover(kind="identify", value=self._sign_in_address(payment))
            case _:
                return Handover(kind="qr", value=self._place(payment, WeChatPayType.NATIVE)["code_url"])

    def identify(self, payment: Payment, *, code: str, state: str) -> Handover:
        if not self._app_secret or not hmac.compare_digest(self._state(payment).encode(), state.encode()):
            raise CodeRefused("the state is not ours")
        openid = self._openid(code)
        prepay_id = self._place(payment, WeChatPayType.JSAPI, payer={"openid": openid})["prepay_id"]
        moment, nonce, package = str(int(time.time())), secrets.token_hex(16), f"prepay_id={prepay_id}"
        call = {
            "appId": self._app_id,
            "timeStamp": moment,
            "nonceStr": nonce,
            "package": package,
            "signType": "RSA",
            "paySign": self._api.sign([self._app_id, moment, nonce, package]),
        }
        return Handover(kind="jsapi", value=json.dumps(call), ref=prepay_id)

    def query(self, payment: Payment) -> PaymentStatus:
        status, said = self._ask(self._api.query, out_trade_no=payment.out_trade_no)
        if status == 404:
            return PaymentStatus(state="unknown")
        return _payment_status(_done(status, said))

    def close(self, payment: Payment) -> PaymentStatus:
        status, said = self._ask(self._api.close, out_trade_no=payment.out_trade_no)
        if status == 404:
            return PaymentStatus(state="unknown")
        if said.get("code") in {"ORDERPAID", "ORDER_CLOSED"}:
            return self.query(payment)
        _done(status, said)
        return PaymentStatus(state="closed")

    def refund(self, payment: Payment, refund: Refund) -> RefundStatus:
        status, said = self._ask(
            self._api.refund,
            out_refund_no=refund.out_refund_no,
            transaction_id=payment.provider_txn_no,
            amount={"refund": refund.amount_minor, "total": payment.amount_minor, "currency": "CNY"},
            reason=refund.reason[:80],
        )
        return _refund_status(_done(status, said), said.get("status"))

    def query_refund(self, payment: Payment, refund: Refund) -> RefundStatus:
        status, said = self._ask(self._api.query_refund, out_refund_no=refund.out_refund_no)
        if status == 404:
            return RefundStatus(state="unknown")
        return _refund_status(_done(status, said), said.get("status"))

    def parse_notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        try:
            age_s = abs(time.time() - int(headers["wechatpay-timestamp"]))
            if age_s > FRESH_S:
                raise NoticeRefused("the notice is not fresh")
            if headers["wechatpay-serial"] != self._public_key_id:
                raise NoticeRefused("the notice is signed with a key that is not WeChat Pay's")
            said = self._api.callback(dict(headers), body)
            if not said:
                raise NoticeRefused("the signature is not WeChat Pay's")
            return self._notice(said)
        except NoticeRefused:
            raise
        except Exception as fault:
            # The library raises plain Exception for what it does not know.
            raise NoticeRefused(f"no notice of WeChat Pay's: {type(fault).__name__}") from fault

    def answer(self, *, heard: bool, reason: str = "", status: int = 400) -> Answer:
        said = {"code": "SUCCESS", "message": ""} if heard else {"code": "FAIL", "message": reason}
        return Answer(status=200 if heard else status, body=json.dumps(said))

    def bill(self, day: date) -> Sequence[BillLine]:
        status, said = self._ask(self._api.trade_bill, bill_date=day.isoformat())
        if said.get("code") == "NO_STATEMENT_EXIST":
            return []
        place = _done(status, said)
        try:
            status, packed = self._api.download_bill(place["download_url"])
            if status != 200:
                raise ProviderFault(f"the bill is not handed out: {status}", permanent=False)
            text = gzip.decompress(packed)
        except (OSError, ValueError, TypeError, EOFError) as fault:
            raise ProviderFault(f"the bill cannot be read: {fault}", permanent=False) from fault
        # SHA-1 is what WeChat Pay gives; it guards against a half download, not against anybody.
        if hashlib.sha1(text, usedforsecurity=False).hexdigest() != place["hash_value"].lower():
            raise ProviderFault("the bill is not whole", permanent=False)
        return list(_lines_of(text.decode("utf-8-sig")))

    def _place(self, payment: Payment, pay_type: WeChatPayType, **more: Any) -> dict[str, Any]:
        status, said = self._ask(
            self._api.pay,
            description=payment.description,
            out_trade_no=payment.out_trade_no,
            amount={"total": payment.amount_minor, "currency": "CNY"},
            time_expire=payment.closes_at.astimezone(_BEIJING).isoformat(timespec="seconds"),
            pay_type=pay_type,
            **more,
        )
        return _done(status, said)

    def _begin_h5(self, payment: Payment, visit: Visit) -> Handover:
        if not visit.ip:
            raise ProviderFault("the payer has to be there", permanent=False)
        scene = {"payer_client_ip": visit.ip, "h5_info": {"type": "Wap"}}
        address = self._place(payment, WeChatPayType.H5, scene_info=scene)["h5_url"]
        back = quote(f"{self._base_url}/pay/return/{payment.id}", safe="")
        return Handover(
            kind="redirect", value=f"{address}&redirect_url={back}", expires_at=datetime.now(UTC) + _H5_LIVES
        )

    def _sign_in_address(self, payment: Payment) -> str:
        asked = {
            "appid": self._app_id,
            "redirect_uri": f"{self._base_url}/pay/identified/{payment.id}",
            "response_type": "code",
            "scope": "snsapi_base",
            "state": self._state(payment),
        }
        return f"{self._authorize}/connect/oauth2/authorize?{urlencode(asked)}#wechat_redirect"

    def _state(self, payment: Payment) -> str:
        """Return what proves that we have sent this payer for this payment: letters and digits, as WeChat wants it."""
        text = f"{payment.id}|{payment.payer_id}|{payment.out_trade_no}"
        return hmac.new(self._app_secret.encode(), text.encode(), hashlib.sha256).hexdigest()

    def _openid(self, code: str) -> str:
        """Exchange a code, which is good once. Raises CodeRefused, ProviderFault."""
        asked = {
            "appid": self._app_id,
            "secret": self._app_secret,
            "code": code[:_LONGEST_CODE],
            "grant_type": "authorization_code",
        }
        try:
            said = httpx.get(f"{self._exchange}/sns/oauth2/access_token", params=asked, timeout=_TIMEOUT_S[1]).json()
            number, openid = int(said.get("errcode", 0)), said.get("openid")
        except (httpx.HTTPError, ValueError, TypeError, AttributeError) as fault:
            # The address holds our secret, and faults name the address; so only their kind is told.
            raise ProviderFault(f"WeChat does not tell who pays: {type(fault).__name__}", permanent=False) from None
        if number in _CODE_REFUSED:
            raise CodeRefused(f"WeChat says {number}")
        if number or not isinstance(openid, str) or not openid:
            raise ProviderFault(f"WeChat does not tell who pays: {number}", permanent=False)
        return openid

    def _notice(self, said: Mapping[str, Any]) -> Notice:
        about = said["resource"]
        if about["mchid"] != self._merchant_id:
            raise NoticeRefused("the notice is for another merchant")
        # Those of refunds name no application.
        if about.get("appid", self._app_id) != self._app_id:
            raise NoticeRefused("the notice is for another application")
        kind = said["event_type"]
        if kind.startswith("REFUND."):
            refund = _refund_status(about, about["refund_status"])
            return Notice(key=said["id"], kind=kind, out_no=about["out_refund_no"], refund=refund)
        return Notice(key=said["id"], kind=kind, out_no=about["out_trade_no"], payment=_payment_status(about))

    def _ask(self, call: Callable[..., tuple[int, Any]], **kw: Any) -> tuple[int, dict[str, Any]]:
        try:
            status, text = call(**kw)
            said = json.loads(text) if text else {}
        except Exception as fault:
            # Not reached, not understood, or not signed by WeChat Pay: what has become of it is not known.
            raise ProviderFault(f"{type(fault).__name__}: {fault}", permanent=False) from fault
        if not isinstance(said, dict):
            raise ProviderFault("WeChat Pay's answer is no object", permanent=False)
        return status, said


def _done(status: int, said: dict[str, Any]) -> dict[str, Any]:
    if 200 <= status < 300:
        return said
    is_busy = status >= 500 or status == 429 or said.get("code") in _BUSY
    raise ProviderFault(f"{said.get('code', status)}: {said.get('message', '')}", permanent=not is_busy)


def _payment_status(said: Mapping[str, Any]) -> PaymentStatus:
    match said.get("trade_state"):
        # REFUND: it was paid, and something of it has gone back.
        case "SUCCESS" | "REFUND":
            paid_at = said.get("success_time")
            return PaymentStatus(
                state="paid",
                provider_txn_no=said["transaction_id"],
                amount_minor=int(said["amount"]["total"]),
                currency=said["amount"].get("currency", "CNY"),
                paid_at=datetime.fromisoformat(paid_at).astimezone(UTC) if paid_at else None,
            )
        case "CLOSED" | "REVOKED":
            return PaymentStatus(state="closed")
        case _:
            return PaymentStatus(state="open")


def _refund_status(said: Mapping[str, Any], state: Any) -> RefundStatus:
    number, amount = said.get("refund_id"), said.get("amount") or {}
    match state:
        case "SUCCESS":
            minor, currency = amount.get("refund"), amount.get("currency", "")
            return RefundStatus(state="succeeded", provider_refund_no=number, amount_minor=minor, currency=currency)
        case "ABNORMAL" | "CLOSED":
            return RefundStatus(state="stuck", provider_refund_no=number, reason=f"WeChat Pay says {state}")
        case _:
            return RefundStatus(state="processing", provider_refund_no=number)


def _lines_of(text: str) -> Iterator[BillLine]:
    """Read the details; each value has a ` before it, and the last two rows are the totals."""
    rows = text.strip().splitlines()
    for row in csv.DictReader([rows[0], *rows[1:-2]]):
        values = {key.strip(): (value or "").strip().removeprefix("`") for key, value in row.items() if key}
        fee = fen(values["手续费"])
        if values["交易状态"] == "REFUND":
            yield BillLine(
                kind="refund",
                out_no=values["商户退款单号"],
                provider_no=values["微信退款单号"],
                amount_minor=fen(values["申请退款金额"]),
                fee_minor=fee,
            )
        elif values["交易状态"] == "SUCCESS":
            yield BillLine(
                kind="payment",
                out_no=values["商户订单号"],
                provider_no=values["微信订单号"],
                amount_minor=fen(values["订单金额"]),
                fee_minor=fee,
            )
