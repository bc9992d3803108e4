"""How handlers get what they name as parameters."""

from litestar import Litestar
from litestar.routes import HTTPRoute


def resolve_one_by_one(app: Litestar) -> None:
    """Let each handler's dependencies be looked up in turn, in the order in which they need each other.

    The framework starts a task group for those that could run at the same time. Ours only hand out what is there,
    and a task for each of them took longer than all of them.
    """
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for _, model in route.route_handler_map.values():
                model.dependency_batches = [{one} for batch in model.dependency_batches for one in batch]
