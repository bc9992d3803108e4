"""Who is asking: a member with a session, or somebody without an account.

No page needs an account to watch. A person without one gets a random identity in a signed cookie, so
that the feed can learn from what they linger on; it is tied to nothing else.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from miaohui.kit.errors import Forbidden, Unauthenticated
from miaohui.kit.i18n import Locale, preferred_locale
from miaohui.kit.ids import new_id
from miaohui.kit.signing import Signer

SESSION_COOKIE = "mh_session"
_VIEWER_COOKIE = "mh_viewer"
_LOCALE_COOKIE = "mh_locale"
_THEME_COOKIE = "mh_theme"
_YEAR_S = 365 * 24 * 3600
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_WITHOUT_VIEWER = ("/static/", "/media/", "/healthz", "/metrics", "/schema")

Theme = Literal["auto", "light", "dark"]


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """What the accounts domain knows of a valid token."""

    account_id: int
    device_id: int
    handle: str
    nickname: str
    avatar_url: str
    is_minor: bool
    roles: frozenset[str] = frozenset()


class Viewer(msgspec.Struct, frozen=True, kw_only=True):
    """The person behind a request.

    person_id: the account's id, or the random id of somebody without one.
    """

    person_id: int
    session: Session | None
    locale: Locale
    theme: Theme

    @property
    def account_id(self) -> int | None:
        return None if self.session is None else self.session.account_id

    @property
    def is_minor(self) -> bool:
        return self.session is not None and self.session.is_minor


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """The person behind a request that needs an account."""

    person_id: int
    account_id: int
    device_id: int
    is_minor: bool
    session: Session
    locale: Locale
    theme: Theme


Authenticate = Callable[[str], Awaitable[Session | None]]
"""Returns the session of a token, or None; the accounts domain implements it."""


def viewer_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Viewer:
    """Return who is asking; works for requests and sockets."""
    viewer = connection.scope["state"]["viewer"]
    if not isinstance(viewer, Viewer):
        raise TypeError("ViewerMiddleware has not seen this connection")
    return viewer


def member_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Member:
    """Return who is asking. Raises Unauthenticated if that is nobody with an account."""
    viewer = viewer_of(connection)
    if viewer.session is None:
        raise Unauthenticated
    return Member(
        person_id=viewer.person_id,
        account_id=viewer.session.account_id,
        device_id=viewer.session.device_id,
        is_minor=viewer.session.is_minor,
        session=viewer.session,
        locale=viewer.locale,
        theme=viewer.theme,
    )


def session_cookie(token: str, *, secure: bool) -> Cookie:
    """Return the cookie that signs a browser in for a year, out of reach of scripts."""
    return Cookie(
        key=SESSION_COOKIE, value=token, max_age=_YEAR_S, httponly=True, samesite="lax", path="/", secure=secure
    )


def clear_session_cookie() -> Cookie:
    return Cookie(key=SESSION_COOKIE, value="", max_age=0, httponly=True, samesite="lax", path="/")


class ViewerMiddleware:
    """Puts the `Viewer` into the connection's state and refuses forged cross-site writes."""

    def __init__(
        self, app: ASGIApp, *, authenticate: Authenticate, signer: Signer, default_locale: Locale, secure: bool
    ) -> None:
        self._app = app
        self._authenticate = authenticate
        self._signer = signer
        self._default_locale: Locale = default_locale
        self._cookie_suffix = f"; Path=/; Max-Age={_YEAR_S}; HttpOnly; SameSite=Lax" + ("; Secure" if secure else "")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith(_WITHOUT_VIEWER):
            await self._app(scope, receive, send)
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        cookies = _cookies(headers.get(b"cookie", ""))
        bearer = _bearer(headers.get(b"authorization", ""))
        token = bearer or cookies.get(SESSION_COOKIE)
        # A browser attaches cookies by itself, a bearer token only our own code does. Without any cookie a forged
        # form could still sign the browser in, as somebody else.
        if not bearer and (cookies or scope["type"] == ScopeType.HTTP) and not _same_site(scope, headers):
            raise Forbidden("The request came from another site.")
        session = await self._authenticate(token) if token else None
        if bearer and session is None:
            raise Unauthenticated("The token is not valid, or no longer.")
        person_id, is_new = self._person(session, cookies)
        scope["state"]["viewer"] = Viewer(
            person_id=person_id,
            session=session,
            locale=self._locale(cookies, headers),
            theme=_theme(cookies),
        )
        await self._app(scope, receive, self._introduce(send, person_id) if is_new else send)

    def _person(self, session: Session | None, cookies: dict[str, str]) -> tuple[int, bool]:
        if session is not None:
            return session.account_id, False
        known = self._signer.verify("viewer", cookies.get(_VIEWER_COOKIE, ""))
        return (int(known), False) if known else (new_id(), True)

    def _introduce(self, send: Send, person_id: int) -> Send:
        value = f"{_VIEWER_COOKIE}={self._signer.sign('viewer', str(person_id))}{self._cookie_suffix}"

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableScopeHeaders.from_message(message).add("set-cookie", value)
            await send(message)

        return send_with_cookie

    def _locale(self, cookies: dict[str, str], headers: dict[bytes, str]) -> Locale:
        chosen = cookies.get(_LOCALE_COOKIE)
        if chosen == "en":
            return "en"
        if chosen == "zh-Hans":
            return "zh-Hans"
        return preferred_locale(headers.get(b"accept-language", "")) or self._default_locale


def _theme(cookies: dict[str, str]) -> Theme:
    match cookies.get(_THEME_COOKIE):
        case "light":
            return "light"
        case "dark":
            return "dark"
        case _:
            return "auto"


def _cookies(header: str) -> dict[str, str]:
    cookies: dict[str, str] = {}
    for part in header.split(";"):
        name, separator, value = part.strip().partition("=")
        if separator:
            cookies.setdefault(name, value.strip('"'))
    return cookies


def _bearer(header: str) -> str | None:
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _same_site(scope: Scope, headers: dict[bytes, str]) -> bool:
    """Return whether a browser says that our own page sends this (Fetch Metadata, or Origin)."""
    if scope["type"] == ScopeType.HTTP and scope["method"] in _SAFE_METHODS:
        return True
    if (site := headers.get(b"sec-fetch-site")) is not None:
        return site in {"same-origin", "none"}
    origin = headers.get(b"origin")
    return origin is None or urlsplit(origin).netloc == headers.get(b"host")
