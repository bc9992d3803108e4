"""Tags that somebody set, by outside item id: for `--versus tags`.

any file      `item tag tag …`, one item a line, separated as sequences are; an item may have several lines
ml-1m         genres of movies.dat (`id::title::Genre|Genre`), its ids through sasrec_to_movielens_item.csv
"""

from collections.abc import Sequence
from pathlib import Path

from miaohui.discovery.interest.evaluation.formats import SEPARATORS, UnreadableData, lines_of

Tags = dict[str, list[str]]


def read_tags(path: Path) -> Tags:
    """This will read `item tag tag …` lines. Raises UnreadableData."""
    tags: Tags = {}
    for line in lines_of(path):
        words = line.translate(SEPARATORS).split()
        if words:
            tags.setdefault(words[0], []).extend(words[1:])
    if not tags:
        raise UnreadableData(path, 0, "is empty")
    return tags


def read_movie_genres(folder: Path) -> Tags:
    """Genres by the ids of the sequences file. Raises UnreadableData."""
    genres: Tags = {}
    movies = folder / "movies.dat.gz"
    for number, line in enumerate(lines_of(movies, "latin-1"), start=1):
        parts = line.rstrip("\r\n").split("::")
        if len(parts) != 3:
            raise UnreadableData(movies, number, "is not id::title::genres")
        genres[parts[0]] = parts[2].split("|")
    tags: Tags = {}
    for line in list(lines_of(folder / "sasrec_to_movielens_item.csv.gz"))[1:]:
        ours, theirs = line.strip().split(",")
        tags[ours] = genres.get(theirs, [])
    return tags


def tags_by_slot(tags: Tags, item_names: Sequence[str], path: Path) -> list[list[str]]:
    """Tags of each item slot; refused where no item has any, since the files cannot belong together."""
    found = [tags.get(name, []) for name in item_names]
    if not any(found):
        raise UnreadableData(path, 0, "tags none of the items that were acted on")
    return found
