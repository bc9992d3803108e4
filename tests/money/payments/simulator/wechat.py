"""WeChat Pay's side, version 3: signed answers, encrypted notices, and a bill in gzip."""

import base64
import gzip
import hashlib
import json
import secrets
import time
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.money.payments.simulator.books import Books, Return, Sale
from tests.money.payments.simulator.keys import (
    APP_ID,
    APP_SECRET,
    MERCHANT_ID,
    PUBLIC_KEY_ID,
    V3_KEY,
    is_signed,
    sign,
)
from tests.money.payments.simulator.stripe import Reply

_STATES = {"open": "NOTPAY", "paid": "SUCCESS", "closed": "CLOSED"}
_REFUND_STATES = {"succeeded": "SUCCESS", "processing": "PROCESSING", "stuck": "ABNORMAL"}
_COLUMNS = "交易时间,微信订单号,商户订单号,交易状态,微信退款单号,商户退款单号,手续费,订单金额,申请退款金额"


def answer(books: Books, method: str, path: str, said: dict[str, Any], *, key: str, address: str) -> Reply:
    status, content = _content(books, method, path, said, address)
    if isinstance(content, bytes):
        return status, {"content-type": "application/octet-stream"}, content
    body = b"" if content is None else json.dumps(content).encode()
    return status, _signed(body.decode(), key) | {"content-type": "application/json"}, body


def _content(books: Books, method: str, path: str, said: dict[str, Any], address: str) -> tuple[int, Any]:
    match method, path.removeprefix("v3/").split("/"):
        case "POST", ["pay", "transactions", "native" | "h5" | "jsapi" as way]:
            return _place(books, said, way, address)
        case "GET", ["pay", "transactions", "out-trade-no", number] if sale := books.sales.get(number):
            return 200, _sale(sale)
        case "POST", ["pay", "transactions", "out-trade-no", number, "close"] if sale := books.sales.get(number):
            if sale.state == "paid":
                return 400, {"code": "ORDERPAID", "message": "该订单已支付"}
            sale.state = "closed"
            return 204, None
        case "POST", ["refund", "domestic", "refunds"] if sale := books.by_txn(said["transaction_id"]):
            done = books.refund(said["out_refund_no"], sale.out_trade_no, said["amount"]["refund"])
            return (200, _return(done, sale)) if done else (403, {"code": "INVALID_REQUEST", "message": "超过可退金额"})
        case "GET", ["refund", "domestic", "refunds", number] if done := books.returns.get(number):
            return 200, _return(done, books.sales[done.out_trade_no])
        case "GET", ["bill", "tradebill"]:
            text = _bill(books)
            digest = hashlib.sha1(text.encode()).hexdigest()
            return 200, {
                "hash_type": "SHA1",
                "hash_value": digest,
                "download_url": f"{address}/v3/billdownload/file?t=1",
            }
        case "GET", ["billdownload", "file"]:
            return 200, gzip.compress(_bill(books).encode())
    return 404, {"code": "RESOURCE_NOT_EXISTS", "message": "不存在"}


def _place(books: Books, said: dict[str, Any], way: str, address: str) -> tuple[int, Any]:
    books.asked.append(said)
    amount, number = said["amount"], said["out_trade_no"]
    if (said["appid"], said["mchid"]) != (APP_ID, MERCHANT_ID):
        return 400, {"code": "APPID_MCHID_NOT_MATCH", "message": "appid和mch_id不匹配"}
    scene, openid = said.get("scene_info", {}), said.get("payer", {}).get("openid", "")
    if way == "h5" and not (scene.get("payer_client_ip") and scene.get("h5_info", {}).get("type")):
        return 400, {"code": "PARAM_ERROR", "message": "scene_info"}
    if way == "jsapi" and not openid.startswith("openid_of_"):
        return 400, {"code": "PARAM_ERROR", "message": "无效的openid"}
    sale = books.open(number, amount["total"], amount["currency"], said["notify_url"], way)
    if sale is None:
        return 403, {"code": "OUT_TRADE_NO_USED", "message": "商户订单号重复"}
    sale.openid = openid
    ticket = f"prepay_id=wx{number}&package={secrets.token_hex(4)}"
    match way:
        case "native":
            return 200, {"code_url": f"weixin://wxpay/bizpayurl?pr={number}"}
        case "h5":
            return 200, {"h5_url": f"{address}/cgi-bin/mmpayweb-bin/checkmweb?{ticket}"}
        case _:
            return 200, {"prepay_id": f"wx{number}"}


def in_browser(books: Books, path: str, query: dict[str, str], headers: dict[str, str]) -> Reply | None:
    """What a payer's browser sees of WeChat: where it tells who pays, and what opens WeChat from a phone."""
    match path:
        case "connect/oauth2/authorize":
            back = {"code": new_code(books, query, person="mei"), "state": query["state"]}
            return 302, {"location": f"{query['redirect_uri']}?{urlencode(back)}"}, b""
        case "cgi-bin/mmpayweb-bin/checkmweb":
            # WeChat looks whether the payer comes from the merchant's site, and opens nothing otherwise.
            if not headers.get("referer"):
                return 403, {"content-type": "text/plain; charset=utf-8"}, "商家参数格式有误".encode()
            books.pay(query["prepay_id"].removeprefix("wx"))
            return 302, {"location": query["redirect_url"]}, b""
    return None


def new_code(books: Books, query: dict[str, str], *, person: str) -> str:
    """Return what the browser carries back after a sign-in that its address has asked for."""
    assert (query["appid"], query["response_type"], query["scope"]) == (APP_ID, "code", "snsapi_base")
    assert query["state"].isalnum()
    assert len(query["state"]) <= 128
    code = secrets.token_hex(16)
    books.codes[code] = f"openid_of_{person}"
    return code


def exchange(books: Books, query: dict[str, str]) -> Reply:
    """Tell whose code it is, to who knows the secret, once."""
    openid = books.codes.get(query["code"])
    if query["secret"] != APP_SECRET:
        said = {"errcode": 40125, "errmsg": "invalid appsecret"}
    elif openid is None:
        said = {"errcode": 40029, "errmsg": "invalid code"}
    elif not openid:
        said = {"errcode": 40163, "errmsg": "code been used"}
    else:
        books.codes[query["code"]] = ""
        said = {"access_token": secrets.token_hex(8), "expires_in": 7200, "openid": openid, "scope": "snsapi_base"}
    # As the real one: JSON that says that it is plain text.
    return 200, {"content-type": "text/plain"}, json.dumps(said).encode()


def bridge(books: Books, call: dict[str, str], *, person: str, shop_key: str) -> str:
    """What WeChat's browser does when our page asks it to pay; return what it tells the page."""
    text = f"{call['appId']}\n{call['timeStamp']}\n{call['nonceStr']}\n{call['package']}\n"
    sale = books.sales.get(call["package"].removeprefix("prepay_id=wx"))
    is_ours = call["signType"] == "RSA" and is_signed(shop_key, text, call["paySign"])
    if not is_ours or sale is None or sale.state == "closed" or sale.openid != f"openid_of_{person}":
        return "get_brand_wcpay_request:fail"
    books.pay(sale.out_trade_no)
    return "get_brand_wcpay_request:ok"


def notice(about: Sale | Return, books: Books, *, fault: str, key: str) -> tuple[dict[str, str], bytes]:
    """Return a notice's headers and body; the details are encrypted with the APIv3 key."""
    if isinstance(about, Return):
        done = _return(about, books.sales[about.out_trade_no])
        details = done | {"mchid": MERCHANT_ID, "refund_status": done["status"]}
        kind = f"REFUND.{_REFUND_STATES[about.state]}"
        details["amount"]["refund"] -= fault == "wrong_amount"
        details["amount"]["currency"] = "USD" if fault == "other_currency" else "CNY"
    else:
        details, kind = _sale(about), "TRANSACTION.SUCCESS"
        details["amount"]["total"] += fault == "wrong_amount"
        details["amount"]["currency"] = "USD" if fault == "other_currency" else "CNY"
        details["appid"] = "wx_of_somebody" if fault == "other_application" else APP_ID
    if fault == "other_merchant":
        details["mchid"] = "1900000009"
    nonce = secrets.token_hex(6)
    v3_key = "f" * 32 if fault == "other_v3_key" else V3_KEY
    sealed = AESGCM(v3_key.encode()).encrypt(nonce.encode(), json.dumps(details).encode(), b"transaction")
    resource = {
        "algorithm": "AEAD_AES_256_GCM",
        "nonce": nonce,
        "associated_data": "transaction",
        "ciphertext": base64.b64encode(sealed).decode(),
    }
    said = {"id": str(uuid4()), "event_type": kind, "resource_type": "encrypt-resource", "resource": resource}
    body = json.dumps(said)
    headers = _signed(body, key, age_s=360 if fault == "stale" else 0)
    if fault == "tampered":
        body = body.replace(kind, kind + " ")
    if fault == "other_key_id":
        headers["wechatpay-serial"] = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"
    return headers, body.encode()


def _signed(body: str, key: str, *, age_s: int = 0) -> dict[str, str]:
    moment, nonce = str(int(time.time()) - age_s), secrets.token_hex(16)
    return {
        "wechatpay-timestamp": moment,
        "wechatpay-nonce": nonce,
        "wechatpay-serial": PUBLIC_KEY_ID,
        "wechatpay-signature-type": "WECHATPAY2-SHA256-RSA2048",
        "wechatpay-signature": base64.b64encode(sign(key, f"{moment}\n{nonce}\n{body}\n")).decode(),
    }


def _sale(sale: Sale) -> dict[str, Any]:
    said: dict[str, Any] = {
        "appid": APP_ID,
        "mchid": MERCHANT_ID,
        "out_trade_no": sale.out_trade_no,
        "trade_state": _STATES[sale.state],
        "amount": {"total": sale.amount_minor, "currency": sale.currency},
    }
    if sale.state == "paid":
        said |= {"transaction_id": sale.txn_no, "success_time": "2026-04-18T12:00:00+08:00"}
    return said


def _return(done: Return, sale: Sale) -> dict[str, Any]:
    return {
        "refund_id": done.refund_no,
        "out_refund_no": done.out_refund_no,
        "transaction_id": sale.txn_no,
        "out_trade_no": sale.out_trade_no,
        "status": _REFUND_STATES[done.state],
        "amount": {"refund": done.amount_minor, "total": sale.amount_minor, "currency": sale.currency},
    }


def _bill(books: Books) -> str:
    paid = [
        f"`2026-04-18 12:00:00,`{sale.txn_no},`{sale.out_trade_no},`SUCCESS,`0,`0,`0.09,`{_yuan(sale.amount_minor)},`0.00"
        for sale in books.sales.values()
        if sale.txn_no
    ]
    returned = [
        f"`2026-04-18 12:00:00,`{books.sales[one.out_trade_no].txn_no},`{one.out_trade_no},`REFUND,"
        f"`{one.refund_no},`{one.out_refund_no},`0.00,`0.00,`{_yuan(one.amount_minor)}"
        for one in books.returns.values()
    ]
    extra = [f"`x,`T404,`{line['out_no']},`SUCCESS,`0,`0,`0.00,`{line['amount']},`0.00" for line in books.extra_lines]
    return (
        "\ufeff" + "\r\n".join([_COLUMNS, *paid, *returned, *extra, "总交易单数,应结订单总金额", "`1,`0.00"]) + "\r\n"
    )


def _yuan(amount_minor: int) -> str:
    return f"{amount_minor / 100:.2f}"
