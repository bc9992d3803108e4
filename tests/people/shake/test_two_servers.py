"""Two web servers, each a process of its own, share one Redis: people meet across them, also when one is killed."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from websockets.sync.client import connect

from miaohui.kit.clock import SystemClock
from miaohui.kit.db import open_database
from miaohui.people.accounts.actions.open_session import open_session
from miaohui.people.shake.tables import shake_match, shake_ticket
from miaohui.subscriptions import subscriptions
from tests.cast import Cast
from tests.people.shake.fair import SUZHOU, prove
from tests.running import RunningServer

PLACE = {"latitude": SUZHOU[0], "longitude": SUZHOU[1]}


@pytest.mark.timeout(600)  # Servers are started, on a busy machine too.
def test_they_meet_across_two_servers_and_when_one_is_killed(tmp_path: Path, database_url: str, redis_url: str) -> None:
    db = open_database(database_url, clock=SystemClock(), recorder=subscriptions())
    cast = Cast(db)
    names = ("mei", "bo", "lan", "omar", "hao", "ines")
    tokens = {}
    for name in names:
        db.write_sync(prove, account_id=getattr(cast, name))
        tokens[name] = db.write_sync(open_session, account_id=getattr(cast, name), user_agent="").token

    def shake(server: RunningServer, name: str) -> Any:
        body = {"ticket_id": f"ticket-of-{name}", "place": PLACE}
        return ask(server, name, "POST", "/shakes", body)["match"]

    def ask(server: RunningServer, name: str, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {tokens[name]}"}
        answer = httpx.request(method, f"{server.url}/api/v1{path}", headers=headers, json=body, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()

    url = database_url if database_url.startswith("postgres") else ""
    shared = {"redis_url": redis_url, "database_url": url}
    try:
        with RunningServer(tmp_path, workers=0, **shared) as one, RunningServer(tmp_path, workers=0, **shared) as other:
            headers = {"Authorization": f"Bearer {tokens['mei']}"}
            with connect(f"{one.url.replace('http', 'ws')}/ws", additional_headers=headers, max_queue=None) as socket:
                topic = f"people:{cast.mei}:shakes"
                socket.send(json.dumps({"op": "subscribe", "topic": topic}))
                assert json.loads(socket.recv(timeout=20))["op"] == "subscribed"
                assert shake(one, "mei") is None
                assert shake(other, "bo")["nickname"] == "阿梅"
                heard = json.loads(socket.recv(timeout=20))
                assert (heard["event"], heard["data"]["nickname"]) == ("matched", "Bo"), "told by her own server"
            assert shake(one, "mei")["nickname"] == "Bo", "the same ticket again is the same shake"

            assert shake(one, "lan") is None
            one.kill()
            assert shake(other, "omar")["nickname"] == "兰兰"
            assert ask(other, "lan", "GET", "/me/shake")["match"]["nickname"] == "Omar"

            assert shake(other, "hao") is None
            one.start()
            assert shake(one, "ines")["nickname"] == "浩哥"
        assert db.read_sync(lambda tx: tx.scalar(sa.select(sa.func.count()).select_from(shake_match))) == 3
        assert db.read_sync(lambda tx: tx.scalar(sa.select(sa.func.count()).select_from(shake_ticket))) == 0
    finally:
        db.close()
