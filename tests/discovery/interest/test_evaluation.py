"""The evaluation kit: formats, protocols, metrics, and the command from a file to its figures."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from miaohui.cli import main
from miaohui.discovery.interest.evaluation.chart import bars
from miaohui.discovery.interest.evaluation.compared import fit_als, places_of
from miaohui.discovery.interest.evaluation.contests.next_buy import looked_at_only
from miaohui.discovery.interest.evaluation.formats import (
    UnreadableData,
    read_events,
    read_sequences,
    read_split,
    split_paths,
)
from miaohui.discovery.interest.evaluation.known_sets import compete_file
from miaohui.discovery.interest.evaluation.measured import Cost
from miaohui.discovery.interest.evaluation.metrics import (
    area_under_curve,
    calibration_error,
    hit_rate,
    ndcg_of_one,
    pair_accuracy,
    rank_of,
    recall_and_ndcg,
)
from miaohui.discovery.interest.evaluation.protocols import asked_people, carved, leave_one_out
from miaohui.discovery.interest.evaluation.report import Row, as_json
from miaohui.discovery.interest.evaluation.tags import read_movie_genres
from miaohui.discovery.interest.models.sequences import sequences_of


def test_sequences_are_read_whatever_their_separators_and_packing(tmp_path: Path) -> None:
    text = "\ufeffmei a b c\n\nbo\tb\td\r\nli,c\nnobody\nmei e\n"
    (tmp_path / "plain").write_text(text, encoding="utf-8")
    (tmp_path / "packed").write_bytes(gzip.compress(text.encode()))
    for name in ("plain", "packed"):
        read = read_sequences(tmp_path / name)
        assert [past.tolist() for past in read] == [[0, 1, 2, 4], [1, 3], [2], []]
        assert read.n_items == 5


def test_events_are_read_by_the_names_of_their_columns_and_sorted_by_time(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text(
        "event,timestamp,itemid,visitorid\nview,30,x,mei\nbuy,2026-01-01T00:00:00Z,y,mei\nview,10,z,bo\nview,20,z,mei\n"
    )
    events = read_events(path)
    assert [past.tolist() for past in events.sequences()] == [[2, 0, 1], [2]]
    assert [past.tolist() for past in events.sequences(("buy",))] == [[1], []]


@pytest.mark.parametrize(
    "text",
    [
        "mei,a,10,view\nbo,b,20.5,buy\nmei,c,5,view\n",
        "mei,a,10\r\n\r\nbo,b,20.5\r\nmei,c,5\r\n",
        "mei;a;2026-01-02T03:04:05Z;view\nbo;b;2026-01-03;buy\nmei;c;2026-01-01;view\n",
        "\n UserId , Item_ID , Time \n mei , a , 1600000000000.5 \n , , \nbo,b,1600000000001\nmei,c,3\n",
    ],
)
def test_events_without_a_header_are_user_item_time_event(tmp_path: Path, text: str) -> None:
    path = tmp_path / "events.csv"
    path.write_text(text, newline="")
    events = read_events(path)
    assert events.people_names == ("mei", "bo")
    assert [[events.item_names[item] for item in past] for past in events.sequences()] == [["c", "a"], ["b"]]


def test_a_split_knows_the_people_and_items_of_both_files(tmp_path: Path) -> None:
    (tmp_path / "train.txt").write_text("0 a b\n1 b\n")
    (tmp_path / "test.txt").write_text("1 c\n2 a\n")
    split = read_split(*split_paths(tmp_path))
    assert [past.tolist() for past in split.train] == [[0, 1], [1], []]
    assert [past.tolist() for past in split.test] == [[], [2], [0]]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"user,item\n", "no rows"),
        (b"who,what\n1,2\n", "no user column"),
        (b"user,item,timestamp\n1,2,soon\n", "line 2: not a time"),
        (b"user,item,timestamp\n1,2,nan\n", "line 2: not a time"),
        (b"user,item,timestamp\n1,2\n", "line 2: 2 columns"),
        (b"user,item\n,2\n", "line 2: an empty id"),
        (b"\n\nuser,item,timestamp\n\n1,2,3\n1,2,soon\n", "line 6: not a time"),
        (b'user,item\n1,"' + b"x" * 200_000 + b'"\n', "line 2: is not a row of a CSV"),
        (b"1,2,5,978300760\n", "line 1: the header names no user column"),
        (b"u0,i0\nu1,i1\n", "line 1: the header names no user column: u0, i0"),
        (b"\xff\xfe\x00", "not text"),
        (gzip.compress(b"user,item\n1,2\n" * 500, mtime=0)[:40], "cut off"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "odd"
    path.write_bytes(content)
    with pytest.raises(UnreadableData, match=told):
        read_events(path)


def test_leave_one_out_hides_the_last_and_the_one_before() -> None:
    held = leave_one_out(sequences_of([[0, 1, 2, 3], [4, 5]], 6))
    assert [past.tolist() for past in held.validation.fit] == [[0, 1], [4, 5]]
    assert held.validation.wanted.tolist() == [2]
    assert [past.tolist() for past in held.test.shown] == [[0, 1, 2]]
    assert held.test.wanted.tolist() == [3]


def test_what_comes_again_is_known_and_never_asked_for() -> None:
    whole = sequences_of([[0, 0, 1, 1, 0, 2, 2, 1], [3, 3, 3, 4], [5, 4, 5, 3, 3]], 6)
    held = leave_one_out(whole)
    assert [past.tolist() for past in held.test.shown] == [[0, 0, 1, 1, 0], [5, 4, 5]]
    assert held.test.wanted.tolist() == [2, 3]
    assert [past.tolist() for past in held.validation.fit] == [[0, 0], [3, 3, 3, 4], [5]]
    assert held.validation.wanted.tolist() == [1, 4]
    assert asked_people(whole).tolist() == [0, 2]


def test_carving_parts_every_event_once() -> None:
    train = sequences_of([np.arange(50), [], np.arange(30)], 50)
    part = carved(train, part=0.2, seed=1)
    for past, kept, held in zip(train, part.train, part.test, strict=True):
        assert sorted([*kept, *held]) == past.tolist()
    assert 0 < len(part.test.items) < 30


def test_ranks_leave_out_the_seen_and_share_the_middle_of_ties() -> None:
    scores = np.array([[9, 5, 5, 1, 0], [0, 0, 0, 0, 0], [np.nan, 1, 1, 1, 1]], dtype=np.float32)
    seen = sequences_of([[0], [], []], 5)
    assert rank_of(scores, np.array([2, 1, 0], dtype=np.int32), seen).tolist() == [0.5, 2.0, 4.0]


def test_metrics_by_hand() -> None:
    ranks = np.array([0.0, 1.0, 9.0, 10.0])
    assert hit_rate(ranks, 10) == 0.75
    assert ndcg_of_one(ranks, 10) == pytest.approx((1 + 1 / np.log2(3) + 1 / np.log2(11)) / 4)
    top = np.array([[1, 2], [3, 4], [0, 1]], dtype=np.int32)
    recall, ndcg = recall_and_ndcg(top, sequences_of([[2], [3, 4, 5], []], 6))
    assert recall == pytest.approx((1 + 2 / 3) / 2)
    assert ndcg == pytest.approx((1 / np.log2(3) + 1) / 2)
    assert area_under_curve(np.array([1.0, 2, 2, 3]), np.array([False, True, False, True])) == 0.875
    assert pair_accuracy(np.array([2.0, 1, 1]), np.array([1.0, 1, 2])) == 0.5
    assert calibration_error(np.repeat([0.2, 0.8], 50), np.repeat([False, True], 50)) == pytest.approx(0.2)


def test_the_report_keeps_ours_under_the_sets_name() -> None:
    rows = [Row("town", name, "p", {"HR@10": 0.5}, Cost(1, 2, 3, 4)) for name in ("miaohui", "<popular>")]
    found = as_json(rows)
    assert set(found) == {"town", "town/<popular>"}
    assert {"HR@10", "fit_s", "peak_mib", "request_p50_ms", "request_p99_ms"} <= set(found["town"])
    assert "&lt;popular&gt;" in bars(rows)


def test_the_command_measures_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(8)
    lines = [
        f"{person} " + " ".join(str((start + step) % 40) for step in range(8))
        for person, start in enumerate(rng.integers(0, 40, 60))
    ]
    file = tmp_path / "walks.txt.gz"
    file.write_bytes(gzip.compress("\n".join(lines).encode()))
    figures, chart = tmp_path / "figures.json", tmp_path / "figures.svg"

    assert main(["bench", "interest", "--file", str(file), "--json", str(figures), "--chart", str(chart)]) == 0

    found = json.loads(figures.read_text())["walks.txt.gz"]
    assert found["HR@10"] > 0.9
    assert found["request_p50_ms"] > 0
    assert chart.read_text().startswith("<svg")
    assert "walks.txt.gz" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("form", "content", "told"),
    [
        ("events", "user,item\nmei,a\nmei,b\nmei,b\nbo,a\n", "nobody met three items"),
        ("sequences", "mei a\nbo a b b b\n", "nobody met three items"),
        ("split", "mei\nbo\n", "people and no items"),
    ],
)
def test_a_file_that_asks_nothing_is_refused(tmp_path: Path, form: str, content: str, told: str) -> None:
    for name in ("train", "test"):
        (tmp_path / name).write_text(content)
    with pytest.raises(UnreadableData, match=told):
        compete_file(tmp_path if form == "split" else tmp_path / "train", form)


def test_a_past_without_what_was_bought_has_no_trace_of_it(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("timestamp,user,item,event\n1,mei,a,view\n2,bo,a,view\n3,mei,b,view\n4,mei,a,buy\n5,li,b,buy\n")
    events = read_events(path)
    assert [past.tolist() for past in looked_at_only(events)] == [[1], [0], []]


def test_tags_stand_beside_ours_on_a_file_with_tags(tmp_path: Path) -> None:
    # Everybody goes round the ring of nine; the tags tell the three thirds apart, and nothing within a third.
    lines = [f"p{person} " + " ".join(f"i{(person + n) % 9}" for n in range(6)) for person in range(60)]
    (tmp_path / "walks").write_text("\n".join(lines) + "\n")
    (tmp_path / "tags").write_text("".join(f"i{item} third{item // 3}\n" for item in range(9)))
    figures = tmp_path / "figures.json"
    asked = ["bench", "interest", "--file", str(tmp_path / "walks"), "--json", str(figures)]
    assert main([*asked, "--versus", "tags", "--tags", str(tmp_path / "tags")]) == 0
    found = json.loads(figures.read_text())
    assert found["walks"]["NDCG@10"] > 0.95 > found["walks/tags"]["NDCG@10"] > 0.3
    assert {"walks/implicit ALS 16", "walks/implicit ALS 128", "walks/NumPy, brute force"} <= found.keys()


def test_tags_of_another_catalogue_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "walks").write_text("mei a b c d\nbo b c d a\n")
    (tmp_path / "tags").write_text("x red\n")
    asked = ["bench", "interest", "--file", str(tmp_path / "walks"), "--versus", "tags"]
    assert main(asked) == 2
    assert "--tags FILE" in capsys.readouterr().err
    assert main([*asked, "--tags", str(tmp_path / "tags")]) == 2
    assert "tags none of the items" in capsys.readouterr().err
    assert main(["bench", "interest", "--data", str(tmp_path), "--set", "retailrocket", "--versus", "tags"]) == 2
    assert "there are tags in: ml-1m" in capsys.readouterr().err


def test_what_implicit_recommends_is_judged_by_its_place() -> None:
    assert places_of(np.array([[4, 2], [1, 3], [0, -1]]), np.array([2, 1, 5])).tolist() == [1.0, 0.0, np.inf]


def test_where_people_come_back_what_they_took_may_be_recommended() -> None:
    events = sequences_of([[0, 1, 2], [0, 1, 3], [2, 3, 4]] * 10, 6)
    fitted = fit_als(events, factors=2)
    assert fitted is not None
    assert set(fitted.top(np.array([0]), 3, again=True)[0].tolist()) & {0, 1, 2}
    assert not set(fitted.top(np.array([0]), 3)[0].tolist()) & {0, 1, 2}


def test_movies_bear_their_genres_under_the_ids_of_the_sequences(tmp_path: Path) -> None:
    (tmp_path / "movies.dat.gz").write_bytes(gzip.compress("7::Am\u00e9lie (2001)::Comedy|Romance\n".encode("latin-1")))
    (tmp_path / "sasrec_to_movielens_item.csv.gz").write_bytes(
        gzip.compress(b"sasrec_item,movielens_movie\n1,7\n2,8\n", mtime=0)
    )
    assert read_movie_genres(tmp_path) == {"1": ["Comedy", "Romance"], "2": []}


def test_the_command_says_what_it_lacks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (
        [],
        ["--data", str(tmp_path)],
        ["--data", str(tmp_path), "--set", "mars"],
        ["--file", str(tmp_path / "none")],
    ):
        assert main(["bench", "interest", *arguments]) == 2
        assert "miaohui bench:" in capsys.readouterr().err
