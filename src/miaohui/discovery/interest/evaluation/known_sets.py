"""The sets of the data folder, and which contest each enters; and what a file named by hand enters."""

from pathlib import Path

import msgspec

from miaohui.discovery.interest.evaluation.formats import read_events, read_sequences, read_split, split_paths
from miaohui.discovery.interest.evaluation.report import Row


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


def compete_known(name: str, data: Path) -> list[Row]:
    """This will run the set's contest. Raises UnreadableData where its files are missing or odd."""
    known = KNOWN[name]
    path = data / known.path
    match known.contest:
        case "next_item":
            from miaohui.discovery.interest.evaluation.contests import next_item

            return next_item.compete(name, read_sequences(path))
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


def compete_file(path: Path, form: str) -> list[Row]:
    """This will run the contest that suits the format: leave one out, or the split as given."""
    from miaohui.discovery.interest.evaluation.contests import next_item, split

    if form == "split":
        return split.compete(path.stem, read_split(*split_paths(path)))
    events = read_sequences(path) if form == "sequences" else read_events(path).sequences()
    return next_item.compete(path.name, events)
