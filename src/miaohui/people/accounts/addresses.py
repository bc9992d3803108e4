"""E-mail addresses and phone numbers, each in the one form in which they are kept and compared."""

from typing import Literal

import msgspec
import phonenumbers
from email_validator import EmailNotValidError, validate_email

from miaohui.kit.errors import Refusal

Channel = Literal["email", "phone"]

_HOME_REGION = "CN"
"""Where a phone number without a country code belongs."""


class InvalidAddress(Refusal):
    """Nothing can be sent there."""

    code = "invalid_address"
    status = 400
    title = "This is not an address that can be reached"


class Address(msgspec.Struct, frozen=True):
    """Where a person can be reached, in its one form."""

    channel: Channel
    text: str


def parse_address(channel: Channel, text: str) -> Address:
    """Return the address in its one form: E.164 for phones, lower case for e-mail. Raises InvalidAddress."""
    return Address(channel, _email(text.strip()) if channel == "email" else _phone(text.strip()))


def _email(text: str) -> str:
    try:
        found = validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        raise InvalidAddress("This is not an e-mail address.") from None
    # Strictly the part before the @ may differ by case; no provider that people use makes that difference.
    return found.normalized.lower()


def _phone(text: str) -> str:
    try:
        number = phonenumbers.parse(text, _HOME_REGION)
    except phonenumbers.NumberParseException:
        raise InvalidAddress("This is not a phone number.") from None
    if not phonenumbers.is_valid_number(number):
        raise InvalidAddress("This is not a phone number.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
