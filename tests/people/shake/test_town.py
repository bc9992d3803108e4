"""A demo town in which thirty people shake: nearly all of them have met somebody within ten seconds."""

import random

from tests.people.shake.fair import SUZHOU, Fair


def test_thirty_people_shake_and_nearly_all_meet_somebody(fair: Fair) -> None:
    rng = random.Random(4)
    people = [fair.arrive(guest) for guest in fair.cast.crowd(30)]
    # A town centre of 1.5 km across; everybody shakes once within ten seconds.
    shaken = sorted((rng.uniform(0, 10), person) for person in people)
    now = 0.0
    for moment, person in shaken:
        fair.pass_time(seconds=moment - now)
        now = moment
        fair.shake(person, at=(SUZHOU[0] + rng.uniform(0, 0.0135), SUZHOU[1] + rng.uniform(0, 0.0158)))
    fair.pass_time(seconds=10)
    met = sum(bool(fair.ok(person, "GET", "/me/shake-matches")["items"]) for person in people)
    assert met >= 0.95 * len(people)
