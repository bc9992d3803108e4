"""The frame that all pages of the operators' console share."""

from typing import Any

from litestar import Request, Response

from miaohui.consoles.operator.words import SHELF_WORDS, SHELVES
from miaohui.kit.http import page


def operator_page(request: Request[Any, Any, Any], name: str, shelf: str, **context: Any) -> Response[bytes]:
    """Answer with a page of the console; whoever calls has read it through something that lets operators alone pass."""
    return page(request, f"operator/{name}", shelf=shelf, shelves=SHELVES, shelf_words=SHELF_WORDS, **context)
