"""What a shop and its papers may be called."""

import unicodedata
from typing import Any

from miaohui.kit.errors import FieldError, InvalidInput

_DIRECTION_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_line(text: str, *, pointer: str, longest: int, shortest: int = 1) -> str:
    """Return one line of text in the form in which it is kept (NFC, single blanks). Raises InvalidInput."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    _refuse_unreadable(line, pointer=pointer, longest=longest, shortest=shortest)
    return line


def clean_text(text: str, *, pointer: str, longest: int) -> str:
    """Return a text of many lines in the form in which it is kept. Raises InvalidInput."""
    body = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")).strip()
    _refuse_unreadable(body.replace("\n", " "), pointer=pointer, longest=longest, shortest=0)
    return body


def invalid_field(pointer: str, detail: str, **values: Any) -> InvalidInput:
    """Return the refusal of one field (a JSON Pointer). detail: a text of the catalogues; values: for its blanks."""
    return InvalidInput(errors=(FieldError(pointer, detail, values),))


def _refuse_unreadable(text: str, *, pointer: str, longest: int, shortest: int) -> None:
    if any(unicodedata.category(each) in {"Cc", "Cs"} or each in _DIRECTION_CONTROLS for each in text):
        raise invalid_field(pointer, "control characters do not belong here")
    if not shortest <= len(text) <= longest:
        raise invalid_field(pointer, "%(least)d to %(most)d characters", least=shortest, most=longest)
