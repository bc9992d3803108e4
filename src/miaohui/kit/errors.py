"""Expected refusals: small named errors with a status and a stable code.

The API answers them as problem details (RFC 9457, `application/problem+json`), a page as a humane
screen. Whatever is not a `Refusal` is a fault of ours: it is logged, counted and answered with 500.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec


class Refusal(Exception):
    """An act was refused for a reason that the caller can understand.

    Subclasses stand beside the verb that raises them and set `code` (stable, snake_case, documented
    in docs/errors.md), `status` (HTTP) and `title` (an English msgid). `data` goes into the answer.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400
    title: ClassVar[str] = "This cannot be done"

    def __init__(self, detail: str | None = None, **data: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.data = data


class NotFound(Refusal):
    """The thing does not exist, or is not for this person: the answer is the same."""

    code = "not_found"
    status = 404
    title = "There is nothing here"


class Unauthenticated(Refusal):
    """The act needs an account."""

    code = "unauthenticated"
    status = 401
    title = "Please sign in first"


class Forbidden(Refusal):
    """The person is known and may not do this."""

    code = "forbidden"
    status = 403
    title = "This is not yours to do"


class FieldError(msgspec.Struct, frozen=True):
    """One thing that is wrong with the input; `pointer` is a JSON Pointer (RFC 6901).

    values: what stands in the blanks of the detail; it is filled in when the detail is put into somebody's language.
    """

    pointer: str
    detail: str
    values: Mapping[str, Any] = {}


class InvalidInput(Refusal):
    """The input does not have the documented form."""

    code = "invalid_input"
    status = 400
    title = "Something in the input is not right"

    def __init__(self, detail: str | None = None, errors: tuple[FieldError, ...] = (), **data: Any) -> None:
        super().__init__(detail, **data)
        self.errors = errors


class BadText(Refusal):
    """A text has a character that cannot be kept, such as NUL."""

    code = "bad_text"
    status = 400
    title = "The text has a character that cannot be kept"


class Conflict(Refusal):
    """The thing is not in the state that the act needs."""

    code = "conflict"
    status = 409
    title = "Somebody was faster, or it has changed meanwhile"


class TooManyRequests(Refusal):
    """The limit of this act is reached; `retry_after_s` tells when it opens again."""

    code = "too_many_requests"
    status = 429
    title = "That was a little too often"

    def __init__(self, detail: str | None = None, *, retry_after_s: int, **data: Any) -> None:
        super().__init__(detail, retry_after_s=retry_after_s, **data)
        self.retry_after_s = retry_after_s


class ServerBusy(Refusal):
    """The database takes nothing just now; `retry_after_s` tells when to send the same again, with the same key."""

    code = "server_busy"
    status = 503
    title = "Too much at once just now; please try again in a moment"


class Problem(msgspec.Struct, omit_defaults=True, kw_only=True):
    """The JSON form of a refusal (RFC 9457), with our stable `code` beside the standard members."""

    type: str
    title: str
    status: int
    code: str
    detail: str | None = None
    instance: str | None = None
    errors: tuple[FieldError, ...] = ()
    data: dict[str, Any] = {}
