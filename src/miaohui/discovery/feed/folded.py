"""The signal log folded into the engine: the whole of what the feed knows, as a function of the log."""

from collections.abc import Callable, Iterable

import msgspec

from miaohui.discovery.feed.catalogue import Catalogue, Listed, topics_among
from miaohui.discovery.feed.signal_log import ItemFacts, LoggedSignal
from miaohui.discovery.interest import Action, InterestEngine
from miaohui.discovery.interest.snapshot import pack, unpack
from miaohui.kit.clock import to_ms


class FoldedInterest:
    """The engine and the catalogue as the rows up to `seq` have made them.

    Single-threaded: in a web process only the event loop's thread may touch it.
    """

    def __init__(self) -> None:
        self.engine = InterestEngine()
        self.catalogue = Catalogue()
        self.seq = 0
        self.listener: Callable[[Action], float] | None = None
        """Takes the acts in the engine's place and hands them on; the worker learns from the log that way."""

    @classmethod
    def unpacked(cls, data: bytes) -> "FoldedInterest":
        """Rebuild what `packed` returned. Raises interest.snapshot.SnapshotUnreadable."""
        folded = cls()
        folded.engine, folded.seq = unpack(data)
        folded.catalogue = Catalogue.of_engine(folded.engine)
        return folded

    def packed(self) -> bytes:
        """Return the state as bytes; equal states give equal bytes."""
        return pack(self.engine, position=self.seq)

    def fold(self, rows: Iterable[LoggedSignal]) -> int:
        """Apply rows in their order and return how many were new; one that was folded before is passed over."""
        applied = 0
        for row in rows:
            if row.seq > self.seq:
                self._apply(row)
                self.seq = row.seq
                applied += 1
        return applied

    def _apply(self, row: LoggedSignal) -> None:
        at_ms = to_ms(row.at)
        match row.kind:
            case "published" | "changed":
                self._list(row)
            case "removed":
                self.catalogue.drop(row.item_id or 0)
                self.engine.remove_item(row.item_id or 0)
            case "pause" | "resume":
                self.engine.pause(person_id=row.person_id, paused=row.kind == "pause", at_ms=at_ms)
            case "reset":
                self.engine.forget(row.person_id, keep_seen=True)
            case "erase":
                self.engine.pause(person_id=row.person_id, paused=False, at_ms=at_ms)
                self.engine.forget(row.person_id)
            case _:
                observe = self.listener or self.engine.observe
                observe(
                    Action(
                        person_id=row.person_id,
                        item_id=row.item_id or 0,
                        kind=row.kind,
                        at_ms=at_ms,
                        dwell_ms=row.dwell_ms,
                        duration_ms=row.duration_ms or 0,
                    )
                )

    def _list(self, row: LoggedSignal) -> None:
        facts = msgspec.convert(row.facts, ItemFacts)
        item_id = row.item_id or 0
        self.engine.add_item(
            item_id=item_id,
            author_id=row.person_id,
            tokens=facts.tokens,
            duration_ms=facts.duration_ms,
            published_at_ms=facts.published_at_ms,
            kind=facts.kind,
        )
        topics = topics_among(facts.tokens)
        self.catalogue.put(Listed(item_id, row.person_id, facts.published_at_ms, topics, facts.kind))
