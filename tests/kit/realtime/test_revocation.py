"""Signing in on an open socket, and losing what one had, also at the worst moment."""

from miaohui.kit.db import Tx
from miaohui.kit.http import Viewer
from tests.kit.realtime.town import Town, in_club


def test_a_socket_signs_in_with_its_first_frame(town: Town) -> None:
    token = town.sign_up("mei", account_id=1)
    town.set_member(7, 1, is_member=True)
    phone = town.open()
    assert phone.ask("subscribe", topic="clubs:7:talk")["code"] == "forbidden"

    assert phone.ask("auth", token="wrong")["code"] == "unauthenticated"
    assert phone.ask("auth", token=token) == {"op": "authenticated", "account_id": "1"}

    phone.subscribe("clubs:7:talk")
    assert phone.ask("auth", token=token)["code"] == "already_authenticated"
    town.realtime.close_device(1)
    assert phone.hear_the_end() == (4401, "signed out")


def test_who_leaves_the_club_hears_no_more_of_it_and_the_others_do(town: Town) -> None:
    for account_id in (1, 2):
        town.set_member(7, account_id, is_member=True)
    mei = town.open(town.sign_up("mei", account_id=1))
    meis_tablet = town.open(town.sign_up("mei", account_id=1, device_id=2))
    hao = town.open(town.sign_up("hao", account_id=2, device_id=3))
    for phone in (mei, meis_tablet, hao):
        phone.subscribe("clubs:7:talk")
    mei.subscribe("square:news")

    town.set_member(7, 1, is_member=False)
    town.realtime.revoke("clubs:7:talk", account_id=1)
    town.realtime.publish("clubs:7:talk", "said", "Mei has left")
    town.realtime.publish("square:news", "opened", 1)

    for phone in (mei, meis_tablet):
        assert phone.hear() == {"op": "unsubscribed", "topic": "clubs:7:talk", "code": "forbidden"}
    assert mei.hear()["topic"] == "square:news"
    for phone in (mei, meis_tablet):
        assert phone.ask("subscribe", topic="clubs:7:talk")["code"] == "forbidden"
    assert hao.hear()["data"] == "Mei has left"
    assert hao.hears_nothing()


def test_a_device_that_is_signed_out_loses_its_sockets_and_the_others_stay(town: Town) -> None:
    lost = [town.open(town.sign_up("mei", account_id=1, device_id=5)) for _ in range(2)]
    kept = town.open(town.sign_up("mei", account_id=1, device_id=6))
    for phone in (*lost, kept):
        phone.subscribe("square:news")

    town.realtime.close_device(5)
    town.realtime.publish("square:news", "opened", 1)

    for phone in lost:
        assert phone.hear_the_end() == (4401, "signed out")
        assert phone.heard == []
    assert kept.hear()["event"] == "opened"
    assert town.realtime.stats.sockets == 1


def test_a_revocation_between_the_question_and_the_subscription_is_not_missed(town: Town) -> None:
    town.set_member(7, 1, is_member=True)
    asked = []

    def in_club_until_somebody_interferes(tx: Tx, viewer: Viewer, *, club_id: int) -> bool:
        allowed = in_club(tx, viewer, club_id=club_id)
        asked.append(allowed)
        if len(asked) == 1:
            town.set_member(club_id, 1, is_member=False)
            town.realtime.revoke(f"clubs:{club_id}:late", account_id=1)
        return allowed

    town.realtime.authorise("clubs:{club_id}:late", in_club_until_somebody_interferes)
    mei = town.open(town.sign_up("mei", account_id=1))

    assert mei.ask("subscribe", topic="clubs:7:late")["code"] == "forbidden"
    assert asked == [True, False]


def test_a_device_that_is_signed_out_while_it_signs_in_gets_no_session(town: Town) -> None:
    token = town.sign_up("mei", account_id=1, device_id=5)
    phone = town.open()

    def sign_out() -> None:
        town.sessions.clear()
        town.realtime.close_device(5)

    town.after_authentication = sign_out
    assert phone.ask("auth", token=token)["code"] == "unauthenticated"


def test_closed_sockets_leave_nothing_behind(town: Town) -> None:
    token = town.sign_up("mei", account_id=1)
    for _ in range(5):
        phone = town.open(token)
        phone.subscribe("square:news")
        phone.socket.close()
    watcher = town.open()
    while town.realtime.stats.sockets > 1:
        assert watcher.hears_nothing()

    assert town.realtime._by_account == {}
    assert town.realtime._by_device == {}
    assert town.realtime._topics["square:news"].listeners == set()
