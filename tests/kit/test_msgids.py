"""The list of texts that need words: nothing that is shown is overlooked, nothing else is on it."""

from pathlib import Path

from miaohui.kit.msgids import Text, TextOf, texts_of_python, texts_of_templates

PYTHON = '''
"""Not a text."""
from miaohui.kit.i18n import Msgid

class SoldOut(Refusal):
    """Not a text either."""
    code = "sold_out"
    status = 409
    title = "Sold out"

class Gone(SoldOut):
    code: ClassVar[str] = "gone"
    title: ClassVar[str] = "It is " "gone"

class Lantern:
    title = "not a refusal"

WORDS: Mapping[str, Msgid] = {"key": "Just brought", "other": ("One", "Two")}
PLAIN: Mapping[str, str] = {"key": "not marked"}
MARKED: Msgid = "Alone"

def act(renderer, t, why, code):
    renderer.gettext("zh-Hans", "Miaohui")
    t("You like %(words)s.") % {"words": "no text"}
    t(why)
    log.info("not for people")
    if code:
        raise Gone("We looked for it.", key="no text")
        raise invalid_field("/no/text", "at most %(most)d", most=3)
    raise ValueError("for engineers")
'''
PAGE = """
{% block title %}{{ _("At the fair") }}{% endblock %}
<p aria-label='{{ _('More') }}'>{{ ngettext("%(n)s lantern", "%(n)s lanterns", count, n=count) }}</p>
<p>{{ _(title) }} {% for each in all %}{% if each %}{% break %}{% endif %}{% endfor %}</p>
"""


def texts(found: list[TextOf]) -> set[Text]:
    return {each.text for each in found}


def test_python(tmp_path: Path) -> None:
    (tmp_path / "stalls").mkdir()
    (tmp_path / "stalls" / "lanterns.py").write_text(PYTHON, encoding="utf-8")
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "theirs.py").write_text('t("not ours")', encoding="utf-8")

    found = texts_of_python(tmp_path)

    assert texts(found) == {
        Text("Sold out"),
        Text("It is gone"),
        Text("Just brought"),
        Text("One"),
        Text("Two"),
        Text("Alone"),
        Text("Miaohui"),
        Text("You like %(words)s."),
        Text("We looked for it."),
        Text("at most %(most)d"),
    }
    assert {each.place.partition(":")[0] for each in found} == {"stalls/lanterns.py"}


def test_templates(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")

    found = texts_of_templates(tmp_path)

    assert texts(found) == {Text("At the fair"), Text("More"), Text("%(n)s lantern", "%(n)s lanterns")}
    assert {each.place for each in found} == {"page.html:2", "page.html:3"}


def test_words_of_notices_and_of_numbers(tmp_path: Path) -> None:
    (tmp_path / "notices.py").write_text(
        'KIND = notice_kind(name="no.text", group="people", label="Follows", title="%(person)s follows you",\n'
        '    many=("and one other", "and %(others)s others"), discreet="A follower", body="")\n'
        'words.ngettext("%(n)s notice", "%(n)s notices", n)\n',
        encoding="utf-8",
    )
    assert texts(texts_of_python(tmp_path)) == {
        Text("Follows"),
        Text("%(person)s follows you"),
        Text("A follower"),
        Text("and one other", "and %(others)s others"),
        Text("%(n)s notice", "%(n)s notices"),
    }
