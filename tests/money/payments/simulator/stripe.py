"""Stripe's side: checkout sessions, refunds, balance transactions, and signed webhooks."""

import hashlib
import hmac
import json
import time
from typing import Any
from uuid import uuid4

from tests.money.payments.simulator.books import Books, Return, Sale
from tests.money.payments.simulator.keys import WEBHOOK_SECRET

Reply = tuple[int, dict[str, str], bytes]


def answer(books: Books, method: str, path: str, form: dict[str, str]) -> Reply:
    match method, path.removeprefix("v1/").split("/"):
        case "POST", ["checkout", "sessions"]:
            amount = int(form["line_items[0][price_data][unit_amount]"])
            currency = form["line_items[0][price_data][currency]"]
            sale = books.open(form["client_reference_id"], amount, currency.upper())
            return _json(200, _session(sale)) if sale else _json(400, _error("invalid_request_error", "another amount"))
        case "GET", ["checkout", "sessions", handle] if sale := books.by_handle(handle):
            return _json(200, _session(sale))
        case "POST", ["checkout", "sessions", handle, "expire"] if sale := books.by_handle(handle):
            if sale.state != "open":
                return _json(400, _error("invalid_request_error", "Only open sessions can be expired"))
            sale.state = "closed"
            return _json(200, _session(sale))
        case "POST", ["refunds"] if sale := books.by_txn(form["payment_intent"]):
            done = books.refund(form["metadata[out_refund_no]"], sale.out_trade_no, int(form["amount"]))
            if done is None:
                return _json(400, _error("invalid_request_error", "more than the charge"))
            return _json(200, _refund(done, sale))
        case "GET", ["refunds"]:
            found = [(one, books.sales[one.out_trade_no]) for one in books.returns.values()]
            listed = [_refund(one, sale) for one, sale in found if sale.txn_no == form.get("payment_intent")]
            return _json(200, {"object": "list", "data": listed, "has_more": False, "url": "/v1/refunds"})
        case "GET", ["balance_transactions"]:
            lines = [_booked(sale, "charge", sale.amount_minor, 9) for sale in books.sales.values() if sale.txn_no]
            lines += [_booked_refund(one, books.sales[one.out_trade_no]) for one in books.returns.values()]
            lines += books.extra_lines
            return _json(200, {"object": "list", "data": lines, "has_more": False, "url": "/v1/balance_transactions"})
    return _json(404, _error("invalid_request_error", f"no such thing: {method} {path}"))


def notice(about: Sale | Return, books: Books, *, fault: str) -> tuple[dict[str, str], bytes]:
    """Return a webhook's headers and body."""
    if isinstance(about, Return):
        kind, thing = "refund.updated", _refund(about, books.sales[about.out_trade_no])
        thing["amount"] -= fault == "wrong_amount"
        thing["currency"] = "usd" if fault == "other_currency" else thing["currency"]
    else:
        kind = "checkout.session.expired" if about.state == "closed" else "checkout.session.completed"
        thing = _session(about)
        thing["amount_total"] += fault == "wrong_amount"
        thing["currency"] = "usd" if fault == "other_currency" else thing["currency"]
    event = {"id": f"evt_{uuid4().hex}", "object": "event", "type": kind, "data": {"object": thing}}
    body = json.dumps(event).encode()
    moment = int(time.time()) - 3600 * (fault == "stale")
    secret = "whsec_of_somebody" if fault == "forged" else WEBHOOK_SECRET
    tag = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    if fault == "tampered":
        body = body.replace(b'"type"', b'"type" ')
    return {"stripe-signature": f"t={moment},v1={tag}"}, body


def _session(sale: Sale) -> dict[str, Any]:
    return {
        "id": sale.handle,
        "object": "checkout.session",
        "client_reference_id": sale.out_trade_no,
        "url": f"https://checkout.stripe.example/{sale.handle}",
        "status": {"open": "open", "paid": "complete", "closed": "expired"}[sale.state],
        "payment_status": "paid" if sale.txn_no else "unpaid",
        "payment_intent": sale.txn_no or None,
        "amount_total": sale.amount_minor,
        "currency": sale.currency.lower(),
        "metadata": {"out_trade_no": sale.out_trade_no},
    }


def _refund(done: Return, sale: Sale) -> dict[str, Any]:
    return {
        "id": done.refund_no,
        "object": "refund",
        "status": {"succeeded": "succeeded", "processing": "pending", "stuck": "failed"}[done.state],
        "amount": done.amount_minor,
        "currency": sale.currency.lower(),
        "payment_intent": sale.txn_no,
        "metadata": {"out_refund_no": done.out_refund_no},
    }


def _booked(sale: Sale, kind: str, amount: int, fee: int) -> dict[str, Any]:
    source = {
        "id": f"ch_{sale.txn_no}",
        "object": "charge",
        "amount": amount,
        "payment_intent": sale.txn_no,
        "metadata": {"out_trade_no": sale.out_trade_no},
    }
    return {"id": f"txn_{uuid4().hex}", "object": "balance_transaction", "type": kind, "fee": fee, "source": source}


def _booked_refund(done: Return, sale: Sale) -> dict[str, Any]:
    line = {"id": f"txn_{uuid4().hex}", "object": "balance_transaction", "type": "refund", "fee": 0}
    return line | {"source": _refund(done, sale)}


def _error(kind: str, message: str) -> dict[str, Any]:
    return {"error": {"type": kind, "message": message}}


def _json(status: int, content: dict[str, Any]) -> Reply:
    return status, {"content-type": "application/json"}, json.dumps(content).encode()
