"""A clip as a file: pictures that move and sound that is heard, for exactly as long as planned."""

from pathlib import Path

import numpy as np
import pytest

from miaohui.demo.clips import IDEAS
from miaohui.demo.drawing.film import Film, FilmingFailed, Rhythm, film_clip
from miaohui.demo.music.composing import compose_music
from miaohui.demo.music.mixing import loudness
from miaohui.demo.music.styles import STYLES
from miaohui.demo.topics import TOPICS
from miaohui.media.videos.ffmpeg.probe import ProbeLimits, probe

BRIEF = Rhythm(frames=12, beats=2)
AN_IDEA = next(idea for idea in IDEAS if idea.key == "cats/on-the-table")


def film_briefly(path: Path, *, timeout_s: float = 60.0) -> Film:
    return film_clip(
        AN_IDEA, set_scene=TOPICS["cats"].world, style=STYLES["cats"], rhythm=BRIEF, path=path, timeout_s=timeout_s
    )


def test_a_clip_is_a_video_that_the_product_accepts(tmp_path: Path) -> None:
    film = film_briefly(tmp_path / "clip.mp4")

    found = probe(source=film.path, limits=ProbeLimits(max_bytes=1 << 30, max_duration_ms=60_000))
    assert abs(found.duration_ms - AN_IDEA.verses * 500) <= 42
    assert abs(film.duration_ms - AN_IDEA.verses * 500) <= 1
    assert (found.width, found.height) == (540, 960)
    assert found.video_codec == "h264"
    assert found.audio_codec == "aac"
    assert 0 < film.cover_ms < film.duration_ms


def test_the_same_idea_makes_the_same_file(tmp_path: Path) -> None:
    one = film_briefly(tmp_path / "one.mp4")
    other = film_briefly(tmp_path / "other.mp4")

    assert one.path.read_bytes() == other.path.read_bytes()


def test_an_encoder_that_cannot_write_says_so(tmp_path: Path) -> None:
    with pytest.raises(FilmingFailed, match="missing"):
        film_briefly(tmp_path / "missing" / "clip.mp4")


@pytest.mark.parametrize("topic", sorted(STYLES))
def test_music_is_even_heard_and_never_clips(topic: str) -> None:
    rhythm = TOPICS[topic].rhythms[0]
    tune = compose_music(STYLES[topic], cycle_s=rhythm.seconds, beats=rhythm.beats, verses=2, seed=5)

    assert tune.shape == (round(2 * rhythm.seconds * 48_000), 2)
    assert -17.5 < loudness(tune) < -15
    assert np.abs(tune).max() < 0.86
    quarters = np.array_split(tune, 4)
    assert min(loudness(quarter) for quarter in quarters) > -26
    again = compose_music(STYLES[topic], cycle_s=rhythm.seconds, beats=rhythm.beats, verses=2, seed=5)
    assert np.array_equal(tune, again)
    assert not np.array_equal(
        tune, compose_music(STYLES[topic], cycle_s=rhythm.seconds, beats=rhythm.beats, verses=2, seed=6)
    )
