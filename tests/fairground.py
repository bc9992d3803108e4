"""A market on a server in processes of its own, and crowds of people whose programs speak to it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from miaohui.commerce.checkout.actions.add_address import add_address
from miaohui.kit.clock import SystemClock
from miaohui.kit.db import Database, Tx, open_database
from miaohui.people.accounts.actions.create_account import create_account
from miaohui.people.accounts.actions.open_session import open_session
from miaohui.subscriptions import subscriptions
from tests.cast import Cast
from tests.market import HOME, Market
from tests.running import RunningServer
from tests.wire import Answer, Wire


class Visitor(msgspec.Struct, frozen=True):
    """Somebody who is signed in."""

    account_id: int
    token: str


class Fairground:
    """The server's database is open beside it, for what a story plants and looks up."""

    def __init__(self, market: Market, server: RunningServer) -> None:
        self.market = market
        self.db = market.db
        self.server = server
        self.mei, self.omar = (sign_in(self.db, one) for one in (market.buyer, market.seller))
        market.address()

    def crowd(self, size: int, *, addresses: bool = True) -> list[Visitor]:
        """Let so many people come who have never been here; they have told where they live, if they are to buy."""

        def enter(tx: Tx) -> list[Visitor]:
            return [_enter(tx, addresses) for _ in range(size)]

        return self.db.write_sync(enter)

    def together(self, *talks: Callable[[Wire], Awaitable[Any]]) -> list[Any]:
        """Open a connection for each talk; when all are open, start all, and return what they return."""

        async def talk() -> list[Any]:
            wires = await asyncio.gather(*[Wire.open(self.server.url) for _ in talks])
            try:
                return await asyncio.gather(*[one(wire) for one, wire in zip(talks, wires, strict=True)])
            finally:
                for wire in wires:
                    wire.close()

        return asyncio.run(talk())

    def alone(self, who: Visitor, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Ask for something that must succeed."""
        return self.together(lambda wire: wire.ok(who.token, method, path, body, **headers))[0]

    def ordered(self, who: Visitor, quantity: int = 1) -> Any:
        """Order lanterns, and return the trade."""
        wish = {"lines": [{"variant_id": str(self.market.lantern), "quantity": quantity}]}
        quote = self.alone(who, "POST", "/quotes", wish)
        return self.alone(who, "POST", "/orders", {"quote_id": quote["id"]})

    def until(self, holds: Callable[[], bool], *, seconds: float = 20) -> None:
        """Wait until the server has done something by itself."""

        async def wait() -> None:
            async with asyncio.timeout(seconds):
                while not holds():
                    await asyncio.sleep(0.05)

        asyncio.run(wait())


@contextmanager
def open_fairground(folder: Path, database_url: str, **settings: str) -> Iterator[Fairground]:
    """Plant a market and start its server. database_url: has all tables; that of SQLite lies in `folder`."""
    clock = SystemClock()
    db = open_database(database_url, clock=clock, recorder=subscriptions())
    url = database_url if database_url.startswith("postgres") else ""
    market = Market(db, clock, Cast(db), folder)  # type: ignore[arg-type]  # real time passes by itself
    try:
        with RunningServer(folder, database_url=url, **settings) as server:
            yield Fairground(market, server)
    finally:
        db.close()


def sign_in(db: Database, account_id: int) -> Visitor:
    """Give somebody a token."""
    return Visitor(account_id, db.write_sync(open_session, account_id=account_id, user_agent="").token)


def of_status(answers: Sequence[Answer], status: int) -> list[Answer]:
    """Return the answers with a status."""
    return [one for one in answers if one.status == status]


def _enter(tx: Tx, addresses: bool) -> Visitor:
    account_id = create_account(tx, nickname="客人", birth_date=date(1990, 1, 1))
    if addresses:
        add_address(tx, account_id=account_id, form=HOME)
    return Visitor(account_id, open_session(tx, account_id=account_id, user_agent="").token)
