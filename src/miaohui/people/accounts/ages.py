"""How old somebody is. Whether a person is a minor is always computed, never stored."""

from datetime import date, datetime

from miaohui.kit.errors import Refusal

MINIMUM_AGE_YEARS = 14
"""Below it, China's PIPL (art. 31) and its kin ask for a guardian's consent, which this server cannot
verify; so it does not take the data at all."""
ADULT_AGE_YEARS = 18
_OLDEST_YEARS = 120


class InvalidBirthDate(Refusal):
    """Nobody alive was born on that day."""

    code = "invalid_birth_date"
    status = 400
    title = "This cannot be a birth date"


class TooYoung(Refusal):
    """The person would need a guardian's consent that nobody here can check."""

    code = "too_young"
    status = 403
    title = "You can have an account from the age of 14. Watching needs none"

    def __init__(self) -> None:
        super().__init__(minimum_age_years=MINIMUM_AGE_YEARS)


def check_birth_date(birth_date: date, *, now: datetime) -> None:
    """Raise InvalidBirthDate or TooYoung for who cannot have an account."""
    years = age_years(birth_date, now=now)
    if birth_date > now.date() or years > _OLDEST_YEARS:
        raise InvalidBirthDate
    if years < MINIMUM_AGE_YEARS:
        raise TooYoung


def is_minor(birth_date: date, *, now: datetime) -> bool:
    """Return whether somebody is a minor at `now`; days change in UTC."""
    return age_years(birth_date, now=now) < ADULT_AGE_YEARS


def age_years(birth_date: date, *, now: datetime) -> int:
    """Return the completed years of life; who was born on 29 February has the birthday on 1 March."""
    today = now.date()
    return today.year - birth_date.year - ((today.month, today.day) < (birth_date.month, birth_date.day))
