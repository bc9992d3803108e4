"""Amounts as Chinese providers write them in texts: yuan with two digits."""

from decimal import Decimal, InvalidOperation

from miaohui.money.payments.providers.contract import ProviderFault


def yuan(amount_minor: int) -> str:
    """Return 1280 as 12.80."""
    return f"{amount_minor // 100}.{amount_minor % 100:02}"


def fen(text: str) -> int:
    """Return 12.80, 12.8 or 12 as 1280. Raises ValueError for what is no whole number of fen."""
    try:
        amount = Decimal(text.strip()) * 100
    except InvalidOperation:
        raise ValueError(f"{text!r} is no amount") from None
    if not amount.is_finite() or amount != amount.to_integral_value():
        raise ValueError(f"{text!r} is no whole number of fen")
    return int(amount)


def refuse_other_currencies(provider: str, currency: str) -> None:
    """Raise ProviderFault unless the amount is in renminbi."""
    if currency != "CNY":
        raise ProviderFault(f"{provider} takes CNY only, not {currency}", permanent=True)
