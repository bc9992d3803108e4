"""What townspeople write to visitors: few words, and first of all who writes them."""

from typing import Literal

_LINES = {
    "zh": (
        "你好呀！先说一声：这里是演示小镇，我由服务器扮演，只会说几句话。",
        "今晚灯多，北门那边的糖画摊子最热闹，你去过了吗？",
        "我记下了。拍了什么好看的，发一段给我看看？",
        "哈，这个有意思。",
        "我得去收摊了，你慢慢逛。小镇里还有别的人在摇。",
    ),
    "en": (
        "Hello! To be plain: this is a demo town and the server plays me, so I know a few sentences only.",
        "There are many lanterns tonight. The sugar painter by the north gate has the longest queue. Been there?",
        "I will remember that. If you filmed something, send me the clip.",
        "Ha, I like that.",
        "I have to close my stall now. Enjoy the fair; others here are shaking, too.",
    ),
}


def answer_to(*, number: int, language: Literal["zh", "en"]) -> str | None:
    """Return what somebody says who has written `number` times before; None when they have said all."""
    lines = _LINES[language]
    return lines[number] if number < len(lines) else None
