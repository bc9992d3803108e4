"""The JSON API of the shakes: translate, make one domain call, translate back."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from litestar import delete, get, post, put

from miaohui.kit.blobs import Blobs
from miaohui.kit.clock import Clock
from miaohui.kit.db import Database, Tx
from miaohui.kit.errors import InvalidInput, NotFound
from miaohui.kit.geo import Point
from miaohui.kit.http.viewer import Member
from miaohui.kit.ids import Id, format_id, parse_id
from miaohui.kit.media_server import BlobAnswer
from miaohui.kit.rate_limits import RateLimits
from miaohui.kit.signing import Signer
from miaohui.people.accounts.queries import own_account
from miaohui.people.shake.access import access_match
from miaohui.people.shake.actions.answer_match import answer_match
from miaohui.people.shake.actions.come_to_rendezvous import come_to_rendezvous, leave_rendezvous
from miaohui.people.shake.actions.list_missed import list_missed, unlist_missed
from miaohui.people.shake.actions.open_venue import close_venue, open_venue
from miaohui.people.shake.actions.report_match import Reason, block_match, report_match
from miaohui.people.shake.answers import (
    MatchCard,
    ShakeState,
    SponsorAnswer,
    VenueCard,
    match_cards,
    read_matches,
)
from miaohui.people.shake.queries import Answer, Venue, venues_of
from miaohui.people.shake.reach import Reach
from miaohui.people.shake.service import Shaking
from miaohui.people.shake.venue_codes import venue_of_code

_TAG = ["shake"]
_ANSWERS_A_MINUTE = 60


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where one is. It is rounded to a cell of one square kilometre on arrival, and not kept itself."""

    latitude: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    longitude: Annotated[float, msgspec.Meta(ge=-180, le=180)]

    def __repr__(self) -> str:
        """Tell nothing, as `Point`."""
        return "Place(…)"

    def point(self) -> Point:
        """Return it as the domain knows it."""
        return Point(self.latitude, self.longitude)


class NewShake(msgspec.Struct, frozen=True, kw_only=True):
    """One shake, either somewhere or at a venue by the code on its screen.

    ticket_id: chosen by the client; the same one again is the same shake. widest_m: as far as one consents;
    20,100,000 is anywhere, after the city and only with who likes the same.
    """

    ticket_id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{8,40}$")]
    place: Place | None = None
    venue: Annotated[str, msgspec.Meta(max_length=60)] | None = None
    widest_m: Reach = 30_000


class MyAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """hello, or no for now. The other hears of it only when both said hello."""

    answer: Answer


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Why somebody should not shake any more."""

    reason: Reason


class Where(msgspec.Struct, frozen=True, kw_only=True):
    """Where one is; empty takes the place of the shake that waits."""

    place: Place | None = None

    def point(self) -> Point | None:
        """Return it as the domain knows it."""
        return None if self.place is None else self.place.point()


class NewVenue(msgspec.Struct, frozen=True, kw_only=True):
    """What a venue is called."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class Matches(msgspec.Struct, frozen=True):
    """Whom one met."""

    items: list[MatchCard]


class Venues(msgspec.Struct, frozen=True):
    """Venues of one's own."""

    items: list[VenueCard]


@post("/api/v1/shakes", status_code=200, tags=_TAG)
async def shake(*, data: NewShake, member: Member, shaking: Shaking, signer: Signer, clock: Clock) -> ShakeState:
    """Shake. Who finds somebody at once has them in the answer; the socket tells of whoever comes later."""
    if (data.place is None) == (data.venue is None):
        raise InvalidInput("Either a place or a venue.")
    venue_id = None if data.venue is None else venue_of_code(signer, data.venue, now=clock.now())
    return await shaking.shake(
        person_id=member.account_id,
        ticket_id=data.ticket_id,
        point=None if data.place is None else data.place.point(),
        venue_id=venue_id,
        widest_m=data.widest_m,
    )


@get("/api/v1/me/shake", tags=_TAG)
async def my_shake(*, member: Member, shaking: Shaking) -> ShakeState:
    """Tell where one stands: the shake that waits, whom one met, how many are around."""
    return await shaking.state(person_id=member.account_id)


@delete("/api/v1/me/shake", tags=_TAG)
async def stop_shaking(*, member: Member, shaking: Shaking) -> None:
    """End one's shake; where one was is forgotten with it."""
    await shaking.withdraw(person_id=member.account_id)


@put("/api/v1/me/shake/listing", tags=_TAG)
async def stay(*, member: Member, shaking: Shaking) -> ShakeState:
    """Stay listed until half an hour after the shake, and be told when somebody comes."""
    return await shaking.stay_listed(person_id=member.account_id)


@post("/api/v1/me/shake/sponsor", status_code=200, tags=_TAG)
async def sponsor(*, member: Member, shaking: Shaking) -> SponsorAnswer:
    """Ask for a sponsor's card; there is none before one has waited in vain for 15 seconds."""
    return SponsorAnswer(sponsor=await shaking.sponsor(person_id=member.account_id))


@put("/api/v1/me/rendezvous", tags=_TAG)
async def come(*, data: Where, member: Member, db: Database, shaking: Shaking) -> ShakeState:
    """Say that one comes to the next rendezvous on the hour, where one's shake is or at a place."""
    person_id = member.account_id
    district = await shaking.district_of_shake(person_id=person_id, point=data.point())
    await db.write(come_to_rendezvous, person_id=person_id, district=district, proven_after=shaking.proven_after)
    return await shaking.state(person_id=person_id)


@delete("/api/v1/me/rendezvous", tags=_TAG)
async def stay_away(*, member: Member, db: Database) -> None:
    """Say that one does not come after all."""
    await db.write(leave_rendezvous, person_id=member.account_id)


@put("/api/v1/me/missed-shakes", tags=_TAG)
async def be_on_list(*, data: Where, member: Member, db: Database, shaking: Shaking) -> ShakeState:
    """Be on tomorrow's list of those who missed each other in the same district today."""
    person_id = member.account_id
    district = await shaking.district_of_shake(person_id=person_id, point=data.point())
    await db.write(
        list_missed,
        person_id=person_id,
        district=district,
        interests=shaking.interests_of(person_id),
        proven_after=shaking.proven_after,
    )
    return await shaking.state(person_id=person_id)


@delete("/api/v1/me/missed-shakes", tags=_TAG)
async def be_off_list(*, member: Member, db: Database) -> None:
    """Be on no list."""
    await db.write(unlist_missed, person_id=member.account_id)


@get("/api/v1/me/shake-matches", tags=_TAG)
async def my_matches(*, member: Member, db: Database) -> Matches:
    """List whom one met and can still say hello to, and with whom it was mutual, newest first."""
    return Matches(await db.read(read_matches, person_id=member.account_id))


@get("/api/v1/shake-matches/{match_id:str}", tags=_TAG)
async def one_match(*, match_id: Id, member: Member, db: Database) -> MatchCard:
    """Tell whom one met."""
    return await db.read(_card, match_id=parse_id(match_id), person_id=member.account_id)


@put("/api/v1/shake-matches/{match_id:str}/answer", tags=_TAG)
async def answer(*, match_id: Id, data: MyAnswer, member: Member, db: Database, limiter: RateLimits) -> MatchCard:
    """Say hello, or not now. A conversation opens when both said hello in time."""
    limiter.check("shake.answer", member.account_id, _ANSWERS_A_MINUTE, 60)
    found = parse_id(match_id)
    await db.write(answer_match, match_id=found, person_id=member.account_id, answer=data.answer)
    return await db.read(_card, match_id=found, person_id=member.account_id)


@put("/api/v1/shake-matches/{match_id:str}/block", tags=_TAG, status_code=204)
async def block(*, match_id: Id, member: Member, db: Database) -> None:
    """Block whom one met, without knowing who it is."""
    await db.write(block_match, match_id=parse_id(match_id), person_id=member.account_id)


@post("/api/v1/shake-matches/{match_id:str}/report", tags=_TAG, status_code=204)
async def report(*, match_id: Id, data: Report, member: Member, db: Database) -> None:
    """Report and block whom one met."""
    await db.write(report_match, match_id=parse_id(match_id), person_id=member.account_id, reason=data.reason)


@get("/api/v1/shake-matches/{match_id:str}/picture", tags=_TAG)
async def picture(*, match_id: Id, member: Member, db: Database, blobs: Blobs) -> BlobAnswer:
    """Send the picture of whom one met; its usual address would tell who it is."""
    key = await db.read(_picture, match_id=parse_id(match_id), person_id=member.account_id)
    return BlobAnswer(blobs, key, cache_control="private, max-age=300")


@get("/api/v1/me/venues", tags=_TAG)
async def my_venues(*, member: Member, db: Database) -> Venues:
    """List one's own venues."""
    return Venues([_venue_card(venue) for venue in await db.read(venues_of, member.account_id)])


@post("/api/v1/me/venues", tags=_TAG)
async def new_venue(*, data: NewVenue, member: Member, db: Database, shaking: Shaking) -> VenueCard:
    """Open a venue, whose screen shows a code by which everybody there is near."""
    made = await db.write(open_venue, owner_id=member.account_id, name=data.name, proven_after=shaking.proven_after)
    return _venue_card(made)


@delete("/api/v1/me/venues/{venue_id:str}", tags=_TAG)
async def end_venue(*, venue_id: Id, member: Member, db: Database) -> None:
    """Close a venue of one's own."""
    await db.write(close_venue, venue_id=parse_id(venue_id), owner_id=member.account_id)


def _card(tx: Tx, *, match_id: int, person_id: int) -> MatchCard:
    cards = match_cards(tx, [access_match(tx, match_id, person_id=person_id)], person_id=person_id)
    if not cards:
        raise NotFound
    return cards[0]


def _picture(tx: Tx, *, match_id: int, person_id: int) -> str:
    partner = own_account(tx, access_match(tx, match_id, person_id=person_id).partner_of(person_id))
    if partner is None or partner.avatar is None:
        raise NotFound
    return f"{partner.avatar}-256.webp"


def _venue_card(venue: Venue) -> VenueCard:
    return VenueCard(id=format_id(venue.id), name=venue.name, opened_at=venue.opened_at)


route_handlers: Sequence[Any] = (
    shake,
    my_shake,
    stop_shaking,
    stay,
    sponsor,
    come,
    stay_away,
    be_on_list,
    be_off_list,
    my_matches,
    one_match,
    answer,
    block,
    report,
    picture,
    my_venues,
    new_venue,
    end_venue,
)
