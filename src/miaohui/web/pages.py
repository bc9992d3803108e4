"""Static files, the service worker, the manifest and the offline page. `app.state.assets` holds the files."""

from typing import Any

import msgspec
from litestar import MediaType, Request, Response, get

from miaohui.kit.errors import NotFound
from miaohui.kit.http import page, viewer_of
from miaohui.web.assets import STYLESHEET, Assets, StaticFile

AnyRequest = Request[Any, Any, Any]
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "public, no-cache"
_PRECACHED = (STYLESHEET, "vendor/icons.svg", "img/lantern.svg", "js/app.js", "js/pages/offline.js")
_NIGHT = "#12100e"


@get("/static/{path:path}", include_in_schema=False)
async def static_file(request: AnyRequest, path: str) -> Response[bytes | None]:
    """Answer with a file of ours; for a year when the address carries the version of its content."""
    file = _assets(request).files.get(path.lstrip("/"))
    if file is None:
        raise NotFound
    current = request.query_params.get("v") == file.version
    return _answer(request, file, cache=_FOR_EVER if current else _ASK_AGAIN)


@get("/sw.js", include_in_schema=False)
async def service_worker(request: AnyRequest) -> Response[bytes]:
    """Answer with the service worker, told what to keep; from the root, so that it serves every page."""
    assets = _assets(request)
    keep = [assets.url(name) for name in _PRECACHED if name in assets.files]
    locale = viewer_of(request).locale
    keep += [address for address in assets.modules("miaohui/pages/offline", locale) if address not in keep]
    head = f"const VERSION = {msgspec.json.encode(assets.version).decode()};\n"
    head += f"const KEEP = {msgspec.json.encode(keep).decode()};\n"
    return Response(
        head.encode() + assets.files["js/service_worker.js"].body,
        media_type="text/javascript",
        headers={"Cache-Control": "no-cache"},
    )


@get("/manifest.webmanifest", include_in_schema=False)
async def manifest(request: AnyRequest) -> Response[bytes]:
    """Answer with what a phone needs to put Miaohui on its home screen."""
    assets = _assets(request)
    locale = viewer_of(request).locale
    name = request.app.state.renderer.gettext(locale, "Miaohui")
    icons = [
        {"src": assets.url("img/icon-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": assets.url("img/icon-512.png"), "sizes": "512x512", "type": "image/png"},
        {
            "src": assets.url("img/icon-maskable-512.png"),
            "sizes": "512x512",
            "type": "image/png",
            "purpose": "maskable",
        },
    ]
    body = {
        "id": "/",
        "name": name,
        "short_name": name,
        "lang": locale,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": _NIGHT,
        "theme_color": _NIGHT,
        "icons": icons,
    }
    return Response(
        msgspec.json.encode(body), media_type="application/manifest+json", headers={"Cache-Control": "no-cache"}
    )


@get("/offline", media_type=MediaType.HTML, include_in_schema=False)
async def offline(request: AnyRequest) -> Response[bytes]:
    """Answer with the page that the service worker shows without a network."""
    return page(request, "offline.html")


def _answer(request: AnyRequest, file: StaticFile, *, cache: str) -> Response[bytes | None]:
    etag = f'"{file.version}"'
    headers = {"Cache-Control": cache, "ETag": etag, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == etag:
        return Response(None, status_code=304, headers=headers)
    body = file.body
    if file.compressed is not None and "br" in request.headers.get("accept-encoding", ""):
        body = file.compressed
        headers["Content-Encoding"] = "br"
    return Response(body, media_type=file.media_type, headers=headers)


def _assets(request: AnyRequest) -> Assets:
    assets: Assets = request.app.state.assets
    return assets


route_handlers = [static_file, service_worker, manifest, offline]
