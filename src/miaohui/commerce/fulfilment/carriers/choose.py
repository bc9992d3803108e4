"""Which kind of carrier looks after a courier's parcels."""

from miaohui.commerce.fulfilment.carriers.companies import SANDBOX
from miaohui.commerce.fulfilment.carriers.contract import Carrier
from miaohui.commerce.fulfilment.carriers.kuaidi100 import Kuaidi100
from miaohui.commerce.fulfilment.carriers.sandbox import SandboxCarrier
from miaohui.settings import Settings

NOTICES = "/notices/carriers/kuaidi100"


def kind_for(company: str) -> type[Carrier]:
    """Return the kind of carrier that follows a courier."""
    return SandboxCarrier if company == SANDBOX else Kuaidi100


def carrier_for(company: str, settings: Settings) -> Carrier:
    """Return the carrier that follows a courier, ready to be called."""
    return SandboxCarrier() if company == SANDBOX else kuaidi100(settings)


def kuaidi100(settings: Settings) -> Kuaidi100:
    """Return Kuaidi100 with this server's account."""
    return Kuaidi100(
        url=settings.kuaidi100_url,
        key=settings.kuaidi100_key,
        salt=settings.kuaidi100_salt,
        callback=f"{settings.base_url}{NOTICES}",
    )
