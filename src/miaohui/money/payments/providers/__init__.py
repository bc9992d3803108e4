"""The companies that take money for us, chosen by settings."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from miaohui.kit.db import Database
from miaohui.money.payments.providers.contract import Provider
from miaohui.money.payments.providers.sandbox import SandboxProvider
from miaohui.settings import InvalidSetting, Settings

_LONGEST_PATH = 1000


def open_providers(settings: Settings, db: Database) -> Mapping[str, Provider]:
    """Return the providers by name: the sandbox, and those whose keys the settings hold.

    One that has keys and is offered no more still refunds and reports. The wallet is ours, and therefore none.
    Raises InvalidSetting if one is offered for which keys are missing.
    """
    return {SandboxProvider.name: SandboxProvider(db), **_with_keys(settings)}


# Clients keep connections and parsed keys, and every job asks for them.
@lru_cache(maxsize=4)
def _with_keys(settings: Settings) -> Mapping[str, Provider]:
    offered = {name.strip() for name in settings.payment_providers.split(",")}
    opened: dict[str, Provider] = {}
    if _has_keys(settings, "stripe", offered, settings.stripe_secret_key, settings.stripe_webhook_secret):
        from miaohui.money.payments.providers.stripe import StripeProvider

        opened["stripe"] = StripeProvider(
            secret_key=_key(settings.stripe_secret_key),
            webhook_secret=_key(settings.stripe_webhook_secret),
            base_url=settings.base_url,
            address=settings.stripe_address,
        )
    if _has_keys(
        settings,
        "alipay",
        offered,
        settings.alipay_app_id,
        settings.alipay_private_key,
        settings.alipay_public_key,
    ):
        from miaohui.money.payments.providers.alipay import AlipayProvider

        opened["alipay"] = AlipayProvider(
            app_id=settings.alipay_app_id,
            private_key=_key(settings.alipay_private_key),
            public_key=_key(settings.alipay_public_key),
            seller_id=settings.alipay_seller_id,
            base_url=settings.base_url,
            address=settings.alipay_address,
        )
    if _has_keys(
        settings,
        "wechat",
        offered,
        settings.wechat_app_id,
        settings.wechat_merchant_id,
        settings.wechat_serial,
        settings.wechat_private_key,
        settings.wechat_public_key_id,
        settings.wechat_public_key,
        settings.wechat_v3_key,
    ):
        from miaohui.money.payments.providers.wechat import WeChatProvider

        opened["wechat"] = WeChatProvider(
            app_id=settings.wechat_app_id,
            merchant_id=settings.wechat_merchant_id,
            serial=settings.wechat_serial,
            private_key=_key(settings.wechat_private_key),
            public_key_id=settings.wechat_public_key_id,
            public_key=_key(settings.wechat_public_key),
            v3_key=_key(settings.wechat_v3_key),
            base_url=settings.base_url,
            address=settings.wechat_address,
            app_secret=_key(settings.wechat_app_secret),
            sign_in_address=settings.wechat_sign_in_address,
        )
    return opened


def _has_keys(settings: Settings, name: str, offered: set[str], *keys: str) -> bool:
    if all(keys):
        return True
    if name in offered:
        raise InvalidSetting(f"MIAOHUI_PAYMENT_PROVIDERS offers {name}, and not all of MIAOHUI_{name.upper()}_… is set")
    return False


def _key(value: str) -> str:
    """Return the key itself, also if the setting names a file that holds it."""
    if "-----BEGIN" not in value and len(value) < _LONGEST_PATH and Path(value).is_file():
        return Path(value).read_text(encoding="utf-8").strip()
    return value
