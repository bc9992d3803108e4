"""Which topics there are, and who may hear them."""

from collections.abc import Callable
from typing import Any

import msgspec

from miaohui.kit.db import Tx
from miaohui.kit.http.viewer import Viewer
from miaohui.kit.ids import parse_id
from miaohui.kit.realtime.logged_topic import TopicLog

Allow = Callable[..., bool]
"""`allow(tx, viewer, **placeholders)`: True lets the viewer in; False, or a Refusal, does not."""


class UnknownTopic(LookupError):
    """No registered pattern matches the topic."""


def anyone(tx: Tx, viewer: Viewer, **_: Any) -> bool:
    """Let everybody hear the topic, also without an account; costs no look at the database."""
    return True


class Rule(msgspec.Struct, frozen=True, eq=False):
    """A pattern of topics such as `videos:{video_id}:progress`, and how they behave."""

    pattern: str
    segments: tuple[str, ...]
    allow: Allow
    merge_every_s: float
    log: TopicLog | None

    def match(self, segments: tuple[str, ...]) -> dict[str, Any] | None:
        """Return the placeholders' values, ids as numbers, or None if the topic is another's.

        Raises NotFound when a placeholder for an id holds none.
        """
        found: dict[str, Any] = {}
        for expected, given in zip(self.segments, segments, strict=True):
            if not expected.startswith("{"):
                if expected != given:
                    return None
            elif not given:
                return None
            else:
                name = expected[1:-1]
                found[name] = parse_id(given) if name == "id" or name.endswith("_id") else given
        return found


class Rules:
    """All registered patterns, found by their number of segments and first word."""

    def __init__(self) -> None:
        self._by_shape: dict[tuple[int, str], list[Rule]] = {}

    def add(self, pattern: str, allow: Allow, merge_every_ms: int, log: TopicLog | None) -> None:
        segments = tuple(pattern.split(":"))
        if segments[0].startswith("{"):
            raise ValueError(f"the first word of a topic names its domain: {pattern}")
        listed = self._by_shape.setdefault((len(segments), segments[0]), [])
        if any(rule.pattern == pattern for rule in listed):
            raise ValueError(f"registered twice: {pattern}")
        listed.append(Rule(pattern, segments, allow, merge_every_ms / 1000, log))

    def patterns(self) -> list[str]:
        """Return every registered pattern; the walk through all topics as a stranger starts from it."""
        return sorted(rule.pattern for listed in self._by_shape.values() for rule in listed)

    def find(self, topic: str) -> tuple[Rule, dict[str, Any]]:
        """Return the rule of a topic and its placeholders' values. Raises UnknownTopic, NotFound."""
        segments = tuple(topic.split(":"))
        for rule in self._by_shape.get((len(segments), segments[0]), ()):
            values = rule.match(segments)
            if values is not None:
                return rule, values
        raise UnknownTopic(topic)
