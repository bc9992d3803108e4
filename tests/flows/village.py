"""Mei, Bo and Lan, friends of each other, with one of everything by which people meet."""

from typing import Any

from miaohui.kit.ids import format_id
from tests.discovery.feed.fair import shelve
from tests.flows.street import Street
from tests.people.shake.fair import SUZHOU
from tests.talk.calls.friends import befriend
from tests.talk.stickers.test_stickers_api import photo

PLACE = {"place": {"latitude": SUZHOU[0], "longitude": SUZHOU[1]}}


class Village(Street):
    """Everybody has a clip, a moment, a sticker and something to say, and is seen near by."""

    things: dict[str, str]

    def settle(self) -> None:
        names = ("mei", "bo", "lan")
        for one, other in (("mei", "bo"), ("mei", "lan"), ("bo", "lan")):
            befriend(self.db, self.id(one), self.id(other))
        found = self.things = {}
        for name in names:
            found[f"clip of {name}"] = format_id(self.db.write_sync(shelve, author_id=self.id(name), caption="茶 #tea"))
            found[f"moment of {name}"] = self.ok(name, "POST", "/moments", {"body": f"灯 by {name}"})["id"]
            self.ok(name, "PUT", "/me/mood", {"mood": "happy"})
            self.ok(name, "PUT", "/me/nearby", PLACE)
        found["group"] = self.ok(
            "lan", "POST", "/groups", {"title": "灯会", "person_ids": [str(self.id("mei")), str(self.id("bo"))]}
        )["id"]
        self.quiet()
        for name in ("mei", "bo"):
            other = "bo" if name == "mei" else "mei"
            said = {"body": f"好茶 says {name}"}
            found[f"comment of {name}"] = self.ok(name, "POST", f"/videos/{found['clip of lan']}/comments", said)["id"]
            self.ok(name, "POST", f"/moments/{found['moment of lan']}/comments", said)
            self.ok(name, "PUT", f"/moments/{found['moment of lan']}/like")
            self.ok(name, "PUT", f"/moments/{found[f'moment of {other}']}/like")
            self.ok(name, "PUT", f"/videos/{found[f'clip of {other}']}/like")
            sticker = self.ok(name, "POST", "/stickers", photo(), params={"name": f"tea of {name}"})["id"]
            found[f"sticker of {name}"] = sticker
            self.ok(other, "PUT", f"/stickers/{sticker}/favourite")
            self.says(name, found["group"], {"text": f"hello from {name}"})
            self.says("lan", found["group"], {"ref": sticker}, kind="sticker")
            self.says("lan", found["group"], {"card": "video", "ref": found[f"clip of {name}"]}, kind="card")
            found[f"said by {name}"] = self.group_words("lan", name)[-1]["id"]
        self.shake("mei")
        found["match"] = self.shake("bo")["match"]["id"]
        direct = self.items("mei", "/conversations")
        found["direct"] = next(one["id"] for one in direct if one["other"] and one["other"]["nickname"] == "Bo")
        self.quiet()

    def says(self, name: str, place: str, body: dict[str, Any], *, kind: str = "text", **more: Any) -> Any:
        self._tickets += 1
        message = {"client_id": f"message-{self._tickets:04}", "kind": kind, "body": body, **more}
        return self.ok(name, "POST", f"/conversations/{place}/messages", message)

    def group_words(self, name: str, by: str) -> list[dict[str, Any]]:
        found = self.items(name, f"/conversations/{self.things['group']}/messages")
        return [one for one in found if one["sender_id"] == str(self.id(by)) and one["kind"] == "text"]

    def cards(self, name: str, ref: str) -> list[Any]:
        """What somebody sees where Lan has shown a thing in the group."""
        found = self.items(name, f"/conversations/{self.things['group']}/messages")
        return [one["card"] for one in found if one["kind"] in ("card", "sticker") and one["body"]["ref"] == ref]
