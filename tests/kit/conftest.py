"""A real server for what only shows on the wire."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from litestar import Litestar

from tests.serving import serving


@pytest.fixture
def serve() -> Iterator[Callable[[Litestar], str]]:
    """Start an app and return its `host:port`; it ends with the test."""
    with ExitStack() as running:
        yield lambda app: running.enter_context(serving(app))
