"""Answers what went wrong: problem details for programs (RFC 9457), a page for people."""

import logging
from collections.abc import Mapping
from typing import Any

import msgspec
import psycopg
import sqlalchemy as sa
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

from miaohui.kit.errors import FieldError, Forbidden, InvalidInput, NotFound, Refusal, ServerBusy, Unauthenticated
from miaohui.kit.http.pages import error_page, redirect_to_sign_in
from miaohui.kit.i18n import Msgid

log = logging.getLogger(__name__)

_BUSY_FOR_S = 2
PROBLEM_JSON = "application/problem+json"
_CODES = {
    400: "invalid_input",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "too_large",
    415: "unsupported_media_type",
}
_TITLES: Mapping[int, Msgid] = {405: "This address does not take that method", 413: "That is too large"}
AnyRequest = Request[Any, Any, Any]


def exception_handlers() -> ExceptionHandlersMap:
    """Return the handlers for refusals, for what the framework refuses, and for our own faults."""
    return {
        Refusal: _refused,
        HTTPException: _refused_by_framework,
        sa.exc.OperationalError: _refused_by_database,
        psycopg.OperationalError: _refused_by_database,
        Exception: _failed,
    }


def _refused(request: AnyRequest, refusal: Refusal) -> Response[Any]:
    if wants_page(request):
        if isinstance(refusal, Unauthenticated) and request.method == "GET":
            return redirect_to_sign_in(request)
        return error_page(request, status=refusal.status, title=refusal.title, detail=refusal.detail)
    body = problem(
        request,
        status=refusal.status,
        code=refusal.code,
        title=refusal.title,
        detail=refusal.detail,
        errors=refusal.errors if isinstance(refusal, InvalidInput) else (),
        data=refusal.data,
    )
    headers = {}
    if "retry_after_s" in refusal.data:
        headers["Retry-After"] = str(refusal.data["retry_after_s"])
    if isinstance(refusal, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    return _json(body, refusal.status, headers)


def _refused_by_framework(request: AnyRequest, fault: HTTPException) -> Response[Any]:
    status = fault.status_code
    if status >= 500:
        return _failed(request, fault)
    if isinstance(fault, ValidationException) and _wants_account(request):
        return _refused(request, Unauthenticated())
    if wants_page(request):
        return error_page(request, status=status, title=_title(status), detail=None)
    errors = _field_errors(fault) if isinstance(fault, ValidationException) else ()
    body = problem(
        request,
        status=status,
        code=_CODES.get(status, "refused"),
        title=_title(status),
        detail=None if errors else _detail(fault),
        errors=errors,
        data={},
    )
    return _json(body, status, dict(fault.headers or {}))


def _refused_by_database(request: AnyRequest, fault: Exception) -> Response[Any]:
    """PostgreSQL cannot be reached, has no connection left, or gave an act up: nobody is at fault who asked."""
    cause = fault.orig if isinstance(fault, sa.exc.OperationalError) else fault
    if not isinstance(cause, psycopg.OperationalError):
        return _failed(request, fault)
    log.error("%s %s: the database is busy", request.method, request.url.path, exc_info=fault)
    return _refused(request, ServerBusy(retry_after_s=_BUSY_FOR_S))


def _wants_account(request: AnyRequest) -> bool:
    """Return whether this is a stranger at a member's door: the framework reads the query before it asks who comes."""
    handler, viewer = request.scope.get("route_handler"), request.scope["state"].get("viewer")
    asks = handler is not None and "member" in handler.parsed_fn_signature.parameters
    return asks and viewer is not None and viewer.session is None


def _failed(request: AnyRequest, fault: Exception) -> Response[Any]:
    log.error("%s %s failed", request.method, request.url.path, exc_info=fault)
    title: Msgid = "Something broke on our side"
    if wants_page(request):
        return error_page(request, status=500, title=title, detail=None)
    return _json(
        problem(request, status=500, code="internal_error", title=title, detail=None, errors=(), data={}), 500, {}
    )


def wants_page(request: AnyRequest) -> bool:
    """Return whether a person's browser is asking for a page rather than a program for data."""
    path = request.url.path
    if path.startswith(("/api/", "/media/", "/static/", "/schema", "/healthz", "/metrics")):
        return False
    return "text/html" in request.headers.get("accept", "")


def problem(
    request: AnyRequest,
    *,
    status: int,
    code: str,
    title: str,
    detail: str | None,
    errors: tuple[FieldError, ...],
    data: dict[str, Any],
) -> dict[str, Any]:
    """Return a problem-details object; `data` becomes extension members."""
    body: dict[str, Any] = {
        **data,
        "type": f"urn:miaohui:error:{code}",
        "title": translated(request, title),
        "status": status,
        "code": code,
        "instance": request.url.path,
    }
    if detail is not None:
        body["detail"] = translated(request, detail)
    if errors:
        body["errors"] = [
            {"pointer": one.pointer, "detail": translated(request, one.detail, **one.values)} for one in errors
        ]
    return body


def _json(body: dict[str, Any], status: int, headers: dict[str, str]) -> Response[Any]:
    return Response(msgspec.json.encode(body), status_code=status, media_type=PROBLEM_JSON, headers=headers)


def translated(request: AnyRequest, text: str, **values: Any) -> str:
    """Return a text in the language of who asks, its blanks filled with these values."""
    renderer = request.app.state.get("renderer")
    viewer = request.scope["state"].get("viewer")
    words = text if renderer is None or viewer is None else str(renderer.gettext(viewer.locale, text))
    return words % values if values else words


def _title(status: int) -> str:
    known: dict[int, type[Refusal]] = {400: InvalidInput, 401: Unauthenticated, 403: Forbidden, 404: NotFound}
    return known[status].title if status in known else _TITLES.get(status, Refusal.title)


def _detail(fault: HTTPException) -> str | None:
    # What the framework says of a request is safe to repeat, apart from what names our own code.
    detail = fault.detail
    return None if not detail or "object at 0x" in detail or detail == _title(fault.status_code) else detail


def _field_errors(fault: ValidationException) -> tuple[FieldError, ...]:
    extra = fault.extra if isinstance(fault.extra, list) else []
    return tuple(
        FieldError(pointer=_pointer(error), detail=str(error.get("message", "")))
        for error in extra
        if isinstance(error, dict)
    )


def _pointer(error: dict[str, Any]) -> str:
    key = str(error.get("key", ""))
    path = key.replace("[", ".").replace("]", "").strip(".").split(".") if key else []
    # The framework's word is an enum, whose own text would be `ParamType.QUERY`.
    source = getattr(error.get("source"), "value", error.get("source"))
    prefix = "" if source in (None, "body") else f"/{source}"
    return prefix + "".join(f"/{part}" for part in path)
