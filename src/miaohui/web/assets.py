"""Our static files: read once, compressed once, under addresses that change when their content does.

A page names a file by `url("css/app.css")` and gets `/static/css/app.css?v=3f9c…`, which browsers keep
for a year. Modules find each other through an import map, so a changed module changes only its own address.
"""

import hashlib
import json
import mimetypes
import re
from collections.abc import Mapping
from pathlib import Path

import brotli
import msgspec

WEB = Path(__file__).parent
STYLESHEET = "css/app.css"
_LAYERS = "layers.css"
_COMPRESSED_TYPES = ("text/", "application/javascript", "application/json", "application/manifest", "image/svg")
_QUALITY = 5
"""All files in 50 ms; 11 would make them 8 % smaller and take two and a half seconds of every start."""
_VENDORED = {
    "vendor/hls": "vendor/hls.light.mjs",
    "vendor/qr": "vendor/qr/decode.js",
    "vendor/tus": "vendor/tus.js",
}
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".webmanifest": "application/manifest+json"}
_IMPORT = re.compile(r'^import\s(?:[^;"]*?\sfrom\s)?"([^"]+)";$', re.MULTILINE)
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_SPACE = re.compile(r"\s*\n\s*")


class StaticFile(msgspec.Struct, frozen=True):
    """A file as it goes over the wire; `compressed` is Brotli, or None where it would not help."""

    body: bytes
    compressed: bytes | None
    media_type: str
    version: str


class Assets:
    """The files below `web/static`, the one stylesheet made of `css/`, and one message module a language.

    messages: for each locale what the scripts say, as the JavaScript object of `messages.javascript_messages`.
    """

    def __init__(self, root: Path = WEB / "static", *, messages: Mapping[str, Mapping[str, object]]) -> None:
        bodies = {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in sorted(root.rglob("*"))
            if path.is_file() and not path.name.startswith(".")
        }
        bodies[STYLESHEET] = stylesheet(root / "css").encode()
        for locale, texts in messages.items():
            bodies[_messages_file(locale)] = (
                f"export default {json.dumps(texts, ensure_ascii=False, sort_keys=True)};\n".encode()
            )
        self.files = {name: _static_file(name, body) for name, body in bodies.items()}
        self._maps = {locale: json.dumps({"imports": self._imports(locale)}) for locale in messages}
        self._sources = {
            name: body.decode() for name, body in bodies.items() if name.startswith("js/") and name.endswith(".js")
        }

    @property
    def version(self) -> str:
        """A short digest of everything, for the service worker's cache."""
        return _digest("".join(sorted(f"{name}{file.version}" for name, file in self.files.items())).encode())

    def url(self, name: str) -> str:
        """Return the address of `name` (relative to `web/static`). Raises KeyError for a file that is not there."""
        return f"/static/{name}?v={self.files[name].version}"

    def import_map(self, locale: str) -> str:
        """Return the JSON of the import map: `miaohui/feed/clip` and the other modules by their addresses."""
        return self._maps[locale]

    def modules(self, entry: str, locale: str) -> list[str]:
        """Return the addresses of all modules that `entry` imports statically, itself first, for modulepreload."""
        addresses = json.loads(self._maps[locale])["imports"]
        found: list[str] = []
        waiting = [entry]
        while waiting:
            name = waiting.pop(0)
            if name in found:
                continue
            found.append(name)
            waiting += _IMPORT.findall(self._sources.get(f"js/{name.removeprefix('miaohui/')}.js", ""))
        return [addresses[name] for name in found]

    def _imports(self, locale: str) -> dict[str, str]:
        imports = {
            f"miaohui/{name[3:-3]}": self.url(name)
            for name in self.files
            if name.startswith("js/") and name.endswith(".js") and not name.startswith("js/messages.")
        }
        imports["miaohui/messages"] = self.url(_messages_file(locale))
        # Without the vendor files (nobody ran the set-up yet) pages still work; only what needs them fails.
        for name, file in _VENDORED.items():
            if file in self.files:
                imports[name] = self.url(file)
        return imports


def stylesheet(folder: Path) -> str:
    """Return all of `css/` as one text. Layers decide what wins, so only their declaration has a fixed place."""
    names = sorted(path.name for path in folder.glob("*.css") if path.name != _LAYERS)
    text = "\n".join((folder / name).read_text(encoding="utf-8") for name in [_LAYERS, *names])
    return _CSS_SPACE.sub("\n", _CSS_COMMENT.sub("", text)).strip() + "\n"


def _static_file(name: str, body: bytes) -> StaticFile:
    media_type = _TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    compressed = brotli.compress(body, quality=_QUALITY) if media_type.startswith(_COMPRESSED_TYPES) else None
    if compressed is not None and len(compressed) >= len(body):
        compressed = None
    return StaticFile(body=body, compressed=compressed, media_type=media_type, version=_digest(body))


def _messages_file(locale: str) -> str:
    return f"js/messages.{locale}.js"


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:12]
