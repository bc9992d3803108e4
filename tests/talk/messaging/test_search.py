"""Finding what was written."""

import pytest

from miaohui.kit.db import Database
from miaohui.talk.messaging.actions.recall_message import recall_message
from miaohui.talk.messaging.search import find_messages
from tests.cast import Cast
from tests.talk.messaging.friends import friends_talk, write


@pytest.mark.parametrize("words", ["糖画", "带糖", "糖", "我带 画", "TEA", "tea 糖画", "ｔｅａ"])
def test_words_are_found_wherever_they_stand(db: Database, cast: Cast, words: str):
    place = friends_talk(db, cast.mei, cast.lan)
    wanted = write(db, place, cast.mei, "我带糖画 and Tea")
    write(db, place, cast.lan, "我带画 and a teapot")

    found = db.read_sync(find_messages, words=words, viewer_id=cast.lan, limit=5)

    assert wanted.id in [one.id for one in found]


@pytest.mark.parametrize("words", ["画糖", "糖人", "糖画 coffee", "…", "te"])
def test_what_was_not_written_is_not_found(db: Database, cast: Cast, words: str):
    write(db, friends_talk(db, cast.mei, cast.lan), cast.mei, "我带糖画 and Tea")

    assert db.read_sync(find_messages, words=words, viewer_id=cast.lan, limit=5) == []


def test_others_and_recalled_words_are_not_found(db: Database, cast: Cast):
    sent = write(db, friends_talk(db, cast.mei, cast.lan), cast.mei, "我带糖画")
    assert db.read_sync(find_messages, words="糖画", viewer_id=cast.bo, limit=5) == []

    db.write_sync(recall_message, message_id=sent.id, sender_id=cast.mei)

    assert db.read_sync(find_messages, words="糖画", viewer_id=cast.mei, limit=5) == []
