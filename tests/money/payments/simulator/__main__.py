"""The simulated companies as a process of their own: `python -m tests.money.payments.simulator PORT FOLDER`.

FOLDER holds the companies' private keys. Under /control a test says what the payer does and what goes wrong.
"""

import json
import sys
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import uvicorn

from tests.money.payments.simulator import alipay, stripe, wechat
from tests.money.payments.simulator.books import Books

Scope = dict[str, Any]


class Simulator:
    """An ASGI application."""

    def __init__(self, *, address: str, folder: Path) -> None:
        self.address = address
        self.keys = {name: (folder / f"{name}.pem").read_text() for name in ("alipay", "wechat", "stranger", "shop")}
        self.books = {name: Books() for name in ("stripe", "alipay", "wechat")}

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        query = dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
        asked = {name.decode(): value.decode() for name, value in scope["headers"]}
        status, headers, content = self.answer(scope["method"], scope["path"].strip("/"), query, body, asked)
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": content})

    def answer(
        self, method: str, path: str, query: dict[str, str], body: bytes, headers: dict[str, str]
    ) -> stripe.Reply:
        company, _, rest = path.partition("/")
        if company == "control":
            return 200, {"content-type": "application/json"}, json.dumps(self.control(rest, json.loads(body))).encode()
        books = self.books[company]
        fault = books.faults.pop(0) if books.faults else ""
        if fault == "before":
            return 500, {}, b""
        if company == "wechat" and (shown := wechat.in_browser(books, rest, query, headers)):
            return shown
        reply = self._reply(company, books, method, rest, query, body)
        return (500, {}, b"") if fault == "after" else reply

    def _reply(
        self, company: str, books: Books, method: str, path: str, query: dict[str, str], body: bytes
    ) -> stripe.Reply:
        address = f"{self.address}/{company}"
        match company:
            case "stripe":
                form = dict(parse_qsl(body.decode(), keep_blank_values=True)) | query
                return stripe.answer(books, method, path, form)
            case "wechat" if path == "sns/oauth2/access_token":
                return wechat.exchange(books, query)
            case "wechat":
                said = json.loads(body) if body else {}
                return wechat.answer(books, method, path, said, key=self.keys["wechat"], address=address)
        if path == "bill.zip":
            return 200, {"content-type": "application/zip"}, alipay.bill(books)
        return alipay.answer(books, query, key=self.keys["alipay"], address=address)

    def control(self, deed: str, said: dict[str, Any]) -> Any:
        company = said["company"]
        books = self.books[company]
        match deed:
            case "visit":
                query = dict(parse_qsl(said["address"].partition("?")[2]))
                return alipay.visit(books, query, shop_key=self.keys["shop"])
            case "sign_in":
                query = dict(parse_qsl(said["address"].partition("?")[2].partition("#")[0]))
                return {"code": wechat.new_code(books, query, person=said["person"]), "state": query["state"]}
            case "bridge":
                return wechat.bridge(books, said["call"], person=said["person"], shop_key=self.keys["shop"])
            case "asked":
                return [one for one in books.asked if one["out_trade_no"] == said["number"]]
            case "pay":
                return books.pay(said["number"]).txn_no
            case "fault":
                books.faults += said["faults"]
            case "refund_state":
                books.refund_state = said["state"]
                for one in books.returns.values():
                    one.state = said["state"]
            case "bill":
                books.extra_lines += said.get("extra", [])
                for number, amount in said.get("amounts", {}).items():
                    books.sales[number].amount_minor = amount
                for number in said.get("without", []):
                    del books.sales[number]
            case "notice":
                headers, body = self._notice(company, books, said["number"], said.get("fault", ""))
                if target := said.get("send_to"):
                    return _send(target, headers, body)
                return {"headers": headers, "body": body.decode()}
        return None

    def _notice(self, company: str, books: Books, number: str, fault: str) -> tuple[dict[str, str], bytes]:
        about = books.sales.get(number) or books.returns[number]
        if company == "stripe":
            return stripe.notice(about, books, fault=fault)
        key = self.keys["stranger" if fault == "forged" else company]
        return (wechat if company == "wechat" else alipay).notice(about, books, fault=fault, key=key)


def _send(target: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    asked = urllib.request.Request(target, data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(asked, timeout=10) as heard:
            return {"status": heard.status, "body": heard.read().decode()}
    except urllib.error.HTTPError as fault:
        return {"status": fault.code, "body": fault.read().decode()}


if __name__ == "__main__":
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    app = Simulator(address=f"http://127.0.0.1:{port}", folder=folder)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", lifespan="off")
