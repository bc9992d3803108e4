"""What somebody writes into the address book, in the one form in which it is kept."""

import unicodedata

import msgspec
import phonenumbers
from babel import Locale

from miaohui.commerce.checkout.divisions import place_of
from miaohui.commerce.checkout.freight import HOME
from miaohui.kit.errors import Refusal

_COUNTRIES = frozenset(str(code) for code in Locale.parse("en").territories if str(code).isalpha()) - {"EU", "ZZ"}


class AddressUnusable(Refusal):
    """Nothing can be sent there as it is written. Data: field."""

    code = "address_unusable"
    status = 400
    title = "This address cannot be used as it is"


class AddressForm(msgspec.Struct, frozen=True, kw_only=True):
    """An address as it is written. In China the code says province, city and district; elsewhere the words do."""

    name: str
    phone: str
    street: str
    country: str = HOME
    division_code: str | None = None
    province: str = ""
    city: str = ""
    district: str = ""
    postcode: str = ""
    is_default: bool = False


def clean_address(form: AddressForm) -> AddressForm:
    """Return an address trimmed (NFC), with its phone number in E.164 and China's words from the code.

    Raises AddressUnusable: an unknown country, a division that is none or still has parts to choose
    from, a phone number that cannot exist, or a field that is empty or too long.
    """
    country = form.country.strip().upper()
    if country not in _COUNTRIES:
        raise AddressUnusable("There is no such country", field="country")
    if country == HOME:
        place = place_of(form.division_code or "")
        if place is None:
            raise AddressUnusable("Choose the division down to its last step", field="division_code")
        code, province, city, district = place.code, place.province, place.city, place.district
    else:
        code = None
        province, district = _line(form.province, "province", 0, 60), _line(form.district, "district", 0, 60)
        city = _line(form.city, "city", 1, 60)
    return AddressForm(
        name=_line(form.name, "name", 1, 40),
        phone=_phone(form.phone, country),
        street=_line(form.street, "street", 2, 200),
        country=country,
        division_code=code,
        province=province,
        city=city,
        district=district,
        postcode=_line(form.postcode, "postcode", 0, 12),
        is_default=form.is_default,
    )


def _line(text: str, field: str, shortest: int, longest: int) -> str:
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in line):
        raise AddressUnusable("An address cannot hold control characters", field=field)
    if not shortest <= len(line) <= longest:
        raise AddressUnusable("A line of the address is empty or too long", field=field)
    return line


def _phone(text: str, country: str) -> str:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        raise AddressUnusable("This is not a phone number.", field="phone") from None
    if not phonenumbers.is_valid_number(number):
        raise AddressUnusable("This is not a phone number.", field="phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
