"""The edge: who is asking, how refusals and pages are answered, what every answer carries."""

from miaohui.kit.http.pages import PageRenderer, page, redirect_to_sign_in
from miaohui.kit.http.problems import exception_handlers, translated
from miaohui.kit.http.viewer import (
    SESSION_COOKIE,
    Authenticate,
    Member,
    Session,
    Viewer,
    ViewerMiddleware,
    clear_session_cookie,
    member_of,
    session_cookie,
    viewer_of,
)

__all__ = [
    "SESSION_COOKIE",
    "Authenticate",
    "Member",
    "PageRenderer",
    "Session",
    "Viewer",
    "ViewerMiddleware",
    "clear_session_cookie",
    "exception_handlers",
    "member_of",
    "page",
    "redirect_to_sign_in",
    "session_cookie",
    "translated",
    "viewer_of",
]
