"""Alipay, by python-alipay-sdk: its page for desktops, its app on phones, queries, refunds, and the daily bill.

On a desktop the payer signs in or scans (`page`); on a phone the same address opens Alipay's app, or its page where
there is no app (`wap`). WeChat's browser opens no address of Alipay's, so nobody is sent there from it.

Alipay opens a trade only when the payer comes to its page, so our number is unknown there until then; the
signed address carries the moment from which it cannot be paid any more.
"""

import csv
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl
from urllib.request import urlopen
from zoneinfo import ZoneInfo

from alipay import AliPay
from alipay.exceptions import AliPayException, AliPayValidationError
from alipay.utils import AliPayConfig

from miaohui.money.payments.providers.contract import (
    Answer,
    BillLine,
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
from miaohui.money.payments.providers.decimal_amounts import fen, refuse_other_currencies, yuan
from miaohui.money.payments.queries import Payment, Refund

_TIMEOUT_S = 15
_BEIJING = ZoneInfo("Asia/Shanghai")
_MOMENT = "%Y-%m-%d %H:%M:%S"
_DONE = "10000"
_UNKNOWN = "ACQ.TRADE_NOT_EXIST"
_BUSY = frozenset({"ACQ.SYSTEM_ERROR", "aop.ACQ.SYSTEM_ERROR", "isp.unknow-error", "AOP.INVOKE_ERROR"})
_NOON = 12
"""Bills are there in the morning; after noon, no bill means that nothing was sold."""


class AlipayProvider(Provider):
    """See the module."""

    name = "alipay"
    bill_zone = _BEIJING

    def __init__(
        self,
        *,
        app_id: str,
        private_key: str,
        public_key: str,
        base_url: str,
        seller_id: str = "",
        address: str = "",
    ) -> None:
        """seller_id: of the account that is paid; empty compares only the application of a notice."""
        self._app_id = app_id
        self._seller_id = seller_id
        self._base_url = base_url
        self._api = AliPay(
            appid=app_id,
            app_notify_url=f"{base_url}/notices/alipay",
            app_private_key_string=private_key,
            alipay_public_key_string=public_key,
            config=AliPayConfig(timeout=_TIMEOUT_S),
        )
        if address:
            self._api._gateway = address
        self._gateway: str = self._api._gateway

    def way(self, device: Device) -> str | None:
        return {"desktop": "page", "phone": "wap"}.get(device)

    def begin(self, payment: Payment, visit: Visit) -> Handover:
        refuse_other_currencies(self.name, payment.currency)
        back = f"{self._base_url}/pay/return/{payment.id}"
        content = {
            "subject": payment.description,
            "out_trade_no": payment.out_trade_no,
            "total_amount": yuan(payment.amount_minor),
            "return_url": back,
            "time_expire": payment.closes_at.astimezone(_BEIJING).strftime(_MOMENT),
        }
        if payment.way == "wap":
            # quit_url: where the payer goes who turns back on Alipay's page.
            query = self._api.api_alipay_trade_wap_pay(**content, quit_url=back)
        else:
            query = self._api.api_alipay_trade_page_pay(**content)
        return Handover(kind="redirect", value=f"{self._gateway}?{query}")

    def query(self, payment: Payment) -> PaymentStatus:
        found = self._ask(self._api.api_alipay_trade_query, out_trade_no=payment.out_trade_no)
        if found.get("sub_code") == _UNKNOWN:
            return PaymentStatus(state="unknown")
        return _payment_status(_done(found))

    def close(self, payment: Payment) -> PaymentStatus:
        found = self._ask(self._api.api_alipay_trade_close, out_trade_no=payment.out_trade_no)
        if found.get("sub_code") == _UNKNOWN:
            return PaymentStatus(state="unknown")
        if found.get("sub_code") == "ACQ.TRADE_STATUS_ERROR":
            return self.query(payment)
        _done(found)
        return PaymentStatus(state="closed")

    def refund(self, payment: Payment, refund: Refund) -> RefundStatus:
        found = _done(
            self._ask(
                self._api.api_alipay_trade_refund,
                refund_amount=yuan(refund.amount_minor),
                trade_no=payment.provider_txn_no,
                out_request_no=refund.out_refund_no,
                refund_reason=refund.reason,
            )
        )
        # N: nothing has moved just now, because the number was used before or the bank is still at it.
        if found.get("fund_change") != "Y":
            return RefundStatus(state="processing", provider_refund_no=refund.out_refund_no)
        return RefundStatus(state="succeeded", provider_refund_no=refund.out_refund_no)

    def query_refund(self, payment: Payment, refund: Refund) -> RefundStatus:
        found = self._ask(
            self._api.api_alipay_trade_fastpay_refund_query,
            out_request_no=refund.out_refund_no,
            trade_no=payment.provider_txn_no,
        )
        if found.get("sub_code") == _UNKNOWN:
            return RefundStatus(state="unknown")
        if _done(found).get("refund_status") == "REFUND_SUCCESS":
            amount = found.get("refund_amount")
            return RefundStatus(
                state="succeeded",
                provider_refund_no=refund.out_refund_no,
                amount_minor=None if amount is None else fen(amount),
            )
        return RefundStatus(state="unknown")

    def parse_notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        try:
            form = dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, strict_parsing=True))
            signature = form.pop("sign")
            said = dict(form)
            if not self._api.verify(form, signature):
                raise NoticeRefused("the signature is not Alipay's")
            if said["app_id"] != self._app_id:
                raise NoticeRefused("the notice is for another application")
            # Alipay's rules for notices ask for it: an application may collect for several accounts.
            if self._seller_id and said["seller_id"] != self._seller_id:
                raise NoticeRefused("the notice is for another seller")
            return Notice(
                key=said["notify_id"],
                kind=said.get("trade_status", "other"),
                out_no=said["out_trade_no"],
                payment=_payment_status(said),
            )
        except (ValueError, KeyError, TypeError, AliPayException) as fault:
            raise NoticeRefused(f"no notice of Alipay's: {type(fault).__name__}") from fault

    def answer(self, *, heard: bool, reason: str = "", status: int = 400) -> Answer:
        return Answer(status=200 if heard else status, body="success" if heard else "fail", media_type="text/plain")

    def bill(self, day: date) -> Sequence[BillLine]:
        content = {"bill_type": "trade", "bill_date": day.isoformat()}
        found = self._ask(self._api.server_api, "alipay.data.dataservice.bill.downloadurl.query", content)
        if found.get("sub_code") == "isp.bill_not_exist":
            now = datetime.now(_BEIJING)
            if (now.date() - day).days <= 1 and now.hour < _NOON:
                raise ProviderFault("the bill is not there yet", permanent=False)
            return []
        address = _done(found)["bill_download_url"]
        if not address.startswith(("https://", "http://127.0.0.1")):
            raise ProviderFault("the bill lies at an odd address", permanent=True)
        try:
            with urlopen(address, timeout=_TIMEOUT_S) as answer:  # noqa: S310  the scheme has been looked at
                return list(_lines_of(answer.read()))
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as fault:
            raise ProviderFault(f"the bill cannot be read: {fault}", permanent=False) from fault

    def _ask(self, call: Callable[..., dict[str, Any]], *args: Any, **kw: Any) -> dict[str, Any]:
        try:
            return call(*args, **kw)
        except (OSError, ValueError, AliPayException, AliPayValidationError) as fault:
            # Not reached, not understood, or not signed by Alipay: what has become of it is not known.
            raise ProviderFault(f"{type(fault).__name__}: {fault}", permanent=False) from fault


def _done(found: dict[str, Any]) -> dict[str, Any]:
    if found.get("code") == _DONE:
        return found
    reason = found.get("sub_code") or found.get("code") or "no code"
    is_busy = reason in _BUSY or found.get("code") == "20000"
    raise ProviderFault(f"{reason}: {found.get('sub_msg', '')}", permanent=not is_busy)


def _payment_status(said: Mapping[str, Any]) -> PaymentStatus:
    match said.get("trade_status"):
        case "TRADE_SUCCESS" | "TRADE_FINISHED":
            paid_at = said.get("gmt_payment") or said.get("send_pay_date")
            return PaymentStatus(
                state="paid",
                provider_txn_no=said["trade_no"],
                amount_minor=fen(said["total_amount"]),
                currency="CNY",
                paid_at=_moment(paid_at) if paid_at else None,
            )
        case "TRADE_CLOSED":
            # Unpaid until its time was over, or paid and wholly refunded; who has the money knows which.
            return PaymentStatus(state="closed")
        case _:
            return PaymentStatus(state="open")


def _moment(text: str) -> datetime:
    return datetime.strptime(text, _MOMENT).replace(tzinfo=_BEIJING).astimezone(UTC)


def _lines_of(archive: bytes) -> Iterator[BillLine]:
    """Read the details; the archive holds a summary beside them, and both have remarks in lines with a #."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        for name in opened.namelist():
            rows = opened.read(name).decode("gb18030").splitlines()
            table = [row for row in rows if not row.startswith("#")]
            if table and "商户订单号" in table[0]:
                for row in csv.DictReader(table):
                    yield _line_of({key.strip(): (value or "").strip() for key, value in row.items() if key})


def _line_of(row: Mapping[str, str]) -> BillLine:
    amount, fee = fen(row["订单金额（元）"]), -fen(row["服务费（元）"])
    if row["业务类型"] == "退款":
        number = row["退款批次号/请求号"]
        return BillLine(kind="refund", out_no=number, provider_no=number, amount_minor=abs(amount), fee_minor=fee)
    return BillLine(
        kind="payment",
        out_no=row["商户订单号"],
        provider_no=row["支付宝交易号"],
        amount_minor=amount,
        fee_minor=fee,
    )
