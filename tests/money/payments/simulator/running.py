"""Starts the simulator, and says to it what is to happen."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from miaohui.settings import Settings
from tests.money.payments.simulator.keys import (
    APP_ID,
    APP_SECRET,
    MERCHANT_ID,
    PUBLIC_KEY_ID,
    SELLER_ID,
    V3_KEY,
    WEBHOOK_SECRET,
    make_pair,
)

_ROOT = Path(__file__).parents[4]
_START_S = 20


class Companies:
    """The running simulator, seen from a test."""

    def __init__(self, address: str, folder: Path, public_keys: dict[str, str]) -> None:
        self.address = address
        self._folder = folder
        self._public_keys = public_keys
        self._client = httpx.Client(base_url=address, timeout=10)

    def settings(self, data_dir: Path) -> Settings:
        """Return settings that offer all three, with keys as texts and as files."""
        shop = self._folder / "shop.pem"
        return Settings(
            data_dir=data_dir,
            public_url="https://fair.example",
            payment_providers="sandbox,wallet,stripe,alipay,wechat",
            stripe_secret_key="sk_test_fair",
            stripe_webhook_secret=WEBHOOK_SECRET,
            stripe_address=f"{self.address}/stripe",
            alipay_app_id=APP_ID,
            alipay_private_key=str(shop),
            alipay_public_key=self._public_keys["alipay"],
            alipay_seller_id=SELLER_ID,
            alipay_address=f"{self.address}/alipay/gateway.do",
            wechat_app_id=APP_ID,
            wechat_merchant_id=MERCHANT_ID,
            wechat_serial="444F4864EA9B34415",
            wechat_private_key=str(shop),
            wechat_public_key_id=PUBLIC_KEY_ID,
            wechat_public_key=self._public_keys["wechat"],
            wechat_v3_key=V3_KEY,
            wechat_address=f"{self.address}/wechat",
            wechat_app_secret=APP_SECRET,
            wechat_sign_in_address=f"{self.address}/wechat",
        )

    def tell(self, deed: str, company: str, **said: Any) -> Any:
        answer = self._client.post(f"/control/{deed}", json={"company": company, **said})
        answer.raise_for_status()
        return answer.json()

    def close(self) -> None:
        self._client.close()


@contextmanager
def running_companies(folder: Path) -> Iterator[Companies]:
    """Run the simulator on a free port of the loopback, with new keys."""
    public_keys = {}
    for name in ("alipay", "wechat", "stranger", "shop"):
        private, public_keys[name] = make_pair()
        (folder / f"{name}.pem").write_text(private)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tests.money.payments.simulator", str(port), str(folder)]
    process = subprocess.Popen(command, cwd=_ROOT)
    companies = Companies(f"http://127.0.0.1:{port}", folder, public_keys)
    try:
        _wait_for(companies, process)
        yield companies
    finally:
        companies.close()
        process.terminate()
        process.wait(timeout=10)


def _wait_for(companies: Companies, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _START_S
    while True:
        try:
            companies.tell("fault", "stripe", faults=[])
            return
        except httpx.TransportError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
