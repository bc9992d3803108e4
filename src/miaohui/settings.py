"""Every setting of the server: one struct, read from `MIAOHUI_*` environment variables.

docs/settings.md describes each; a test compares the two.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How this server runs. Embedded by default; names after `MIAOHUI_` are the fields in capitals."""

    data_dir: Path = Path("var")
    """Folder of the database, the files and the secrets."""
    database_url: str = ""
    """SQLAlchemy URL of a PostgreSQL database; empty means SQLite inside `data_dir`."""
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    """Address that people type, such as https://fair.example; empty means http://host:port."""
    demo: bool = False
    """Opens the one-tap sign-in of the demo town. Never on a public server."""
    locale: Literal["zh-Hans", "en"] = "zh-Hans"
    """Language for people whose browser asks for neither of ours."""

    blobs_url: str = ""
    """`s3://bucket/prefix` for S3-compatible storage; empty means a folder inside `data_dir`."""
    s3_endpoint: str = ""
    s3_region: str = ""
    s3_access_key: str = ""
    s3_secret_key: str = ""

    mail_provider: Literal["console", "smtp"] = "console"
    """Who delivers codes and letters by e-mail; the console prints them."""
    smtp_url: str = ""
    """Mail server, such as smtps://user:password@mail.example:465; what is special in a password as %40."""
    mail_from: str = ""
    """Whom mails come from, such as `Miaohui <fair@fair.example>`."""
    sms_provider: Literal["console"] = "console"

    push_inside: bool = False
    """Lets pushes go to services inside the own network, without TLS too: for closed networks and tests."""

    payment_providers: str = "sandbox,wallet"
    """Ways to pay that payers are offered, in this order: sandbox, wallet, stripe, alipay, wechat."""
    stripe_secret_key: str = ""
    """Keys of providers are texts, or the paths of files that hold them."""
    stripe_webhook_secret: str = ""
    stripe_address: str = ""
    """Where a provider's API is; empty means its own. For simulators."""
    alipay_app_id: str = ""
    alipay_private_key: str = ""
    alipay_public_key: str = ""
    alipay_seller_id: str = ""
    """The number of the account that is paid (2088…); empty hears notices for whichever of the application's accounts."""
    alipay_address: str = ""
    wechat_app_id: str = ""
    wechat_merchant_id: str = ""
    wechat_serial: str = ""
    wechat_private_key: str = ""
    wechat_public_key_id: str = ""
    wechat_public_key: str = ""
    wechat_v3_key: str = ""
    wechat_address: str = ""
    wechat_app_secret: str = ""
    """The secret of the official account; without it nobody pays inside WeChat."""
    wechat_sign_in_address: str = ""

    carrier_pace_s: int = 14_400
    """Between two scans of a parcel that the sandbox carrier has, in seconds; a journey takes some six."""
    kuaidi100_url: str = "https://poll.kuaidi100.com/poll"
    kuaidi100_key: str = ""
    kuaidi100_salt: str = ""
    """What Kuaidi100 signs its pushes with; chosen by us, and secret."""

    stun_urls: str = ""
    """Servers that tell a browser its own public address, such as stun:fair.example:3478; several with commas."""
    turn_urls: str = ""
    """Relays for calls that find no direct way, such as turn:fair.example:3478?transport=udp."""
    turn_secret: str = ""
    """What the relay and we share (coturn's static-auth-secret); keys to the relay are made from it."""

    database_pool: int = 8
    """Connections kept for PostgreSQL, and as many again for its queries; readers kept for SQLite."""
    write_batch: int = 128
    """Actions at most that share one commit on SQLite."""
    workers: int = 1
    """Worker processes that `miaohui serve` starts; 0 when they run elsewhere."""

    upload_max_bytes: int = 2 * 1024**3
    video_max_s: int = 900
    """Longest video that is accepted, in seconds."""
    ffmpeg_threads: int = 2

    redis_url: str = ""
    """Where several web processes share the pool of shakes and know who is at the others; empty: there is but one."""

    log_format: Literal["auto", "json", "human"] = "auto"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    metrics_token: str = ""
    """Bearer token that /metrics asks for; empty leaves it open to whoever reaches the port."""

    @property
    def base_url(self) -> str:
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def sqlalchemy_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'miaohui.db'}"


class InvalidSetting(Exception):
    """A `MIAOHUI_*` variable has a value that its setting cannot take."""


def load_settings(environ: Mapping[str, str] = os.environ, **overrides: Any) -> Settings:
    """Read settings from the environment; `overrides` (from the command line) win."""
    hints = get_type_hints(Settings)
    values: dict[str, Any] = {}
    for field in Settings.__struct_fields__:
        text = environ.get(f"MIAOHUI_{field.upper()}")
        if text is not None:
            values[field] = _parse(field, text, hints[field])
    values.update({name: value for name, value in overrides.items() if value is not None})
    return Settings(**values)


def _parse(field: str, text: str, kind: Any) -> Any:
    name = f"MIAOHUI_{field.upper()}"
    if kind is bool:
        if text.lower() not in {"1", "0", "true", "false", "yes", "no", "on", "off"}:
            raise InvalidSetting(f"{name} must be 1 or 0, not {text!r}")
        return text.lower() in {"1", "true", "yes", "on"}
    if kind is int:
        try:
            return int(text)
        except ValueError:
            raise InvalidSetting(f"{name} must be a whole number, not {text!r}") from None
    if get_origin(kind) is Literal:
        if text not in get_args(kind):
            raise InvalidSetting(f"{name} must be one of {', '.join(get_args(kind))}, not {text!r}")
        return text
    return kind(text)
