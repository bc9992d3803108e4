"""Sets that say when are replayed: a state of this minute beside one of last night."""

import json
from pathlib import Path

import numpy as np
import pytest

from miaohui.cli import main
from miaohui.discovery.interest.evaluation.contests.replay import DAY_S, CannotReplay, beginning_of, questions_of
from miaohui.discovery.interest.evaluation.formats import read_events

NOON = 1_700_006_400 // 86_400 * 86_400 + 43_200


def walks(path: Path, *, people: int = 60, days: int = 8, items: int = 240) -> Path:
    """Every noon each person sets out anywhere on a ring and goes six steps along it."""
    rng = np.random.default_rng(3)
    rows = ["user,item,timestamp"]
    for day in range(days):
        starts = rng.integers(0, items, people)
        for step in range(6):
            at = NOON + day * 86_400 + step * 60
            rows += [f"p{person},{(start + step) % items},{at}" for person, start in enumerate(starts.tolist())]
    path.write_text("\n".join(rows) + "\n")
    return path


def test_who_knows_the_last_minute_finds_the_next_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, figures = walks(tmp_path / "walks.csv"), tmp_path / "figures.json"
    asked = ["bench", "interest", "--file", str(file), "--format", "events", "--replay", "--json", str(figures)]
    assert main(asked) == 0
    found = json.loads(figures.read_text())
    live, stale, nightly = (
        found[f"walks.csv, replayed{which}"]["HR@10"] for which in ("", "/state of last midnight", "/nightly batches")
    )
    # The first of six steps can be foretold by nobody.
    assert live > 0.6
    assert max(stale, nightly) < 0.3
    assert "nightly batches" in capsys.readouterr().out


def test_what_is_asked_lies_behind_what_is_known(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    day = 86_400
    rows = [("mei", "a", 0), ("mei", "b", 60), ("bo", "a", day), ("mei", "a", 2 * day), ("mei", "c", 2 * day + 60)]
    rows += [("mei", "d", 2 * day + 120), ("mei", "d", 2 * day + 180), ("li", "d", 2 * day + 200)]
    path.write_text("user,item,time\n" + "".join(f"{who},{what},{when}\n" for who, what, when in rows))
    events = read_events(path)
    (night,) = questions_of(events, begins := 2.0 * day)
    # Neither what comes again, nor what somebody of whom nothing is known begins with.
    assert [events.item_names[item] for item in night.wanted.tolist()] == ["c", "d"]
    assert [past.tolist() for past in night.live] == [[0, 1, 0], [0, 1, 0, 2]]
    assert [past.tolist() for past in night.stale] == [[0, 1], [0, 1]]
    assert night.midnight == begins
    assert [past.tolist() for past in events.before(begins)] == [[0, 1], [0], []]


@pytest.mark.parametrize(
    ("header", "unit"), [("time", 1.0), ("time_ms", 1e3), ("minute", 1 / 60), ("ts", 1e3), ("ts", 1e6)]
)
def test_times_are_read_in_seconds(tmp_path: Path, header: str, unit: float) -> None:
    path = tmp_path / "events.csv"
    path.write_text(f"user,item,{header}\nmei,a,{NOON * unit:.0f}\nmei,b,{(NOON + 600) * unit:.0f}\n")
    assert read_events(path).at.tolist() == [NOON, NOON + 600]


def test_the_replay_begins_at_a_midnight_with_a_past(tmp_path: Path) -> None:
    events = read_events(walks(tmp_path / "walks.csv"))
    begins = beginning_of(events)
    assert begins % DAY_S == 0
    assert 0.6 < (events.at < begins).mean() < 0.95


def test_without_days_nothing_is_replayed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "events.csv"
    path.write_text("user,item\nmei,a\nmei,b\nmei,c\nbo,a\nbo,b\nbo,c\n")
    with pytest.raises(CannotReplay):
        beginning_of(read_events(path))
    for arguments, told in (
        (["--file", str(path), "--format", "events"], "cannot be replayed"),
        (["--file", str(path), "--format", "sequences"], "needs times"),
        (["--data", str(tmp_path), "--set", "ml-1m"], "nobody noted times in ml-1m"),
        (["--own", str(tmp_path)], "stands by itself"),
    ):
        assert main(["bench", "interest", "--replay", *arguments]) == 2
        assert told in capsys.readouterr().err
