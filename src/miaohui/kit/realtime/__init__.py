"""One WebSocket per device at `/ws`, many topics on it. docs/realtime.md describes the frames."""

from miaohui.kit.realtime.hub import Limits, Realtime, RealtimeStats
from miaohui.kit.realtime.logged_topic import LogEntry, TopicLog
from miaohui.kit.realtime.rules import UnknownTopic, anyone
from miaohui.kit.realtime.server_protocol import SocketProtocol

__all__ = ["Limits", "LogEntry", "Realtime", "RealtimeStats", "SocketProtocol", "TopicLog", "UnknownTopic", "anyone"]
