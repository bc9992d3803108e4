"""What people call themselves, and how old they are."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miaohui.people.accounts.ages import InvalidBirthDate, TooYoung, age_years, check_birth_date, is_minor
from miaohui.people.accounts.profile_texts import (
    InvalidBio,
    InvalidNickname,
    clean_bio,
    clean_nickname,
)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("阿梅", "阿梅"),
        ("  Inês\t Maria ", "Inês Maria"),
        ("Ine\u0302s", "Inês"),
        ("👩‍🍳 cook", "👩‍🍳 cook"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("a\u0000b\u200bc", "abc"),
        ("Z" + "\u0335" * 30, "Z" + "\u0335" * 4),
    ],
)
def test_a_name_is_kept_without_what_nobody_can_see(text: str, kept: str):
    assert clean_nickname(text) == kept


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u200d", "\u3164", "\u2800\u2800", "x" * 25])
def test_a_name_needs_something_to_see_and_an_end(text: str):
    with pytest.raises(InvalidNickname):
        clean_nickname(text)


@given(text=st.text())
def test_cleaning_a_name_twice_is_cleaning_it_once(text: str):
    try:
        nickname = clean_nickname(text)
    except InvalidNickname:
        return
    assert clean_nickname(nickname) == nickname
    assert "\n" not in nickname


def test_a_text_about_oneself_has_five_lines_at_most():
    assert clean_bio(" Noodles \r\n\n\n\n and tea ") == "Noodles\n\nand tea"
    assert clean_bio("") == ""
    for text in ("x" * 161, "\n".join("123456")):
        with pytest.raises(InvalidBio):
            clean_bio(text)


NOW = datetime(2026, 4, 18, 19, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("born", "years"), [("2008-04-18", 18), ("2008-04-19", 17), ("2025-04-19", 0), ("2004-02-29", 22)]
)
def test_years_are_completed_on_the_birthday(born: str, years: int):
    assert age_years(date.fromisoformat(born), now=NOW) == years


def test_who_was_born_on_a_leap_day_grows_up_on_the_first_of_march():
    born = date(2008, 2, 29)
    assert is_minor(born, now=datetime(2026, 2, 28, 23, 59, tzinfo=UTC))
    assert not is_minor(born, now=datetime(2026, 3, 1, tzinfo=UTC))


@given(born=st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)))
def test_every_birth_date_is_a_minor_an_adult_or_refused(born: date):
    try:
        check_birth_date(born, now=NOW)
    except TooYoung:
        assert is_minor(born, now=NOW)
        assert born <= NOW.date()
    except InvalidBirthDate:
        assert born > NOW.date() or born < NOW.date() - timedelta(days=120 * 365)
    else:
        assert is_minor(born, now=NOW) == (born > date(2008, 4, 18))
