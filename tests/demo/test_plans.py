"""What the town is planned to do: the same from the same seed, and plausible."""

import random
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from statistics import mean

from miaohui.demo.clips import IDEAS
from miaohui.demo.comments import plan_comments
from miaohui.demo.people import BY_HANDLE, PEOPLE
from miaohui.demo.programme import MONTH, air_times, duration_ms, first_wave, plan_programme
from miaohui.demo.topics import TOPICS
from miaohui.demo.watching import NEWCOMERS, Airing, Viewing, plan_watching

NOW = datetime(2026, 4, 18, 19, 30, tzinfo=UTC)


def watch_a_month(*, seed: int = 1) -> list[Viewing]:
    programme = plan_programme(seed=seed)
    times = air_times(programme, planted_at=NOW, seed=seed)
    airings = [Airing(idea, duration_ms(idea), times[idea.key]) for idea in programme]
    wave = {idea.key for idea in first_wave(programme)}
    return plan_watching(airings, first_wave=wave, now=NOW, seed=seed)


def test_the_programme_begins_with_one_clip_of_each_topic() -> None:
    programme = plan_programme(seed=1)

    assert sorted(idea.key for idea in programme) == sorted(idea.key for idea in IDEAS)
    assert {idea.topic for idea in programme[: len(TOPICS)]} == set(TOPICS)
    assert first_wave(programme) == programme[: len(TOPICS)]
    assert plan_programme(seed=1) == programme
    assert plan_programme(seed=2) != programme


def test_clips_were_published_one_after_the_other_within_the_month() -> None:
    programme = plan_programme(seed=1)
    times = [air_times(programme, planted_at=NOW, seed=1)[idea.key] for idea in programme]

    assert times == sorted(times)
    assert NOW - MONTH - timedelta(hours=1) < times[0]
    assert times[-1] < NOW


def test_the_same_seed_gives_the_same_month() -> None:
    assert watch_a_month() == watch_a_month()
    assert watch_a_month() != watch_a_month(seed=2)


def test_people_stay_with_what_they_like_and_leave_the_rest() -> None:
    shares: dict[bool, list[float]] = defaultdict(list)
    for viewing in watch_a_month():
        interest = BY_HANDLE[viewing.person].interests.get(viewing.clip.split("/")[0], 0)
        shares[interest >= 0.5].append(viewing.dwell_ms / viewing.duration_ms)

    assert mean(shares[True]) > 2 * mean(shares[False])
    assert mean(shares[False]) > 0


def test_nobody_watches_before_it_is_out_after_now_twice_or_their_own() -> None:
    month = watch_a_month()
    times = air_times(plan_programme(seed=1), planted_at=NOW, seed=1)
    authors = {idea.key: idea.author for idea in IDEAS}

    assert len(month) > 1500
    assert all(times[viewing.clip] < viewing.at < NOW for viewing in month)
    assert all(authors[viewing.clip] != viewing.person for viewing in month)
    assert max(Counter((viewing.person, viewing.clip) for viewing in month).values()) == 1


def test_those_whom_visitors_enter_as_have_nearly_everything_before_them() -> None:
    seen = Counter(viewing.person for viewing in watch_a_month())
    wave = {idea.key for idea in first_wave(plan_programme(seed=1))}

    assert all(0 < seen[handle] <= 6 for handle in NEWCOMERS)
    assert all(viewing.clip in wave for viewing in watch_a_month() if viewing.person in NEWCOMERS)


def test_comments_fit_the_clip_and_nobody_repeats() -> None:
    for idea in IDEAS:
        planned = plan_comments(idea, rng=random.Random(idea.key))
        assert 3 <= len(planned) <= 8
        assert planned == plan_comments(idea, rng=random.Random(idea.key))
        assert len({comment.body for comment in planned}) == len(planned)
        assert len({comment.author for comment in planned}) == len(planned)
        assert idea.author not in {comment.author for comment in planned}
        for comment in planned:
            assert comment.author not in comment.likers
            assert all(reply.after > timedelta(0) for reply in comment.replies)
            assert not comment.replies or comment.replies[0].author == idea.author


def test_minors_of_the_town_are_minors_on_any_day_and_nobody_is_too_young() -> None:
    for person in PEOPLE:
        for now in (NOW, datetime(2028, 2, 29, tzinfo=UTC), datetime(2027, 12, 31, 23, 59, tzinfo=UTC)):
            born = person.birth_date(now=now)
            age = now.year - born.year - ((now.month, now.day) < (born.month, born.day))
            assert age == person.age_years >= 14
