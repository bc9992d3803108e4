"""The forty people of the demo town. They are invented."""

from datetime import date, datetime
from importlib.resources import files
from typing import Literal

import msgspec


class Portrait(msgspec.Struct, frozen=True):
    """How an avatar is drawn: OpenMoji code, ground, and where they differ from OpenMoji hair and shirt."""

    code: str
    ground: str
    hair: str = ""
    shirt: str = ""


class Townsperson(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of the town.

    age_years: at seed time, so that the minors of the town are minors whenever it is planted.
    interests: topic -> how much of it they want to see, 0..1; what is missing leaves them cold.
    patience: 0..1, how long they stay with what does not grip them.
    warmth: 0..1, how readily they like and follow. talk: 0..1, how readily they comment.
    """

    handle: str
    nickname: str
    bio: str
    language: Literal["zh", "en"]
    age_years: int
    birthday: tuple[int, int]
    interests: dict[str, float]
    patience: float
    warmth: float
    talk: float
    portrait: Portrait

    def birth_date(self, *, now: datetime) -> date:
        """The day of birth of somebody who is `age_years` old at `now`."""
        month, day = self.birthday
        had_it = (now.month, now.day) >= self.birthday
        return date(now.year - self.age_years - (0 if had_it else 1), month, day)


PEOPLE: tuple[Townsperson, ...] = msgspec.json.decode(
    (files("miaohui.demo") / "people.json").read_bytes(), type=tuple[Townsperson, ...]
)
BY_HANDLE: dict[str, Townsperson] = {person.handle: person for person in PEOPLE}
