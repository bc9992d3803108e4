"""Passwords: argon2id (RFC 9106), slow on purpose and therefore in threads of its own."""

import asyncio
import unicodedata
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from miaohui.kit.errors import Refusal, TooManyRequests

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 128
_COMMONEST = Path(__file__).with_name("commonest_passwords.txt")
_ROWS = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb")
_THREADS = 2
_LONGEST_QUEUE = 40
"""At 0.1 s each on two threads the last in the queue waits two seconds; beyond it, people are asked to wait."""
T = TypeVar("T")


class WeakPassword(Refusal):
    """The password is among the first that a stranger would try."""

    code = "weak_password"
    status = 400
    title = "This password is too easy to guess"


class Verdict(msgspec.Struct, frozen=True):
    """Whether a password was right. `renewed` is its stored form with today's parameters, if those changed."""

    right: bool
    renewed: str | None = None


class Passwords:
    """Hashes and compares passwords in a few threads; the web process holds one."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        # The defaults are RFC 9106's second recommended option: 64 MiB, 3 passes, 4 lanes; about 0.1 s.
        self._hasher = hasher or PasswordHasher()
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="miaohui-argon2")
        self._under_way = 0
        self._nobodys = self._hasher.hash("there is no such account")

    async def encode(self, password: str) -> str:
        """Return the stored form of a password, salted. Raises TooManyRequests when too many wait."""
        return await self._in_pool(partial(self._hasher.hash, normalised(password)))

    async def check(self, encoded: str | None, password: str) -> Verdict:
        """Compare a password with its stored form.

        encoded: None for an account that does not exist or has no password; it takes as long to refuse.
        Raises TooManyRequests when too many wait.
        """
        return await self._in_pool(partial(self._check, encoded, normalised(password)))

    def close(self) -> None:
        self._pool.shutdown()

    def _check(self, encoded: str | None, password: str) -> Verdict:
        try:
            self._hasher.verify(encoded or self._nobodys, password)
        except (VerificationError, InvalidHashError):
            return Verdict(right=False)
        if encoded is None:
            return Verdict(right=False)
        renewed = self._hasher.hash(password) if self._hasher.check_needs_rehash(encoded) else None
        return Verdict(right=True, renewed=renewed)

    async def _in_pool(self, call: "partial[T]") -> T:
        if self._under_way >= _LONGEST_QUEUE:
            raise TooManyRequests(retry_after_s=2)
        self._under_way += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, call)
        finally:
            self._under_way -= 1


def normalised(password: str) -> str:
    """Return the form that is hashed: NFKC, so that each keyboard types the same (NIST SP 800-63B, 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, *, personal: Iterable[str] = ()) -> None:
    """Refuse what is guessed first: short ones, the commonest, runs, repetitions, and one's own names.

    personal: nickname, handle, addresses. Raises WeakPassword with a `reason`.
    """
    folded = normalised(password).casefold()
    if len(folded) < SHORTEST_PASSWORD:
        raise WeakPassword("At least 8 characters, please.", reason="short")
    if len(folded) > LONGEST_PASSWORD:
        raise WeakPassword("At most 128 characters, please.", reason="long")
    if folded in commonest_passwords() or _stem(folded) in commonest_passwords():
        raise WeakPassword("This is one of the passwords that everybody tries first.", reason="common")
    if _is_run(folded) or _is_repetition(folded):
        raise WeakPassword("This follows a pattern that programs try first.", reason="pattern")
    if any(_is_personal(folded, text.casefold()) for text in personal):
        raise WeakPassword("Your own name or address is the first thing that a stranger would try.", reason="personal")


@cache
def commonest_passwords() -> frozenset[str]:
    """Return the passwords that stand first in every guesser's list, and the words inside them."""
    lines = _COMMONEST.read_text("utf-8").split("\n")
    listed = {word for line in lines if not line.startswith("#") for word in line.split()}
    return frozenset(listed | {stem for word in listed if len(stem := _stem(word)) >= 4})


def _stem(password: str) -> str:
    """`Password123!` is `password` with what people add when a form asks for a digit and a sign."""
    return password.rstrip("0123456789!?.@#$*_-")


def _is_run(password: str) -> bool:
    rows = [row for base in _ROWS for row in (base * 2, base[::-1] * 2)]
    return any(password in row for row in rows)


def _is_repetition(password: str) -> bool:
    # A text that repeats itself is found inside its own double at another place than 0 and its length.
    return (password + password).find(password, 1) < len(password) or len(set(password)) <= 2


def _is_personal(password: str, name: str) -> bool:
    parts = {name, name.partition("@")[0], name.lstrip("+")}
    return any(len(part) >= 4 and (password == part or _stem(password) == part) for part in parts)
