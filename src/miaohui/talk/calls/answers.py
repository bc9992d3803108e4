"""Calls as the API shows them to one of the two."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.ids import Id, format_id
from miaohui.people.accounts.queries import person_cards
from miaohui.people.graph.answers import Person, person_of
from miaohui.people.graph.queries import relationship
from miaohui.talk.calls.access import access_call, access_call_here
from miaohui.talk.calls.endings import overdue_outcome
from miaohui.talk.calls.queries import Call, Signal, call_of, signals_after
from miaohui.talk.calls.states import CallKind, CallState, Outcome

_LONGEST_SDP = 40_000
_LONGEST_CANDIDATE = 1_000


class CallPerson(Person, frozen=True, kw_only=True):
    """The other one. name: as the asking person calls them."""

    name: str


class CallAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A call, seen by one of its two people.

    outgoing: the asking person rang. here: this device is in it. duration_s: 0 until it has ended.
    """

    id: Id
    kind: CallKind
    state: CallState
    outcome: Outcome | None
    outgoing: bool
    here: bool
    other: CallPerson
    rang_at: datetime
    ring_until: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    duration_s: int


class CurrentCall(msgspec.Struct, frozen=True, kw_only=True):
    """The call in which the asking person is, or that rings for them."""

    call: CallAnswer | None


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """An RTCSessionDescription."""

    type: Literal["offer", "answer", "rollback"]
    sdp: Annotated[str, msgspec.Meta(max_length=_LONGEST_SDP)] = ""


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """An RTCIceCandidate, in JSON as browsers write it."""

    candidate: Annotated[str, msgspec.Meta(max_length=_LONGEST_CANDIDATE)] = ""
    sdpMid: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    sdpMLineIndex: Annotated[int, msgspec.Meta(ge=0, le=100)] | None = None
    usernameFragment: Annotated[str, msgspec.Meta(max_length=256)] | None = None


class SignalBody(msgspec.Struct, frozen=True, kw_only=True):
    """What one browser tells the other: a description, candidates, what it shows, or several of them.

    peer: which connection of the sender speaks; another one begins anew. camera, microphone: whether they are on.
    """

    peer: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    description: Description | None = None
    candidates: Annotated[list[Candidate], msgspec.Meta(max_length=50)] = []
    camera: bool | None = None
    microphone: bool | None = None


class CallSignal(msgspec.Struct, frozen=True, kw_only=True):
    """A signal as it arrives. seq: from 1 on within the call; from_id: the person whose device sent it."""

    seq: int
    from_id: Id
    body: SignalBody


class CallSignals(msgspec.Struct, frozen=True, kw_only=True):
    """The signals of a call that goes on."""

    items: list[CallSignal]


class SignalSent(msgspec.Struct, frozen=True, kw_only=True):
    """The number under which a signal is kept."""

    seq: int


def signal_of(found: Signal) -> CallSignal:
    """Return a signal as the API shows it."""
    body = msgspec.convert(found.body, SignalBody)
    return CallSignal(seq=found.seq, from_id=format_id(found.sender_id), body=body)


def read_call(tx: Tx, *, call_id: int, person_id: int, device_id: int) -> CallAnswer:
    """Return a call of a person. Raises NotFound."""
    return answer_of(tx, access_call(tx, call_id=call_id, person_id=person_id), person_id, device_id)


def read_current(tx: Tx, *, person_id: int, device_id: int) -> CurrentCall:
    """Return the call in which a person is or that rings for them, if its time is not over."""
    found = call_of(tx, person_id)
    if found is None or overdue_outcome(tx, found) is not None:
        return CurrentCall(call=None)
    try:
        found = access_call(tx, call_id=found.id, person_id=person_id)
    except NotFound:  # A block of a moment ago; the call is about to be ended.
        return CurrentCall(call=None)
    return CurrentCall(call=answer_of(tx, found, person_id, device_id))


def read_signals(tx: Tx, *, call_id: int, person_id: int, device_id: int, after: int) -> CallSignals:
    """Return what a device has missed. Raises NotFound for other devices."""
    access_call_here(tx, call_id=call_id, person_id=person_id, device_id=device_id)
    return CallSignals(items=[signal_of(one) for one in signals_after(tx, call_id=call_id, seq=after)])


def answer_of(tx: Tx, found: Call, person_id: int, device_id: int) -> CallAnswer:
    """Return a call as the API shows it to one of its two people."""
    other_id = found.other_than(person_id)
    card = person_cards(tx, [other_id]).get(other_id)
    if card is None:
        raise NotFound
    person = person_of(card)
    remark = relationship(tx, viewer_id=person_id, person_id=other_id).remark
    return CallAnswer(
        id=format_id(found.id),
        kind=found.kind,
        state=found.state,
        outcome=found.outcome,
        outgoing=person_id == found.caller_id,
        here=found.is_in(device_id),
        other=CallPerson(
            id=person.id,
            handle=person.handle,
            nickname=person.nickname,
            avatar=person.avatar,
            name=remark or person.nickname,
        ),
        rang_at=found.rang_at,
        ring_until=found.ring_until,
        answered_at=found.answered_at,
        ended_at=found.ended_at,
        duration_s=found.duration_s,
    )
