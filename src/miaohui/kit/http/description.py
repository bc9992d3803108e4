"""The OpenAPI 3.1 description at /schema."""

from typing import Any

from litestar.config.app import AppConfig
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, YamlRenderPlugin
from litestar.openapi.spec import (
    Components,
    OpenAPIMediaType,
    OpenAPIResponse,
    Reference,
    Schema,
    SecurityScheme,
)
from litestar.openapi.spec.enums import OpenAPIType
from litestar.plugins import InitPlugin

from miaohui.kit.http.problems import PROBLEM_JSON

_PROBLEM = Schema(
    type=OpenAPIType.OBJECT,
    title="Problem",
    description="RFC 9457 problem details. `code` is stable; docs/errors.md lists all of them.",
    properties={
        "type": Schema(type=OpenAPIType.STRING),
        "title": Schema(type=OpenAPIType.STRING),
        "status": Schema(type=OpenAPIType.INTEGER),
        "code": Schema(type=OpenAPIType.STRING),
        "detail": Schema(type=OpenAPIType.STRING),
        "instance": Schema(type=OpenAPIType.STRING),
        "retry_after_s": Schema(type=OpenAPIType.INTEGER),
        "errors": Schema(
            type=OpenAPIType.ARRAY,
            items=Schema(
                type=OpenAPIType.OBJECT,
                properties={
                    "pointer": Schema(type=OpenAPIType.STRING, description="JSON Pointer to the wrong field"),
                    "detail": Schema(type=OpenAPIType.STRING),
                },
                required=["pointer", "detail"],
            ),
        ),
    },
    required=["type", "title", "status", "code", "instance"],
)


def openapi_config(version: str) -> OpenAPIConfig:
    """Return how the API describes itself."""
    return OpenAPIConfig(
        title="Miaohui",
        version=version,
        summary="Watch, meet, talk and buy on one self-hosted server.",
        use_handler_docstrings=True,
        path="/schema",
        render_plugins=[JsonRenderPlugin(), YamlRenderPlugin()],
        components=Components(security_schemes={"bearer": SecurityScheme(type="http", scheme="bearer")}),
    )


class ProblemResponses(InitPlugin):
    """Gives every operation the answer that all share when something is refused."""

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        app_config.on_startup.append(_describe_refusals)
        return app_config


def _describe_refusals(app: Any) -> None:
    refused = OpenAPIResponse(
        description="Refused; nothing has changed",
        content={PROBLEM_JSON: OpenAPIMediaType(schema=Reference(ref="#/components/schemas/Problem"))},
    )
    # The framework fills this table with what it finds in signatures, so ours is added afterwards.
    app.openapi_schema.components.schemas["Problem"] = _PROBLEM
    for item in (app.openapi_schema.paths or {}).values():
        for method in ("get", "put", "post", "delete", "options", "head", "patch"):
            operation = getattr(item, method)
            if operation is not None:
                responses = operation.responses or {}
                # Ours is exact where the framework's guess of a 400 is not.
                operation.responses = {code: r for code, r in responses.items() if not code.startswith("4")}
                operation.responses["default"] = refused
