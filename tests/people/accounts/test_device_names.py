"""What a person reads in the list of devices."""

import pytest

from miaohui.people.accounts.device_names import device_name

CHROME = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"
WECHAT = "Mozilla/5.0 (Linux; Android 14; V2366A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.50"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (CHROME, "Chrome · Android"),
        (SAFARI, "Safari · iPhone"),
        (EDGE, "Edge · Windows"),
        (WECHAT, "WeChat · Android"),
        ("curl/8.5.0", "curl"),
        ("", ""),
        ("\x00\x1b[31m", "[31m"),
        ("x" * 500, "x" * 60),
    ],
)
def test_a_device_has_a_name_that_people_know(user_agent: str, name: str):
    assert device_name(user_agent) == name
