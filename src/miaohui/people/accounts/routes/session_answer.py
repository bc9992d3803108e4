"""The answer to who has just signed in."""

from datetime import datetime

from litestar import Response

from miaohui.kit.http import Viewer, session_cookie
from miaohui.people.accounts.actions import enter_account
from miaohui.people.accounts.routes.answers import SignedIn, me_of
from miaohui.people.accounts.services import AccountServices
from miaohui.settings import Settings


def session_answer(
    signed_in: enter_account.SignedIn, viewer: Viewer, accounts: AccountServices, settings: Settings, now: datetime
) -> Response[SignedIn]:
    """Return the token in the body and, for browsers, as a cookie; forget the session that it replaces."""
    if viewer.session is not None:
        accounts.sessions.forget_device(viewer.session.device_id)
    body = SignedIn(
        token=signed_in.token,
        account=me_of(signed_in.account, now=now),
        deletion_cancelled=signed_in.deletion_cancelled,
    )
    secure = settings.base_url.startswith("https://")
    return Response(body, status_code=201, cookies=[session_cookie(signed_in.token, secure=secure)])
