"""What the scripts say: the texts inside `t("…")` and `nt("…", "…")`, in each language."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from babel import Locale

_STRING = r'"(?:[^"\\]|\\.)*"'
_SINGLE = re.compile(rf"\bt\(\s*({_STRING})")
_PLURAL = re.compile(rf"\bnt\(\s*({_STRING})\s*,\s*({_STRING})")
_SAMPLES = range(0, 200)
"""Numbers that between them reach every plural category of every language in CLDR for whole numbers."""


class Translator(Protocol):
    """One language's catalogue."""

    def gettext(self, message: str) -> str: ...

    def ngettext(self, singular: str, plural: str, n: int) -> str: ...


def script_texts(folder: Path) -> tuple[set[str], set[tuple[str, str]]]:
    """Return the texts of all scripts below `folder`: single ones, and pairs for one and for many."""
    singles: set[str] = set()
    plurals: set[tuple[str, str]] = set()
    for source in _sources(folder):
        singles |= {_text(literal) for literal in _SINGLE.findall(source)}
        plurals |= {(_text(one), _text(many)) for one, many in _PLURAL.findall(source)}
    return singles, plurals


def javascript_messages(folder: Path, translator: Translator, locale: str) -> dict[str, str | dict[str, str]]:
    """Return `{text: translation}`; plurals are keyed by the singular and map CLDR categories to texts.

    A text that reads the same in this language is left out: scripts fall back to the key.
    """
    singles, plurals = script_texts(folder)
    messages: dict[str, str | dict[str, str]] = {
        text: translated for text in singles if (translated := translator.gettext(text)) != text
    }
    category = Locale.parse(locale, sep="-").plural_form
    samples = {category(n): n for n in reversed(_SAMPLES)}
    for one, many in plurals:
        messages[one] = {name: translator.ngettext(one, many, n) for name, n in samples.items()}
    return messages


def _sources(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.js")):
        yield path.read_text(encoding="utf-8")


def _text(literal: str) -> str:
    # A JavaScript string in double quotes without \u{…} reads the same in Python.
    return str(ast.literal_eval(literal))
