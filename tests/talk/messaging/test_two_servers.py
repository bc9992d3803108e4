"""Two web servers, each a process of its own, share one Redis: people at one see and hear who is at the other, by the
same rules as at one server, and see no more of who was at a server that was killed."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect

from miaohui.kit.clock import SystemClock
from miaohui.kit.db import open_database
from miaohui.kit.siblings.redis_siblings import PREFIX
from miaohui.people.accounts.actions.open_session import open_session
from miaohui.people.graph.actions.follow_person import follow_person
from miaohui.subscriptions import subscriptions
from miaohui.talk.messaging.actions.create_group import create_group
from miaohui.talk.messaging.actions.open_direct import open_direct
from tests.cast import Cast
from tests.flows.street import Ear
from tests.redis_server import let_redis_pass_time, redis_listeners
from tests.running import RunningServer
from tests.talk.calls.friends import befriend


@pytest.mark.timeout(600)  # Servers are started, on a busy machine too.
def test_who_is_at_another_server_is_seen_and_heard_by_the_same_rules(
    tmp_path: Path, database_url: str, redis_url: str
) -> None:
    db = open_database(database_url, clock=SystemClock(), recorder=subscriptions())
    cast = Cast(db)
    people = {"mei": cast.mei, "bo": cast.bo, "lan": cast.lan, "hao": cast.hao}
    tokens = {one: db.write_sync(open_session, account_id=people[one], user_agent="").token for one in people}
    with_bo, with_lan = befriend(db, cast.mei, cast.bo), befriend(db, cast.mei, cast.lan)
    befriend(db, cast.bo, cast.lan)
    for one, other in ((cast.mei, cast.hao), (cast.hao, cast.mei)):
        db.write_sync(follow_person, follower_id=one, followee_id=other)
    silent = db.write_sync(open_direct, one_id=cast.mei, other_id=cast.hao, reason="friends")
    group = db.write_sync(create_group, owner_id=cast.mei, title="灯会", member_ids=[cast.bo, cast.lan])
    url = database_url if database_url.startswith("postgres") else ""
    shared = {"redis_url": redis_url, "database_url": url}

    def ask(server: RunningServer, name: str, method: str, path: str) -> Any:
        headers = {"Authorization": f"Bearer {tokens[name]}"}
        answer = httpx.request(method, f"{server.url}/api/v1{path}", headers=headers, timeout=30)
        assert answer.status_code in {200, 204, 404}, answer.text
        return answer.status_code if answer.status_code != 200 else answer.json()

    def types(server: RunningServer, name: str, conversation_id: int) -> Any:
        return ask(server, name, "POST", f"/conversations/{conversation_id}/typing")

    def sees(server: RunningServer, name: str, conversation_id: int) -> Any:
        seen = ask(server, name, "GET", f"/conversations/{conversation_id}/presence")
        return seen if seen == 404 else seen["online"]

    def listens(server: RunningServer, name: str, *conversation_ids: int) -> Ear:
        headers = {"Authorization": f"Bearer {tokens[name]}"}
        ear = Ear(
            connect(
                f"{server.url.replace('http', 'ws')}/ws", additional_headers=headers, compression=None, max_queue=None
            )
        )
        for one in conversation_ids:
            assert ear.subscribe(f"conversations:{one}:live")["op"] == "subscribed"
        return ear

    try:
        with RunningServer(tmp_path, workers=0, **shared) as one, RunningServer(tmp_path, workers=0, **shared) as other:
            eventually(lambda: redis_listeners(redis_url, PREFIX) == 2)
            bo, lan = listens(other, "bo", with_bo, group), listens(other, "lan", with_lan, group)
            assert sees(other, "bo", with_bo) is False
            mei = listens(one, "mei", with_bo, with_lan)
            eventually(lambda: sees(other, "bo", with_bo))
            eventually(lambda: sees(one, "mei", with_bo))
            assert sees(other, "hao", silent) is False, "they have not written to each other"

            assert types(one, "mei", with_bo) == 204
            bo.until(typing(cast.mei, with_bo))
            assert types(other, "bo", with_bo) == 204
            mei.until(typing(cast.bo, with_bo))

            assert ask(other, "bo", "PUT", f"/people/{cast.mei}/block") != 404
            # From the answer on: nobody waits here.
            assert (sees(one, "mei", with_bo), types(one, "mei", with_bo)) == (404, 404)
            assert types(one, "mei", group) == 204
            lan.until(typing(cast.mei, group))
            assert types(one, "lan", group) == 204
            bo.until(typing(cast.lan, group))
            assert not any(map(typing(cast.mei, group), bo.frames)), "of Mei he hears nothing any more"
            taken = mei.until(lambda frame: frame.get("code") == "forbidden")
            assert (taken["op"], taken["topic"]) == ("unsubscribed", f"conversations:{with_bo}:live")

            assert sees(other, "lan", with_lan) is True
            one.kill()
            let_redis_pass_time(redis_url, PREFIX, 60)
            assert sees(other, "lan", with_lan) is False
            again = listens(other, "mei", with_lan)
            assert sees(other, "lan", with_lan) is True
            assert types(other, "mei", with_lan) == 204
            lan.until(typing(cast.mei, with_lan))
            for ear in (bo, lan, again):
                ear.close()
    finally:
        db.close()


def typing(person_id: int, conversation_id: int) -> Callable[[dict[str, Any]], bool]:
    """Return what knows the frame that tells of it."""
    told = {"topic": f"conversations:{conversation_id}:live", "event": "typing", "data": {"person_id": str(person_id)}}
    return lambda frame: frame == told


def eventually(holds: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
