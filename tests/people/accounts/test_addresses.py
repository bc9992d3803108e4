"""Every address has one form; what cannot be reached is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miaohui.people.accounts.addresses import Address, InvalidAddress, parse_address


@pytest.mark.parametrize(
    ("channel", "text", "form"),
    [
        ("email", " Mei@Fair.Example ", "mei@fair.example"),
        ("email", "mei@庙会.cn", "mei@庙会.cn"),
        ("email", "mei@xn--6oqq19a.cn", "mei@庙会.cn"),
        ("phone", "13800138000", "+8613800138000"),
        ("phone", "+86 138-0013-8000", "+8613800138000"),
        ("phone", "0044 20 7946 0958", "+442079460958"),
    ],
)
def test_one_address_one_form(channel: str, text: str, form: str):
    assert parse_address(channel, text) == Address(channel, form)


@pytest.mark.parametrize(
    ("channel", "text"),
    [
        ("email", "mei"),
        ("email", "mei@localhost"),
        ("email", "mei@fair.example\nBcc: all@fair.example"),
        ("email", "Mei <mei@fair.example>"),
        ("phone", "12345"),
        ("phone", "mei@fair.example"),
        ("phone", "+999999999999"),
    ],
)
def test_what_cannot_be_reached(channel: str, text: str):
    with pytest.raises(InvalidAddress):
        parse_address(channel, text)


@given(channel=st.sampled_from(["email", "phone"]), text=st.text(max_size=60))
def test_any_text_is_an_address_in_its_one_form_or_none(channel: str, text: str):
    try:
        address = parse_address(channel, text)
    except InvalidAddress:
        return
    assert parse_address(channel, address.text) == address
