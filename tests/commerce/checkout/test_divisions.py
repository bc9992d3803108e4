"""Where things can be sent within China."""

from miaohui.commerce.checkout.divisions import Division, divisions_below, place_of


def everything(code: str = "") -> list[Division]:
    below = divisions_below(code)
    return below + [part for one in below if one.has_parts for part in everything(one.code)]


def test_there_are_34_provinces_and_what_is_below_them_begins_with_their_code() -> None:
    provinces = divisions_below()
    assert len(provinces) == 34
    assert [one.code for one in provinces] == sorted(one.code for one in provinces)
    assert all(len(one.code) == 2 and one.code.isdigit() for one in provinces)
    for province in provinces:
        assert all(part.code.startswith(province.code) for part in everything(province.code))


def test_every_last_step_is_a_place_and_no_other_is() -> None:
    listed = everything()
    assert len({one.code for one in listed}) == len(listed) > 3000
    for one in listed:
        place = place_of(one.code)
        assert (place is None) == one.has_parts
        assert place is None or one.name in {place.province, place.city, place.district}


def test_places_with_fewer_steps_have_their_words() -> None:
    def words(code: str) -> tuple[str, str, str]:
        place = place_of(code)
        assert place is not None
        return place.province, place.city, place.district

    assert words("320508") == ("江苏省", "苏州市", "姑苏区")
    assert words("110101") == ("北京市", "北京市", "东城区")
    assert words("441900" if place_of("441900") else "4419") == ("广东省", "东莞市", "")
    assert words("429004") == ("湖北省", "仙桃市", "")
    assert words("81") == ("香港特别行政区", "", "")
    assert words("71") == ("台湾省", "", "")
    assert place_of("") is None
    assert place_of("999999") is None
    assert divisions_below("999999") == []
