"""No text of a page or script is without its words in both languages, and none of the words is idle."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from miaohui.kit.i18n import load_catalogues
from miaohui.web.assets import WEB
from miaohui.web.messages import javascript_messages, script_texts

PACKAGE = WEB.parent
LOCALE = PACKAGE / "locale"
_LITERAL = r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\''
_ONE = re.compile(rf"\b_\(\s*({_LITERAL})")
_MANY = re.compile(rf"\bngettext\(\s*({_LITERAL})\s*,\s*({_LITERAL})")


def texts_of_pages() -> set[str]:
    """Texts of all templates and scripts; of plurals the form for one."""
    found: set[str] = set()
    for path in PACKAGE.rglob("templates/**/*.html"):
        source = path.read_text(encoding="utf-8")
        found |= {ast.literal_eval(text) for text in _ONE.findall(source)}
        found |= {ast.literal_eval(one) for one, _ in _MANY.findall(source)}
    singles, plurals = script_texts(WEB / "static" / "js")
    return found | singles | {one for one, _ in plurals}


def area(folder: Path, name: str) -> Catalog:
    with (folder / f"{name}.po").open("rb") as file:
        return read_po(file)


@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
def test_every_text_has_its_words(locale: str) -> None:
    known: set[str] = set()
    for path in (LOCALE / locale).glob("*.po"):
        for message in area(LOCALE / locale, path.stem):
            words = message.string if isinstance(message.string, tuple) else (message.string,)
            if message.id and all(words):
                known.add(message.id[0] if isinstance(message.id, tuple) else message.id)
    assert texts_of_pages() - known == set()


@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
def test_no_words_without_a_text(locale: str) -> None:
    kept = {m.id[0] if isinstance(m.id, tuple) else m.id for m in area(LOCALE / locale, "web") if m.id}
    assert kept - texts_of_pages() == set()


@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
def test_words_keep_the_blanks_of_their_text(locale: str) -> None:
    blanks = re.compile(r"%\((\w+)\)s")
    for message in area(LOCALE / locale, "web"):
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        words = message.string if isinstance(message.string, tuple) else (message.string,)
        for text in words:
            assert set(blanks.findall(text)) == set(blanks.findall(ids[-1])), message.id


def test_scripts_get_one_form_for_each_plural_of_their_language() -> None:
    catalogues = load_catalogues(LOCALE)
    scripts = WEB / "static" / "js"
    chinese = javascript_messages(scripts, catalogues["zh-Hans"], "zh-Hans")
    english = javascript_messages(scripts, catalogues["en"], "en")
    assert chinese["%(n)s comment"] == {"other": "%(n)s 条评论"}
    assert english["%(n)s comment"] == {"one": "%(n)s comment", "other": "%(n)s comments"}
    assert chinese["Like"] == "喜欢"
    assert "Like" not in english
