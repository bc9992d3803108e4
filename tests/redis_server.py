"""A Redis of the tests' own, on a free port of the loopback address, that keeps nothing."""

import shutil
import socket
import subprocess
from types import TracebackType

import redis


class RedisServer:
    """Starts on entry and is gone on exit."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None, "it is not running"
        return self._process.pid

    def __enter__(self) -> "RedisServer":
        self.start()
        return self

    def start(self) -> None:
        """Start it, at the same address each time, and return when it answers."""
        command = ["redis-server", "--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd="/")
        with redis.Redis.from_url(
            self.url, retry=redis.retry.Retry(redis.backoff.ConstantBackoff(0.02), 250)
        ) as client:
            client.ping()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End it; what it held is lost."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=10)
            self._process = None


def let_redis_pass_time(url: str, prefix: str, seconds: float) -> set[str]:
    """Bring the end of all keys with a prefix nearer, and return which have ended. Fails where one has no end."""
    ended = set()
    with redis.Redis.from_url(url, decode_responses=True) as client:
        for key in client.scan_iter(f"{prefix}*"):
            left_ms = client.pttl(key)
            assert left_ms != -1, f"{key} is kept for ever"
            if left_ms <= seconds * 1000:
                client.delete(key)
                ended.add(key)
            else:
                client.pexpire(key, round(left_ms - seconds * 1000))
    return ended


def redis_listeners(url: str, prefix: str) -> int:
    """Return how many web processes hear what passes."""
    with redis.Redis.from_url(url) as client:
        return int(client.pubsub_numsub(f"{prefix}passing")[0][1])


def redis_is_here() -> bool:
    return shutil.which("redis-server") is not None
