"""The sets of the data folder, and which contest each enters; and what a file named by hand enters."""

from pathlib import Path

import msgspec

from miaohui.discovery.interest.evaluation.formats import (
    UnreadableData,
    read_events,
    read_named_sequences,
    read_split,
    split_paths,
)
from miaohui.discovery.interest.evaluation.protocols import asked_people
from miaohui.discovery.interest.evaluation.report import Row
from miaohui.discovery.interest.evaluation.tags import read_movie_genres, read_tags, tags_by_slot

TAGGED = ("ml-1m",)
TIMED = {"retailrocket": "train_events.csv.gz", "foursquare-nyc": "checkins.csv.gz"}
"""Sets that say when, and where: they can be replayed."""


class KnownSet(msgspec.Struct, frozen=True):
    """path: below --data. contest: a file of contests/."""

    path: str
    contest: str


KNOWN: dict[str, KnownSet] = {
    "ml-1m": KnownSet("ml-1m/ml-1m-sasrec.txt.gz", "next_item"),
    "amazon-beauty": KnownSet("amazon-beauty/Beauty.txt.gz", "next_item"),
    "gowalla-lightgcn": KnownSet("gowalla-lightgcn", "split"),
    "kuairand-like-hate": KnownSet("kuairand-27k-like-hate/processed_standard_kcore_15.tsv.gz", "like_hate"),
    "retailrocket": KnownSet("retailrocket-multibehavior", "next_buy"),
    "foursquare-nyc": KnownSet("foursquare-nyc-stan", "next_place"),
    "open-bandit": KnownSet("open-bandit-small", "off_policy"),
}


def compete_known(name: str, data: Path, versus_tags: bool = False) -> list[Row]:
    """This will run the set's contest, and tag matching where it has tags. Raises UnreadableData where files are odd."""
    known = KNOWN[name]
    path = data / known.path
    match known.contest:
        case "next_item":
            from miaohui.discovery.interest.evaluation.contests import next_item

            events, names = read_named_sequences(path)
            tags = None
            if versus_tags and name in TAGGED:
                tags = tags_by_slot(read_movie_genres(path.parent), names, path)
            return next_item.compete(name, events, tags=tags)
        case "split":
            from miaohui.discovery.interest.evaluation.contests import split

            return split.compete(name, read_split(*split_paths(path)))
        case "like_hate":
            from miaohui.discovery.interest.evaluation.contests import like_hate

            return like_hate.compete(name, path)
        case "next_buy":
            from miaohui.discovery.interest.evaluation.contests import next_buy

            return next_buy.compete(name, path)
        case "next_place":
            from miaohui.discovery.interest.evaluation.contests import next_place

            return next_place.compete(name, path)
        case _:
            from miaohui.discovery.interest.evaluation.contests import off_policy

            return off_policy.compete(name, path)


def replay_known(name: str, data: Path) -> list[Row]:
    """This will replay a set that says when. Raises UnreadableData."""
    return _replayed(name, data / KNOWN[name].path / TIMED[name])


def replay_file(path: Path) -> list[Row]:
    """This will replay a file of events. Raises UnreadableData."""
    return _replayed(path.name, path)


def _replayed(name: str, path: Path) -> list[Row]:
    from miaohui.discovery.interest.evaluation.contests import replay

    try:
        return replay.compete(f"{name}, replayed", read_events(path))
    except replay.CannotReplay:
        reason = (
            "cannot be replayed: it needs times over two days or more, and people who meet something new at the end"
        )
        raise UnreadableData(path, 0, reason) from None


def compete_file(path: Path, form: str, tags: Path | None = None) -> list[Row]:
    """This will run the contest that suits the format: leave one out, or the split as given."""
    from miaohui.discovery.interest.evaluation.contests import next_item, split

    if form == "split":
        if tags is not None:
            raise UnreadableData(tags, 0, "tags are for sequences and events")
        parts = read_split(*split_paths(path))
        if len(parts.train.items) == 0 or len(parts.test.items) == 0:
            raise UnreadableData(path, 0, "train or test has people and no items")
        return split.compete(path.stem, parts)
    if form == "sequences":
        sequences, names = read_named_sequences(path)
    else:
        events = read_events(path)
        sequences, names = events.sequences(), events.item_names
    if len(asked_people(sequences)) == 0:
        raise UnreadableData(path, 0, "nobody met three items: one to know, one to choose by, one to ask for")
    by_slot = None if tags is None else tags_by_slot(read_tags(tags), names, tags)
    return next_item.compete(path.name, sequences, tags=by_slot)
