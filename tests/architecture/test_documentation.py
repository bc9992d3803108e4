"""What can be set, refused, heard and done is written down, and nothing else is."""

import ast
import re
from importlib import import_module
from pathlib import Path

from miaohui.kit.errors import Refusal
from miaohui.kit.jobs import registered_jobs
from miaohui.kit.outbox import Event
from miaohui.settings import Settings
from miaohui.subscriptions import HANDLERS, PUSHES

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "miaohui"


def import_everything() -> None:
    for file in PACKAGE.rglob("*.py"):
        parts = file.relative_to(PACKAGE).with_suffix("").parts
        if "node_modules" not in parts and parts[0] != "migrations" and parts[-1] != "__main__":
            import_module(".".join(["miaohui", *(p for p in parts if p != "__init__")]))


def documented(name: str) -> set[str]:
    """Return what a page under docs/ lists: the first code span of every table row."""
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([^`]+)`", text, re.MULTILINE))


def every_subclass(of: type) -> set[type]:
    return {of}.union(*(every_subclass(child) for child in of.__subclasses__())) if of.__subclasses__() else {of}


def ours(classes: set[type]) -> set[type]:
    return {c for c in classes if c.__module__.startswith("miaohui.")}


def test_every_setting_is_documented() -> None:
    assert documented("settings.md") == {f"MIAOHUI_{name.upper()}" for name in Settings.__struct_fields__}


def test_every_error_code_is_documented() -> None:
    import_everything()
    from_framework = {"method_not_allowed", "not_acceptable", "too_large", "unsupported_media_type", "internal_error"}
    codes = {refusal.code for refusal in ours(every_subclass(Refusal))} - {"refused"}
    assert documented("errors.md") == codes | from_framework


def test_no_two_errors_share_a_code() -> None:
    import_everything()
    owners: dict[str, set[str]] = {}
    for refusal in ours(every_subclass(Refusal)):
        if "code" in vars(refusal):
            owners.setdefault(refusal.code, set()).add(f"{refusal.__module__}.{refusal.__name__}")
    assert {code: names for code, names in owners.items() if len(names) > 1} == {}


def test_every_event_is_documented() -> None:
    import_everything()
    events = {event.name for event in ours(every_subclass(Event)) if event is not Event}
    assert documented("events.md") == events


def test_who_reacts_to_an_event_is_documented() -> None:
    text = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \|.*\|([^|]*)\|([^|]*)\|$", text, re.MULTILINE)
    told = {event: (words_of(handlers), words_of(pushes)) for event, handlers, pushes in rows}
    for event in {*HANDLERS, *PUSHES}:
        handlers = [
            f"{'.'.join(each.__module__.split('.')[-2:])}.{each.__name__}"  # type: ignore[attr-defined]
            for each in HANDLERS.get(event, ())
        ]
        assert told.pop(event.name) == (handlers, [each.__name__ for each in PUSHES.get(event, ())]), event.name
    assert {event for event, reactions in told.items() if reactions != ([], [])} == set()


def words_of(cell: str) -> list[str]:
    return [word for word in re.split(r"[ ,]+", cell) if word]


def test_every_job_is_documented() -> None:
    import_everything()
    assert documented("jobs.md") == {kind for kind in registered_jobs() if not kind.startswith("test.")}


def test_every_dependency_has_its_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    start = lines.index("dependencies = [")
    without = [line for line in lines[start + 1 : lines.index("]", start)] if "#" not in line]
    assert without == []


def test_locked_requirements_have_hashes_and_name_no_address() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-node.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text
        assert "--index" not in text
        pinned = re.findall(r"^[a-z0-9].*==", text, re.MULTILINE)
        assert len(pinned) == len(re.findall(r"^[a-z0-9].*\\$", text, re.MULTILINE)), "each pin goes on with hashes"
    assert "://" not in (PACKAGE / "web" / "package-lock.json").read_text(encoding="utf-8").replace(
        '"url": "https://', '"'
    )


def test_file_names_tell_their_content() -> None:
    vague = {"utils.py", "helpers.py", "common.py", "misc.py", "manager.py", "base_utils.py"}
    assert [f for f in PACKAGE.rglob("*.py") if f.name in vague] == []


def test_every_public_function_of_a_verb_says_what_it_will_do() -> None:
    silent = []
    for file in [*PACKAGE.glob("*/*/actions/*.py"), *PACKAGE.glob("*/*/queries.py")]:
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node):
                silent.append(f"{file.relative_to(PACKAGE)}:{node.name}")
    assert silent == []
