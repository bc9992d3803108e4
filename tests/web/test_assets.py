"""Addresses that change with their content, one stylesheet, modules that find each other."""

import json
import re
from pathlib import Path

import brotli
import pytest

from miaohui.web.assets import WEB, Assets, stylesheet

TEXTS: dict[str, dict[str, object]] = {"en": {}, "zh-Hans": {"Like": "喜欢"}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {
        "css/layers.css": "@layer base, components;",
        "css/a.css": "/* why */\n@layer components {\n  .a { color: red; }\n}\n",
        "css/z.css": "@layer base { body { margin: 0; } }",
        "js/pages/feed.js": 'import { t } from "miaohui/i18n";\nimport "miaohui/app";\n',
        "js/app.js": 'import { t } from "miaohui/i18n";\nexport const off = (on) => say("a", on ? "on" : "off");\n',
        "js/i18n.js": 'import messages from "miaohui/messages";\n' + "// padding\n" * 40,
    }.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


def test_a_changed_module_changes_its_own_address_and_no_other(folder: Path) -> None:
    before = Assets(folder, messages=TEXTS)
    (folder / "js/app.js").write_text("export const other = 1;\n", encoding="utf-8")
    after = Assets(folder, messages=TEXTS)
    assert before.url("js/app.js") != after.url("js/app.js")
    assert before.url("js/i18n.js") == after.url("js/i18n.js")
    assert before.version != after.version


def test_layers_are_declared_first_and_comments_stay_at_home(folder: Path) -> None:
    text = stylesheet(folder / "css")
    assert text.startswith("@layer base, components;")
    assert ".a { color: red; }" in text
    assert "why" not in text


def test_a_page_preloads_each_module_it_needs_once(folder: Path) -> None:
    assets = Assets(folder, messages=TEXTS)
    wanted = [assets.url(name) for name in ("js/pages/feed.js", "js/i18n.js", "js/app.js", "js/messages.en.js")]
    assert assets.modules("miaohui/pages/feed", "en") == wanted


def test_each_language_has_its_messages_under_the_same_name(folder: Path) -> None:
    assets = Assets(folder, messages=TEXTS)
    maps = {locale: json.loads(assets.import_map(locale))["imports"] for locale in TEXTS}
    assert maps["en"]["miaohui/messages"] != maps["zh-Hans"]["miaohui/messages"]
    assert maps["en"]["miaohui/app"] == maps["zh-Hans"]["miaohui/app"]
    assert "喜欢" in assets.files["js/messages.zh-Hans.js"].body.decode()


def test_text_is_compressed_and_comes_back_whole(folder: Path) -> None:
    file = Assets(folder, messages=TEXTS).files["js/i18n.js"]
    assert file.compressed is not None
    assert brotli.decompress(file.compressed) == file.body


def test_every_module_that_a_script_imports_exists() -> None:
    scripts = WEB / "static" / "js"
    known = {f"miaohui/{path.relative_to(scripts).as_posix()[:-3]}" for path in scripts.rglob("*.js")}
    known |= {"miaohui/messages", "vendor/hls", "vendor/qr", "vendor/tus"}
    named = re.compile(r"""(?:^import\s(?:[^;"]*?\sfrom\s)?|\bimport\()"([^"]+)\"""", re.MULTILINE)
    for path in scripts.rglob("*.js"):
        missing = set(named.findall(path.read_text(encoding="utf-8"))) - known
        assert not missing, f"{path.name} imports {missing}"


def test_every_icon_in_use_is_in_the_sprite_and_none_lies_idle() -> None:
    listed = (WEB / "icons.txt").read_text(encoding="utf-8").split()
    paths = [*WEB.parent.rglob("templates/**/*.html"), *(WEB / "static" / "js").rglob("*.js")]
    source = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    drawn = set(re.findall(r'\b(?:icon|row)\("([a-z0-9-]+)"', source))
    # Pictures of moods are named beside their words.
    code = "\n".join(path.read_text(encoding="utf-8") for path in WEB.parent.glob("*/*/*.py"))
    assert listed == sorted(listed)
    assert drawn - set(listed) == set()
    assert {name for name in listed if f'"{name}"' not in source + code} == set()
