"""Languages: which one somebody gets, and that the words of all areas become one catalogue."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miaohui.kit.i18n import LOCALES, DuplicateMessage, load_catalogues, preferred_locale

_HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
_ONE_FORM = _HEAD + '"Plural-Forms: nplurals=1; plural=0;\\n"\n'
_TWO_FORMS = _HEAD + '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'


def write(folder: Path, locale: str, area: str, text: str) -> None:
    (folder / locale).mkdir(exist_ok=True)
    (folder / locale / f"{area}.po").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("accept_language", "locale"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("en-GB,en;q=0.9,zh-CN;q=0.8", "en"),
        ("fr, en;q=0.3, zh;q=0.8", "zh-Hans"),
        ("zh-Hant-TW", "zh-Hans"),
        ("EN", "en"),
        ("fr,de;q=0.7", None),
        ("zh;q=0", None),
        ("en;q=0, zh;q=0.001", "zh-Hans"),
        ("zha, enm", None),
        ("*", None),
        ("", None),
        (";;;,q=1,zh;q=nonsense,en;q=2", None),
    ],
)
def test_a_browser_gets_the_language_it_likes_best(accept_language: str, locale: str | None) -> None:
    assert preferred_locale(accept_language) == locale


@given(st.text(max_size=80))
def test_no_header_is_too_strange(text: str) -> None:
    assert preferred_locale(text) in {*LOCALES, None}


def test_the_areas_of_a_language_become_one_catalogue_with_its_own_plurals(tmp_path: Path) -> None:
    lanterns = 'msgid "%(n)s lantern"\nmsgid_plural "%(n)s lanterns"\n'
    write(tmp_path, "zh_Hans", "feed", _ONE_FORM + 'msgid "Like"\nmsgstr "喜欢"\n')
    write(tmp_path, "zh_Hans", "fair", _ONE_FORM + lanterns + 'msgstr[0] "%(n)s 盏灯"\n')
    write(
        tmp_path,
        "en",
        "fair",
        _TWO_FORMS + lanterns + 'msgstr[0] "%(n)s lantern"\nmsgstr[1] "%(n)s lanterns"\n',
    )

    chinese, english = (load_catalogues(tmp_path)[locale] for locale in ("zh-Hans", "en"))

    assert chinese.gettext("Like") == "喜欢"
    assert [chinese.ngettext("%(n)s lantern", "%(n)s lanterns", n) for n in (1, 2)] == ["%(n)s 盏灯"] * 2
    assert [english.ngettext("%(n)s lantern", "%(n)s lanterns", n) for n in (0, 1, 2)] == [
        "%(n)s lanterns",
        "%(n)s lantern",
        "%(n)s lanterns",
    ]
    assert english.gettext("not translated") == "not translated"
    assert english.gettext("") == ""


def test_two_areas_must_not_translate_the_same_text_differently(tmp_path: Path) -> None:
    write(tmp_path, "zh_Hans", "feed", _ONE_FORM + 'msgid "Like"\nmsgstr "喜欢"\n')
    write(tmp_path, "zh_Hans", "fair", _ONE_FORM + 'msgid "Like"\nmsgstr "喜欢"\n')
    assert load_catalogues(tmp_path)["zh-Hans"].gettext("Like") == "喜欢"

    write(tmp_path, "zh_Hans", "web", _ONE_FORM + 'msgid "Like"\nmsgstr "赞"\n')
    with pytest.raises(DuplicateMessage, match=r"web\.po.*Like.*赞.*喜欢"):
        load_catalogues(tmp_path)
