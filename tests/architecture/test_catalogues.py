"""Every text that the code asks for has its words in both languages, and no words are idle."""

import re
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from miaohui.kit.i18n import LOCALES, load_catalogues
from miaohui.kit.msgids import Text, TextOf, texts_of_python, texts_of_templates
from miaohui.web.messages import script_texts

PACKAGE = Path(__file__).parents[2] / "src" / "miaohui"
_BLANK = re.compile(r"%\((\w+)\)[sd]|(?<!%)%(?![%(])")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def used() -> list[TextOf]:
    singles, plurals = script_texts(PACKAGE / "web" / "static" / "js")
    scripts = [Text(text) for text in singles] + [Text(one, many) for one, many in plurals]
    return [
        *texts_of_templates(PACKAGE),
        *texts_of_python(PACKAGE),
        *(TextOf(text, "web/static/js") for text in scripts),
    ]


@pytest.fixture(scope="module", params=LOCALES)
def areas(request: pytest.FixtureRequest) -> dict[str, Catalog]:
    """The catalogues of one language by the name of their area."""
    folder = PACKAGE / "locale" / request.param.replace("-", "_")
    catalogues = {}
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            catalogues[path.stem] = read_po(file, locale=folder.name)
    return catalogues


def messages(areas: dict[str, Catalog]) -> list[tuple[str, Message]]:
    return [
        (f"{area}.po: {message.id!r}", message)
        for area, catalogue in areas.items()
        for message in catalogue
        if message.id
    ]


def text_of(message: Message) -> Text:
    return Text(*message.id) if isinstance(message.id, tuple) else Text(message.id)


def words_of(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, tuple) else (message.string,)


def test_every_text_has_its_words(used: list[TextOf], areas: dict[str, Catalog]) -> None:
    known = {text_of(message) for _, message in messages(areas) if all(words_of(message)) and not message.fuzzy}
    assert sorted({f"{each.place}: {each.text.singular}" for each in used if each.text not in known}) == []


def test_no_words_without_a_text(used: list[TextOf], areas: dict[str, Catalog]) -> None:
    wanted = {each.text for each in used}
    assert [name for name, message in messages(areas) if text_of(message) not in wanted] == []
    assert [area for area, catalogue in areas.items() if catalogue.obsolete] == []


def test_words_keep_the_blanks_of_their_text(areas: dict[str, Catalog]) -> None:
    """The form for one may spell the number out; nothing may ask for a blank that is not filled."""
    wrong = []
    for name, message in messages(areas):
        text = text_of(message)
        asked = set(_BLANK.findall(text.plural or text.singular))
        for index, words in enumerate(words_of(message)):
            given = set(_BLANK.findall(words))
            spelled_out = {"n", "others"} if text.plural and index == 0 and len(words_of(message)) > 1 else set()
            if not asked - spelled_out <= given <= asked:
                wrong.append(name)
    assert wrong == []


def test_plurals_have_as_many_forms_as_the_language(areas: dict[str, Catalog]) -> None:
    for catalogue in areas.values():
        locale = Locale.parse(str(catalogue.locale))
        forms = len(locale.plural_form.tags | {"other"})
        assert catalogue.num_plurals == forms
        for message in catalogue:
            if isinstance(message.id, tuple):
                assert len(words_of(message)) == forms, message.id


def test_english_is_english_and_chinese_is_chinese(areas: dict[str, Catalog]) -> None:
    is_english = str(next(iter(areas.values())).locale) == "en"
    # A language's own name stands as it is everywhere; so do words without letters.
    strange = [
        name
        for name, message in messages(areas)
        for words in words_of(message)
        if is_english and _CHINESE.search(words) and not _CHINESE.search(text_of(message).singular)
    ]
    assert strange == []


def test_the_areas_of_a_language_merge(areas: dict[str, Catalog]) -> None:
    catalogues = load_catalogues(PACKAGE / "locale")
    locale = str(next(iter(areas.values())).locale).replace("_", "-")
    for _, message in messages(areas):
        text = text_of(message)
        if text.plural:
            assert catalogues[locale].ngettext(text.singular, text.plural, 5) == words_of(message)[-1]
        else:
            assert catalogues[locale].gettext(text.singular) == words_of(message)[0]
