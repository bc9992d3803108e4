"""Which texts the code asks a catalogue for; translators and tests want the list.

In Python these are: `title` beside `code` in a class of refusals, the literal detail that a refusal is
raised with, literals handed to `gettext`, `ngettext` or `translate`, and every text in a constant whose annotation
says `Msgid`, such as `WORDS: Mapping[Code, Msgid] = {…}`; and the words of a `notice_kind(…)`, whose
`many` is a pair for one and for more; and what `invalid_field` and `WrongCell` say of a field or a cell.
"""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import jinja2
import jinja2.ext
import msgspec

_TRANSLATING = frozenset({"gettext", "translate", "t", "_"})
_WORDS_OF_NOTICE = frozenset({"label", "title", "body", "discreet"})
_OF_A_FIELD = frozenset({"invalid_field", "WrongCell"})
_FOLDERS_OF_OTHERS = frozenset({"node_modules", "vendor"})


class Text(msgspec.Struct, frozen=True):
    """A text for which every catalogue needs words; `plural` is empty where there is only one form."""

    singular: str
    plural: str = ""


class TextOf(msgspec.Struct, frozen=True):
    """A text, and one place where it stands."""

    text: Text
    place: str


def texts_of_templates(package: Path) -> list[TextOf]:
    """Return the texts of every page below `package`."""
    environment = jinja2.Environment(  # noqa: S701  nothing is rendered
        extensions=["jinja2.ext.i18n", "jinja2.ext.loopcontrols"]
    )
    found = []
    for file in _files(package, "*.html"):
        tree = environment.parse(file.read_text(encoding="utf-8"))
        for line, _, message in jinja2.ext.extract_from_ast(tree, ("_", "gettext", "ngettext")):
            forms = message if isinstance(message, tuple) else (message,)
            texts = [form for form in forms if form is not None]
            # `_(title)` translates what stands elsewhere.
            if texts:
                found.append(TextOf(Text(*texts[:2]), f"{file.relative_to(package)}:{line}"))
    return found


def texts_of_python(package: Path) -> list[TextOf]:
    """Return the texts of every module below `package`."""
    trees = {file: ast.parse(file.read_text(encoding="utf-8")) for file in _files(package, "*.py")}
    refusals = _refusals(trees.values())
    return [
        TextOf(Text(text), f"{file.relative_to(package)}:{line}")
        for file, tree in trees.items()
        for text, line in _texts_of_module(tree, refusals)
        if text
    ] + [
        TextOf(Text(*pair), f"{file.relative_to(package)}:{line}")
        for file, tree in trees.items()
        for pair, line in _pairs_of_module(tree)
    ]


def _files(package: Path, pattern: str) -> Iterator[Path]:
    for file in sorted(package.rglob(pattern)):
        if not _FOLDERS_OF_OTHERS.intersection(file.relative_to(package).parts):
            yield file


def _refusals(trees: Iterable[ast.Module]) -> frozenset[str]:
    """Return the names of Refusal and of all classes that descend from it."""
    parents = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    known = {"Refusal"}
    while more := {name for name, bases in parents.items() if bases & known} - known:
        known |= more
    return frozenset(known)


def _texts_of_module(tree: ast.Module, refusals: frozenset[str]) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef():
                yield from _title_of_class(node)
            case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(text)), *_]) if name in refusals:
                yield text, node.lineno
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _TRANSLATING:
                # The language, where it is named, comes before the text.
                yield from _literals(node.args[-1:])
            case ast.Call(func=ast.Name(id=name), args=[_, ast.Constant(value=str(text)), *_]) if name in _OF_A_FIELD:
                yield text, node.lineno
            case ast.Call(func=ast.Name(id="notice_kind"), keywords=keywords):
                yield from _literals(one.value for one in keywords if one.arg in _WORDS_OF_NOTICE)
            case ast.AnnAssign(annotation=annotation, value=ast.expr() as value) if _says_msgid(annotation):
                yield from _values(value)
            case _:
                pass


def _pairs_of_module(tree: ast.Module) -> Iterator[tuple[tuple[str, str], int]]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="notice_kind"), keywords=keywords):
                for keyword in keywords:
                    if keyword.arg == "many":
                        singular, plural = ast.literal_eval(keyword.value)
                        yield (singular, plural), node.lineno
            case ast.Call(
                func=ast.Attribute(attr="ngettext"),
                args=[ast.Constant(value=str(one)), ast.Constant(value=str(more)), *_],
            ):
                yield (one, more), node.lineno
            case _:
                pass


def _title_of_class(node: ast.ClassDef) -> Iterator[tuple[str, int]]:
    constants = {
        target.id: statement.value.value
        for statement in node.body
        if isinstance(statement, ast.Assign | ast.AnnAssign) and isinstance(statement.value, ast.Constant)
        for target in (statement.targets if isinstance(statement, ast.Assign) else [statement.target])
        if isinstance(target, ast.Name)
    }
    if {"code", "title"} <= constants.keys() and isinstance(constants["title"], str):
        yield constants["title"], node.lineno


def _literals(arguments: Iterable[ast.expr]) -> Iterator[tuple[str, int]]:
    for argument in arguments:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value, argument.lineno


def _says_msgid(annotation: ast.expr) -> bool:
    return any(isinstance(node, ast.Name) and node.id == "Msgid" for node in ast.walk(annotation))


def _values(value: ast.expr) -> Iterator[tuple[str, int]]:
    """Return the texts of a constant: itself, its elements, or the values (never the keys) of a mapping."""
    match value:
        case ast.Dict(values=values):
            for each in values:
                yield from _values(each)
        case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
            for each in elements:
                yield from _values(each)
        case _:
            yield from _literals([value])
