"""The people of every story. They come on stage when a test first names them: `cast.mei` is an account id."""

from datetime import date

import msgspec

from miaohui.kit.db import Database
from miaohui.people.accounts.actions.create_account import create_account


class Person(msgspec.Struct, frozen=True):
    """Who somebody is before they have an account."""

    nickname: str
    birth_date: date
    locale: str


PEOPLE = {
    "mei": Person("阿梅", date(1994, 3, 2), "zh-Hans"),  # shoots street food, has most followers
    "bo": Person("Bo", date(1988, 11, 23), "en"),  # watches a lot, says much
    "lan": Person("兰兰", date(2001, 6, 9), "zh-Hans"),  # Mei's friend
    "hao": Person("浩哥", date(1979, 1, 30), "zh-Hans"),  # nobody wants to meet him
    "xiaoyu": Person("小雨", date(2010, 9, 14), "zh-Hans"),  # fifteen years old
    "omar": Person("Omar", date(1985, 5, 17), "en"),  # sells lanterns
    "lena": Person("Lena", date(1983, 2, 8), "en"),  # works for the market
    "ines": Person("Inês", date(1969, 8, 5), "en"),  # a passer-by
}


class Cast:
    """Creates each person at their first entrance."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._ids: dict[str, int] = {}

    def __getattr__(self, name: str) -> int:
        if name not in PEOPLE:
            raise AttributeError(name)
        return self.enter(name, PEOPLE[name])

    def enter(self, name: str, person: Person) -> int:
        """Return the account id of `name`, whose handle is that name and the word fair."""
        if name not in self._ids:
            self._ids[name] = self._db.write_sync(
                create_account,
                nickname=person.nickname,
                birth_date=person.birth_date,
                locale=person.locale,
                handle=f"{name}_fair",
            )
        return self._ids[name]

    def crowd(self, size: int) -> list[int]:
        """Return so many more people, all adults."""
        return [self.enter(f"guest{n}", Person(f"Guest {n}", date(1990, 1, 1), "en")) for n in range(size)]
