"""The JSON API of calls: translate, make one domain call, translate back."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post, put
from litestar.params import Parameter

from miaohui.kit.db import Database, Tx
from miaohui.kit.http.viewer import Member
from miaohui.kit.ids import Id, parse_id
from miaohui.kit.rate_limits import RateLimits
from miaohui.settings import Settings
from miaohui.talk.calls.actions.answer_call import answer_call
from miaohui.talk.calls.actions.end_call import end_call
from miaohui.talk.calls.actions.keep_call_alive import keep_call_alive
from miaohui.talk.calls.actions.place_call import place_call
from miaohui.talk.calls.actions.send_signal import send_signal
from miaohui.talk.calls.answers import (
    CallAnswer,
    CallSignals,
    CurrentCall,
    SignalBody,
    SignalSent,
    answer_of,
    read_call,
    read_current,
    read_signals,
)
from miaohui.talk.calls.ice import IceServers, ice_servers
from miaohui.talk.calls.queries import Call
from miaohui.talk.calls.states import CallKind

_TAG = ["calls"]
_NO_STORE = {"Cache-Control": "no-store"}


class NewCall(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to call, and how."""

    person_id: Id
    kind: CallKind = "audio"


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """connected: whether the two heard each other at any time."""

    connected: bool = True


@get("/api/v1/calls/ice-servers", tags=_TAG)
async def show_ice_servers(
    *, member: Member, db: Database, settings: Settings, limiter: RateLimits
) -> Response[IceServers]:
    """Answer with the servers that help two browsers to find each other, and a key to the relay for an hour."""
    limiter.check("calls.ice", member.account_id, 30, 300)
    return Response(ice_servers(settings, account_id=member.account_id, now=db.clock.now()), headers=_NO_STORE)


@get("/api/v1/calls/current", tags=_TAG)
async def show_current(*, member: Member, db: Database) -> CurrentCall:
    """Show the call that one is in, on whichever device, or that rings."""
    return await db.read(read_current, person_id=member.account_id, device_id=member.device_id)


@post("/api/v1/calls", tags=_TAG)
async def place(*, data: NewCall, member: Member, db: Database, limiter: RateLimits) -> CallAnswer:
    """Call a friend with whom one has exchanged messages. Somebody busy comes back as ended."""
    limiter.check("calls.place", member.account_id, 12, 120)
    return await db.write(
        _then_show,
        place_call,
        member,
        caller_id=member.account_id,
        device_id=member.device_id,
        callee_id=parse_id(data.person_id),
        kind=data.kind,
    )


@get("/api/v1/calls/{call_id:str}", tags=_TAG)
async def show(*, call_id: Id, member: Member, db: Database) -> CallAnswer:
    """Show a call of one's own."""
    return await db.read(read_call, call_id=parse_id(call_id), person_id=member.account_id, device_id=member.device_id)


@post("/api/v1/calls/{call_id:str}/answer", status_code=200, tags=_TAG)
async def answer(*, call_id: Id, member: Member, db: Database) -> CallAnswer:
    """Answer on this device; the first device wins."""
    return await db.write(
        _then_show,
        answer_call,
        member,
        call_id=parse_id(call_id),
        person_id=member.account_id,
        device_id=member.device_id,
    )


@post("/api/v1/calls/{call_id:str}/ending", status_code=200, tags=_TAG)
async def end(*, call_id: Id, data: Ending, member: Member, db: Database) -> CallAnswer:
    """Cancel, decline or hang up, whichever it is now."""
    return await db.write(
        _then_show,
        end_call,
        member,
        call_id=parse_id(call_id),
        person_id=member.account_id,
        connected=data.connected,
    )


@put("/api/v1/calls/{call_id:str}/presence", tags=_TAG)
async def keep_alive(*, call_id: Id, member: Member, db: Database) -> CallAnswer:
    """Say that this device is still in the call; a call whose device says nothing for 90 seconds ends."""
    return await db.write(
        _then_show,
        keep_call_alive,
        member,
        call_id=parse_id(call_id),
        person_id=member.account_id,
        device_id=member.device_id,
    )


@post("/api/v1/calls/{call_id:str}/signals", tags=_TAG)
async def signal(*, call_id: Id, data: SignalBody, member: Member, db: Database, limiter: RateLimits) -> SignalSent:
    """Tell the other browser something; it hears it on the topic `calls:{call_id}`."""
    limiter.check("calls.signal", member.device_id, 200, 60)
    seq = await db.write(
        send_signal,
        call_id=parse_id(call_id),
        person_id=member.account_id,
        device_id=member.device_id,
        body=msgspec.to_builtins(data),
    )
    return SignalSent(seq=seq)


@get("/api/v1/calls/{call_id:str}/signals", tags=_TAG)
async def list_signals(
    *, call_id: Id, member: Member, db: Database, after: Annotated[int, Parameter(ge=0, le=1_000_000)] = 0
) -> CallSignals:
    """List what was said in this call after a number; for a device that was without a network."""
    return await db.read(
        read_signals,
        call_id=parse_id(call_id),
        person_id=member.account_id,
        device_id=member.device_id,
        after=after,
    )


def _then_show(tx: Tx, /, action: Callable[..., Call], member: Member, **kw: Any) -> CallAnswer:
    return answer_of(tx, action(tx, **kw), member.account_id, member.device_id)


route_handlers: Sequence[Any] = (
    show_ice_servers,
    show_current,
    place,
    show,
    answer,
    end,
    keep_alive,
    signal,
    list_signals,
)
