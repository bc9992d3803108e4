"""What Schemathesis sends: chunks of a tus upload, and, every other time, ids of things that are there."""

import json
import os
import random
from typing import Any

import schemathesis
from hypothesis import strategies as st

schemathesis.openapi.media_type("application/offset+octet-stream", st.binary(max_size=64))

_THINGS: dict[str, str] = json.loads(os.environ.get("THINGS_OF_THE_WALK", "{}"))
_NAMED = {
    "aftersale_id": "case",
    "template_id": "template",
    "quote_id": "quote",
    **{f"{name}_id": name for name in _THINGS},
}
_chance = random.Random(8)


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Fill in ids that are there, or most calls would end at the first question: is it there?"""
    if case.method.upper() == "DELETE" or case.path.endswith("/closing"):
        return  # What is gone could not be asked for any more.
    for part in (case.path_parameters, case.body):
        if not isinstance(part, dict) or _chance.random() < 0.3:
            continue
        for name, value in part.items():
            if isinstance(value, str) and name in _NAMED:
                part[name] = _thing(name, case.path)
            elif name in {"lines", "variants"} and isinstance(value, list):
                for line in value:
                    if isinstance(line, dict):
                        line.update({key: _thing(key, case.path) for key in line if key in _NAMED})


def _thing(name: str, path: str) -> str:
    if name == "template_id" and "freight" in path:
        return _THINGS["freight"]
    return _THINGS[_NAMED[name]]
