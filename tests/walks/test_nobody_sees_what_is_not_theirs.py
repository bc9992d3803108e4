"""Every URL and every topic, tried by a stranger, by another person, and by one whom Mei has blocked."""

import json
import re
from typing import Any

import pytest
from websockets.sync.client import connect

from tests.walks.acts import ACTS, Act
from tests.walks.town import WholeTown

PUBLIC_PAGES = {
    "/stickers/art/{name:str}", "/letters/{token:str}", "/", "/following", "/offline", "/sign-in", "/sign-up", "/manifest.webmanifest", "/sw.js", "/static/{path:path}",
    "/v/{video_id:str}", "/v/{video_id:str}/qr.svg", "/town", "/settings", "/settings/interests",
    "/healthz", "/metrics", "/media", "/schema", "/schema/openapi.json", "/schema/openapi.yml", "/schema/openapi.yaml",
    "/schema/{path:str}", "/{path:path}", "/ws", "/notices/{provider:str}",
    "/notices/carriers/kuaidi100", "/market", "/market/{category:str}", "/goods/{product_id:str}",
    "/shops/{shop_id:str}",
}  # fmt: skip
PRIVATE_PAGES = {
    "/notifications", "/notifications/settings", "/stickers", "/upload", "/me", "/settings/devices", "/cart", "/checkout", "/orders", "/addresses", "/coupons", "/shops/new",
    "/aftersales", "/wallet", "/messages", "/moments", "/friends", "/friends/add", "/friends/qr.svg",
    "/calls/test",
    "/shake", "/shake/venues", "/nearby",
}  # fmt: skip
HERS = {
    "/calls/{call_id:str}": "call",
    "/shake/venues/{venue_id:str}": "venue",
    "/shake/venues/{venue_id:str}/qr.svg": "venue",
    "/messages/{conversation_id:str}": "conversation",
    "/moments/{moment_id:str}": "moment",
    "/orders/{order_id:str}": "order",
    "/aftersales/{aftersale_id:str}": "case",
    "/pay/sandbox/{payment_id:str}": "payment",
    "/pay/return/{payment_id:str}": "payment",
    "/shop/{shop_id:str}": "shop",
    "/shop/{shop_id:str}/aftersales": "shop",
    "/shop/{shop_id:str}/aftersales/{case_id:str}": "shop case",
    "/shop/{shop_id:str}/coupons": "shop",
    "/shop/{shop_id:str}/coupons/new": "shop",
    "/shop/{shop_id:str}/coupons/coupon/{template_id:str}": "shop template",
    "/shop/{shop_id:str}/coupons/promotion/{promotion_id:str}": "shop promotion",
    "/shop/{shop_id:str}/goods": "shop",
    "/shop/{shop_id:str}/goods/import": "shop",
    "/shop/{shop_id:str}/goods/new": "shop",
    "/shop/{shop_id:str}/goods/{product_id:str}": "shop product",
    "/shop/{shop_id:str}/money": "shop",
    "/shop/{shop_id:str}/orders": "shop",
    "/shop/{shop_id:str}/orders/{order_id:str}": "shop order",
    "/shop/{shop_id:str}/papers": "shop",
    "/shop/{shop_id:str}/settings": "shop",
    "/shop/{shop_id:str}/settings/freight/new": "shop",
    "/shop/{shop_id:str}/settings/freight/{template_id:str}": "shop freight",
    "/shop/{shop_id:str}/sponsorships": "shop",
    "/shop/{shop_id:str}/staff": "shop",
    "/shop/{shop_id:str}/stock": "shop",
}
"""Pages that only Mei sees, and whose thing stands in their address."""
OPERATORS = {
    "/operator": "",
    "/operator/shops": "",
    "/operator/shops/{shop_id:str}": "shop",
    "/operator/listings": "",
    "/operator/listings/{product_id:str}": "product",
    "/operator/disputes": "",
    "/operator/disputes/{dispute_id:str}": "dispute",
    "/operator/ledger": "",
    "/operator/ledger/accounts/{word:str}": "",
    "/operator/ledger/statement": "",
    "/operator/ledger/entries/{entry_id:str}": "order",
    "/operator/reconciliation": "",
    "/operator/compensation": "",
    "/operator/insurance": "",
    "/operator/jobs": "",
}
RETURNS = "/orders/{order_id:str}/returns"
"""Asks for a line of the order, and leads to the case that is open about it."""
IDENTIFIED = "/pay/identified/{payment_id:str}"
"""Where a provider sends a payer back to, who goes on to the till."""
TO_SOMEBODY = "/messages/to/{handle:str}"
"""Leads to the conversation with a person, whom the asker must be allowed to meet."""
ALBUM = "/moments/of/{handle:str}"
"""Shows friends what somebody shows them, and others that there is nothing."""
KEPT_TO_HERSELF = ["moment", "photo", "waiting_video", "upload", "device", "order", "quote", "address"]
"""Whose ids stand on no page of anybody else's."""


def of_kind(*kinds: str) -> list[str]:
    return [name for name, act in ACTS.items() if act.whose in kinds]


def filled_in(town: WholeTown, value: Any) -> Any:
    if isinstance(value, list):
        return [filled_in(town, each) for each in value]
    return town.things.get(value[1:-1], value) if isinstance(value, str) and value.startswith("{") else value


def attempt(town: WholeTown, who: str | None, name: str, **instead: str) -> Any:
    act: Act = ACTS[name]
    method, path = name.split(" ")
    thing = instead.get("thing", act.thing)
    ids = [town.things[each] for each in thing.split()] if thing else ["1"]
    # The last one fills what is left.
    path = re.sub(r"\{[a-z]+_id\}", lambda _: ids.pop(0) if len(ids) > 1 else ids[0], path)
    path = path.replace("{topic}", "街头美食").replace("{handle}", "mei_fair")
    path = path.replace("{kind}", "graph.followed").replace("{channel}", "push")
    body = act.body
    if isinstance(body, dict):
        body = {key: filled_in(town, value) for key, value in body.items()}
    return town.send(who, method, path, body, **act.headers)


def test_every_operation_is_on_the_list(town: WholeTown) -> None:
    paths = town.client.get("/schema/openapi.json").json()["paths"]
    described = {f"{method.upper()} {path}" for path, item in paths.items() for method in item}
    assert described == set(ACTS)


def test_the_description_leads_nowhere_that_does_not_exist(town: WholeTown) -> None:
    text = town.client.get("/schema/openapi.json").text
    described = json.loads(text)
    for reference in set(re.findall(r'"#/([^"]+)"', text)):
        place = described
        for part in reference.split("/"):
            assert part in place, reference
            place = place[part]


def test_every_page_is_on_a_list(town: WholeTown) -> None:
    found = {route.path for route in town.app.routes if not route.path.startswith("/api/")}
    assert found == PUBLIC_PAGES | PRIVATE_PAGES | set(HERS) | set(OPERATORS) | {
        ALBUM,
        IDENTIFIED,
        RETURNS,
        TO_SOMEBODY,
    }


def test_a_stranger_is_asked_to_sign_in_wherever_an_account_is_needed(town: WholeTown) -> None:
    before = town.fingerprint()
    answers = {name: attempt(town, None, name) for name in of_kind("member", "shared", "hers", "operator")}
    statuses = {name: answer.status_code for name, answer in answers.items()}
    assert {name: status for name, status in statuses.items() if status != 401} == {}
    heads = {name for name in answers if name.startswith("HEAD")}
    assert {
        name for name in answers if name not in heads and answers[name].json()["code"] != "unauthenticated"
    } == set()
    assert town.fingerprint() == before


def test_a_stranger_may_look_at_what_is_public(town: WholeTown) -> None:
    # Uploads belong to a session, therefore a share counts one per browser: only GETs here.
    looked = {name: attempt(town, None, name).status_code for name in of_kind("seen") if name.startswith("GET")}
    assert {name: status for name, status in looked.items() if status != 200} == {}


def test_another_person_cannot_touch_what_is_meis(town: WholeTown) -> None:
    before = town.fingerprint()
    statuses = {name: attempt(town, "bo", name).status_code for name in of_kind("hers")}
    assert {name: status for name, status in statuses.items() if status not in (403, 404)} == {}
    assert town.fingerprint() == before
    assert attempt(town, "bo", "POST /api/v1/videos").status_code in (403, 404), "her upload is not his to publish"
    assert town.fingerprint() == before


def test_operators_acts_are_closed_to_everybody_else(town: WholeTown) -> None:
    before = town.fingerprint()
    statuses = {
        (who, name): attempt(town, who, name).status_code for name in of_kind("operator") for who in ("mei", "bo")
    }
    assert {act: status for act, status in statuses.items() if status != 403} == {}
    assert town.fingerprint() == before


def test_what_is_not_published_is_not_there_for_others(town: WholeTown) -> None:
    names = [name for name in of_kind("seen", "shared", "hers") if ACTS[name].thing == "video"]
    before = town.fingerprint()
    for who in (None, "bo"):
        statuses = {name: attempt(town, who, name, thing="waiting_video").status_code for name in names}
        assert {name: status for name, status in statuses.items() if status not in (401, 404)} == {}
    assert town.fingerprint() == before


def test_whom_mei_has_blocked_meets_her_nowhere(town: WholeTown) -> None:
    before = town.fingerprint()
    statuses = {name: attempt(town, "hao", name).status_code for name in of_kind("seen", "shared", "hers")}
    undone = {name for name in statuses if name.startswith("DELETE") and ACTS[name].whose == "shared"}
    assert {n: s for n, s in statuses.items() if s not in (403, 404) and n not in undone} == {}
    assert town.fingerprint() == before
    assert town.send("hao", "GET", "/api/v1/people/mei_fair").status_code == 404
    feed = town.send("hao", "GET", "/api/v1/feed/for-you?limit=20").json()
    assert [item for item in feed["items"] if item["author"]["id"] == town.things["person"]] == []


def test_the_same_acts_are_open_to_mei(own_town: WholeTown) -> None:
    """Without this, a walk over addresses that refuse everybody would pass."""
    names = [name for name in of_kind("seen", "hers") if not name.startswith("DELETE")]
    statuses = {name: attempt(own_town, "mei", name).status_code for name in names}
    assert {name: status for name, status in statuses.items() if status in (401, 403, 404) or status >= 500} == {}


def test_private_pages_send_a_stranger_to_the_door_and_show_others_only_their_own(town: WholeTown) -> None:
    for page in PRIVATE_PAGES:
        answer = town.send(None, "GET", page, Accept="text/html")
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in?next=")
        bos = town.send("bo", "GET", page, Accept="text/html")
        assert bos.status_code == 200
        for hers in ("mei@fair.example", *map(town.things.__getitem__, KEPT_TO_HERSELF)):
            assert hers not in bos.text


@pytest.mark.parametrize("page", HERS)
def test_a_page_of_a_thing_of_meis_is_there_for_her_alone(town: WholeTown, page: str) -> None:
    ids = iter(HERS[page].split())
    address = re.sub(r"\{[^}]+\}", lambda _: town.things[next(ids)], page)
    assert town.send(None, "GET", address, Accept="text/html").headers["location"].startswith("/sign-in?next=")
    statuses = [town.send(who, "GET", address, Accept="text/html").status_code for who in ("bo", "hao", "mei")]
    assert statuses == [404, 404, 200]


def test_pages_of_the_office_are_for_operators_alone(town: WholeTown) -> None:
    for page, thing in OPERATORS.items():
        address = re.sub(r"\{[^}]+\}", town.things.get(thing, "escrow"), page)
        assert town.send(None, "GET", address, Accept="text/html").headers["location"].startswith("/sign-in?next=")
        statuses = [town.send(who, "GET", address, Accept="text/html").status_code for who in ("bo", "mei")]
        assert statuses == [403, 403], page


def test_a_case_is_asked_for_by_the_buyer_alone(town: WholeTown) -> None:
    address = f"/orders/{town.things['order']}/returns?line={town.things['order_line']}"
    assert town.send(None, "GET", address, Accept="text/html").headers["location"].startswith("/sign-in?next=")
    answers = {who: town.send(who, "GET", address, Accept="text/html") for who in ("bo", "hao", "mei")}
    assert [answer.status_code for answer in answers.values()] == [404, 404, 303]
    assert answers["mei"].headers["location"] == f"/aftersales/{town.things['case']}"


def test_a_payer_comes_back_to_the_own_payment_alone(town: WholeTown) -> None:
    address = IDENTIFIED.replace("{payment_id:str}", town.things["payment"]) + "?code=1&state=2"
    assert town.send(None, "GET", address, Accept="text/html").headers["location"].startswith("/sign-in?next=")
    assert [town.send(who, "GET", address, Accept="text/html").status_code for who in ("bo", "hao")] == [404, 404]
    assert town.send("mei", "GET", address, Accept="text/html").headers["location"].startswith("/pay/return/")


def test_meis_album_is_empty_for_who_is_no_friend(town: WholeTown) -> None:
    address = "/moments/of/mei_fair"
    assert town.send(None, "GET", address, Accept="text/html").headers["location"].startswith("/sign-in?next=")
    answers = {who: town.send(who, "GET", address, Accept="text/html") for who in ("bo", "hao", "mei")}
    assert [answer.status_code for answer in answers.values()] == [200, 404, 200]
    assert [town.things["moment"] in answers[who].text for who in ("bo", "mei")] == [False, True]


def test_who_may_write_to_mei_finds_the_way_to_her(town: WholeTown) -> None:
    address = "/messages/to/mei_fair"
    assert town.send(None, "GET", address, Accept="text/html").headers["location"].startswith("/sign-in?next=")
    statuses = [town.send(who, "GET", address, Accept="text/html").status_code for who in ("bo", "hao", "mei")]
    assert statuses == [200, 404, 404]


@pytest.mark.parametrize("who", [None, "bo", "hao", "mei"])
def test_topics_are_heard_by_whom_they_are_for(town: WholeTown, who: str | None) -> None:
    assert town.app.state.realtime.patterns() == [
        "calls:{call_id}",
        "conversations:{conversation_id}:live",
        "people:{person_id}:inbox",
        "people:{person_id}:notices",
        "people:{person_id}:shakes",
        "videos:{video_id}",
        "videos:{video_id}:progress",
    ]
    allowed = {
        f"videos:{town.things['video']}": {None, "bo", "mei"},
        f"videos:{town.things['waiting_video']}": set(),
        f"videos:{town.things['video']}:progress": {"mei"},
        f"videos:{town.things['waiting_video']}:progress": {"mei"},
        f"people:{town.things['person']}:notices": {"mei"},
        f"people:{town.things['person']}:inbox": {"mei"},
        f"conversations:{town.things['conversation']}:live": {"mei"},
        f"people:{town.things['person']}:shakes": {"mei"},
        f"calls:{town.things['call']}": {"mei"},
        "videos:1:progress": set(),
        "accounts:1": set(),
    }
    headers = {} if who is None else {"Authorization": f"Bearer {town.tokens[who]}"}
    address = str(town.client.base_url).replace("http://", "ws://").rstrip("/") + "/ws"
    with connect(address, additional_headers=headers, max_queue=None) as socket:
        for topic, may in allowed.items():
            socket.send(json.dumps({"op": "subscribe", "topic": topic}))
            answer = next(frame for frame in map(json.loads, socket) if frame.get("topic") == topic)
            assert (answer["op"] == "subscribed") == (who in may), f"{who} on {topic}: {answer}"
