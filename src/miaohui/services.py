"""What a running server consists of, built once from the settings."""

from contextlib import AbstractContextManager
from types import TracebackType

import miaohui.card_kinds  # noqa: F401  importing declares how things appear in messages and notices
from miaohui.commerce.categories.actions.plant_categories import plant_categories
from miaohui.kit.blobs import Blobs, open_blobs
from miaohui.kit.clock import Clock, SystemClock
from miaohui.kit.db import Database, open_database
from miaohui.kit.outbox import Subscriptions
from miaohui.kit.signing import Signer
from miaohui.migrations import migrate
from miaohui.settings import Settings
from miaohui.subscriptions import subscriptions


class Services(AbstractContextManager["Services"]):
    """The parts that the web process and the worker share."""

    settings: Settings
    clock: Clock
    subscriptions: Subscriptions
    db: Database
    blobs: Blobs
    signer: Signer

    def __init__(self, settings: Settings, *, clock: Clock | None = None) -> None:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        self.settings = settings
        self.clock = clock or SystemClock()
        self.subscriptions = subscriptions()
        self.db = open_database(
            settings.sqlalchemy_url,
            clock=self.clock,
            recorder=self.subscriptions,
            pool_size=settings.database_pool,
            write_batch=settings.write_batch,
        )
        self.blobs = open_blobs(settings)
        self.signer = Signer.from_file(settings.data_dir / "secret.key")

    def migrate(self) -> None:
        """Bring the database to this release's tables, and to the categories that it comes with."""
        migrate(self.db)
        self.db.write_sync(plant_categories)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.db.close()
