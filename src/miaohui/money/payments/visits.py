"""What a request tells about who stands before the till."""

from typing import Any

from litestar import Request

from miaohui.money.payments.providers.contract import Device, Visit


def visit_of(request: Request[Any, Any, Any]) -> Visit:
    """Return on which device the payer is, and from where."""
    headers = request.headers
    device = device_of(headers.get("user-agent", ""), is_mobile=headers.get("sec-ch-ua-mobile") == "?1")
    return Visit(device=device, ip=request.client.host if request.client else "")


def device_of(user_agent: str, *, is_mobile: bool = False) -> Device:
    """Return the kind of browser. is_mobile: what the client hint says, where there is one.

    Tablets count as desktops: most have neither WeChat nor Alipay on them, and a QR code is readable on them.
    """
    if "MicroMessenger" in user_agent:
        return "wechat"
    # "Mobi" is what all browsers of phones say, and what MDN advises to look for.
    return "phone" if is_mobile or "Mobi" in user_agent else "desktop"
