"""The JSON API of shops and goods, with pictures and payments behind it."""

from pathlib import Path

from litestar import Router
from litestar.di import Provide

from miaohui.commerce.catalogue.routes import route_handlers as catalogue_api
from miaohui.commerce.merchants.routes import route_handlers as merchants_api
from miaohui.commerce.storefront.routes import route_handlers as storefront_api
from miaohui.kit.blobs import FolderBlobs
from miaohui.kit.clock import Clock
from miaohui.kit.db import Database
from miaohui.money.payments.routes import route_handlers as payments_api
from miaohui.money.payments.services import Payments
from miaohui.settings import Settings
from tests.house import House


def market_house(*, db: Database, clock: Clock, folder: Path) -> House:
    """Return the server side of a story about shops; files go below `folder`."""
    payments, blobs = Payments(db, Settings(data_dir=folder)), FolderBlobs(folder / "blobs")
    shops = Router(
        "/",
        route_handlers=[*merchants_api, *catalogue_api, *storefront_api, *payments_api],
        dependencies={
            "blobs": Provide(lambda: blobs, sync_to_thread=False),
            "payments": Provide(lambda: payments, sync_to_thread=False),
        },
    )
    return House(db=db, clock=clock, routes=[shops])
