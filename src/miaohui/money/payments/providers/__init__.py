"""The companies that take money for us, chosen by settings."""

from collections.abc import Mapping

from miaohui.kit.db import Database
from miaohui.money.payments.providers.contract import Provider
from miaohui.money.payments.providers.sandbox import SandboxProvider
from miaohui.settings import Settings


def open_providers(settings: Settings, db: Database) -> Mapping[str, Provider]:
    """Return the providers that the settings offer, by name. The wallet is ours, and therefore none."""
    return {"sandbox": SandboxProvider(db)}
