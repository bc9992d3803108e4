"""Alipay's side: a gateway with signed answers, form-encoded notices, and a bill in a zip of GBK tables."""

import base64
import io
import json
import zipfile
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from tests.money.payments.simulator.books import Books, Return, Sale
from tests.money.payments.simulator.keys import APP_ID, SELLER_ID, is_signed, sign
from tests.money.payments.simulator.stripe import Reply

_STATES = {"open": "WAIT_BUYER_PAY", "paid": "TRADE_SUCCESS", "closed": "TRADE_CLOSED"}
_MOMENT = "2026-04-18 12:00:00"
_COLUMNS = "支付宝交易号,商户订单号,业务类型,订单金额（元）,退款批次号/请求号,服务费（元）"
_MISSING = {"code": "40004", "msg": "Business Failed", "sub_code": "ACQ.TRADE_NOT_EXIST", "sub_msg": "交易不存在"}


def answer(books: Books, query: dict[str, str], *, key: str, address: str) -> Reply:
    content = json.dumps(
        _content(books, query["method"], json.loads(query["biz_content"]), address), ensure_ascii=False
    )
    signature = base64.b64encode(sign(key, content)).decode()
    name = query["method"].replace(".", "_") + "_response"
    body = f'{{"{name}":{content},"sign":"{signature}"}}'
    return 200, {"content-type": "application/json"}, body.encode()


_PRODUCTS = {
    "alipay.trade.page.pay": ("page", "FAST_INSTANT_TRADE_PAY"),
    "alipay.trade.wap.pay": ("wap", "QUICK_WAP_PAY"),
}


def visit(books: Books, query: dict[str, str], *, shop_key: str) -> str:
    """What happens when the payer opens the signed address: only now Alipay knows the trade. Return what is refused."""
    said, signature = json.loads(query["biz_content"]), query.pop("sign", "")
    text = "&".join(f"{name}={value}" for name, value in sorted(query.items()))
    if not is_signed(shop_key, text, signature):
        return "INVALID_SIGNATURE"
    way, product = _PRODUCTS[query["method"]]
    if said["product_code"] != product or query["app_id"] != APP_ID:
        return "INVALID_PARAMETER"
    amount, notify_url = round(float(said["total_amount"]) * 100), query.get("notify_url", "")
    opened = books.open(said["out_trade_no"], amount, "CNY", notify_url, way)
    return "" if opened else "CONTEXT_INCONSISTENT"


def _content(books: Books, method: str, said: dict[str, Any], address: str) -> dict[str, Any]:
    fine = {"code": "10000", "msg": "Success"}
    if method == "alipay.data.dataservice.bill.downloadurl.query":
        return fine | {"bill_download_url": f"{address}/bill.zip"}
    sale = books.by_txn(said["trade_no"]) if "trade_no" in said else books.sales.get(said["out_trade_no"])
    if sale is None:
        return _MISSING
    match method:
        case "alipay.trade.query":
            return fine | _sale(sale)
        case "alipay.trade.close" if sale.state == "paid":
            return {"code": "40004", "msg": "Business Failed", "sub_code": "ACQ.TRADE_STATUS_ERROR"}
        case "alipay.trade.close":
            sale.state = "closed"
            return fine | {"out_trade_no": sale.out_trade_no}
        case "alipay.trade.refund":
            known = said["out_request_no"] in books.returns
            done = books.refund(said["out_request_no"], sale.out_trade_no, round(float(said["refund_amount"]) * 100))
            if done is None:
                return {"code": "40004", "msg": "Business Failed", "sub_code": "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"}
            moved = not known and done.state == "succeeded"
            return fine | {"fund_change": "Y" if moved else "N", "out_trade_no": sale.out_trade_no}
        case "alipay.trade.fastpay.refund.query":
            done = books.returns.get(said["out_request_no"])
            return fine | (_returned(done) if done and done.state == "succeeded" else {})
    return {"code": "40002", "msg": "Invalid Arguments", "sub_code": "isv.invalid-method"}


def _returned(done: Return) -> dict[str, str]:
    return {"refund_status": "REFUND_SUCCESS", "refund_amount": f"{done.amount_minor / 100:.2f}"}


def notice(about: Sale | Return, books: Books, *, fault: str, key: str) -> tuple[dict[str, str], bytes]:
    """Return a notice's headers and its form."""
    sale = books.sales[about.out_trade_no]
    form = _sale(sale) | {
        "notify_id": uuid4().hex,
        "notify_type": "trade_status_sync",
        "app_id": "2021000000000999" if fault == "other_application" else APP_ID,
        "seller_id": "2088000000000999" if fault == "other_seller" else SELLER_ID,
        "charset": "utf-8",
        "version": "1.0",
        "subject": "糖兔子 & co",
    }
    if fault == "no_seller":
        del form["seller_id"]
    if fault == "wrong_amount":
        form["total_amount"] = "0.01"
    text = "&".join(f"{name}={value}" for name, value in sorted(form.items()))
    form |= {"sign": base64.b64encode(sign(key, text)).decode(), "sign_type": "RSA2"}
    if fault == "tampered":
        form["total_amount"] = "0.01"
    return {"content-type": "application/x-www-form-urlencoded"}, urlencode(form).encode()


def bill(books: Books) -> bytes:
    """Return the archive."""
    rows = [
        f"{sale.txn_no}\t,{sale.out_trade_no}\t,交易,{sale.amount_minor / 100:.2f},,-0.09"
        for sale in books.sales.values()
        if sale.txn_no
    ]
    rows += [
        f"{books.sales[one.out_trade_no].txn_no}\t,{one.out_trade_no}\t,退款,-{one.amount_minor / 100:.2f},{one.out_refund_no},0.00"
        for one in books.returns.values()
    ]
    rows += [f"T404\t,{line['out_no']}\t,交易,{line['amount']},,0.00" for line in books.extra_lines]
    table = "\r\n".join(["#支付宝业务明细查询", "#账号：[20880]", _COLUMNS, *rows, "#-----业务明细列表结束-----"])
    summary = "\r\n".join(["#支付宝业务汇总查询", "门店编号,门店名称,交易订单总笔数", "合计,,1"])
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("20260418_业务明细.csv", table.encode("gb18030"))
        opened.writestr("20260418_业务明细(汇总).csv", summary.encode("gb18030"))
    return archive.getvalue()


def _sale(sale: Sale) -> dict[str, str]:
    said = {
        "out_trade_no": sale.out_trade_no,
        "trade_status": _STATES[sale.state],
        "total_amount": f"{sale.amount_minor / 100:.2f}",
    }
    return said | {"trade_no": sale.txn_no, "gmt_payment": _MOMENT} if sale.state == "paid" else said
