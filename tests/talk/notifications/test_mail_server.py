"""Letters and codes over a real mail server: what arrives, that nobody on the way reads it, and what is tried again."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.kit.jobs import job_table, stage_job
from miaohui.kit.smtp import mail_server as server_of
from miaohui.people.accounts.senders import CodeNotSent, OutgoingCode, SmtpCodeSender
from miaohui.settings import InvalidSetting, Settings
from miaohui.talk.notifications import jobs
from miaohui.talk.notifications.letters import last_letter_seq
from miaohui.talk.notifications.mails import Letter, MailNotSent, SmtpMailSender, mail_sender
from tests.cast import Cast
from tests.mail_server import MailServer, mail_server
from tests.talk.notifications.test_letters import MORNING, give_address

LINK = "https://fair.example/letters/" + "a-long-token." * 8
LETTER = Letter(
    address="mei@elsewhere.example",
    subject="你有 2 件事没看到",
    text="没看到的：\n\n- Bo 关注了你\n",
    html="<p>没看到的：</p>",
    unsubscribe_url=LINK,
    key="letter-1-2",
    sent_at=datetime(2026, 4, 19, 0, 10, tzinfo=UTC),
)


def sender(server: MailServer, url: str = "") -> SmtpMailSender:
    settings = Settings(mail_provider="smtp", smtp_url=url or server.url, mail_from="庙会 <fair@fair.example>")
    return SmtpMailSender(server_of(settings), trust=server.trust)


def test_a_letter_arrives_whole_and_encrypted(tmp_path: Path) -> None:
    with mail_server(tmp_path) as server:
        sender(server).send(LETTER)

    [taken] = server.delivered
    assert (taken.sender, taken.to) == ("fair@fair.example", "mei@elsewhere.example")
    assert (taken.encrypted, taken.signed_in) == (True, "fair")
    mail = taken.mail
    assert (mail["Subject"], mail["From"]) == (LETTER.subject, "庙会 <fair@fair.example>")
    assert mail["Message-ID"] == "<letter-1-2@fair.example>"
    # As it stands in the wire: programs that offer the one click decode nothing.
    assert f"\r\nList-Unsubscribe: <{LINK}>\r\n".encode() in taken.raw
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    plain, page = mail.iter_parts()
    assert plain.get_content().replace("\r\n", "\n") == LETTER.text
    assert (page.get_content_type(), page.get_content().strip()) == ("text/html", LETTER.html)


def test_tls_may_begin_with_the_first_byte(tmp_path: Path) -> None:
    with mail_server(tmp_path, tls_from_start=True) as server:
        sender(server, server.url.replace("smtp:", "smtps:")).send(LETTER)
    assert server.delivered[0].encrypted


def test_a_server_that_nobody_vouches_for_gets_nothing(tmp_path: Path) -> None:
    with mail_server(tmp_path) as server:
        server.trust = None
        with pytest.raises(MailNotSent) as refused:
            sender(server).send(LETTER)
    assert refused.value.can_retry
    assert server.delivered == []


def test_only_on_this_machine_it_goes_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_server() as server:
        sender(server).send(LETTER)
        monkeypatch.setattr("miaohui.kit.smtp._HERE", frozenset())
        with pytest.raises(MailNotSent):
            sender(server).send(LETTER)
    assert [taken.encrypted for taken in server.delivered] == [False]


@pytest.mark.parametrize(
    ("verb", "answer", "can_retry"),
    [
        ("RCPT", "550 mei@elsewhere.example is nobody", False),
        ("RCPT", "450 mei@elsewhere.example is full", True),
        ("DATA", "554 we do not like it", False),
        ("MAIL", "421 closing", True),
        ("AUTH", "535 wrong", True),
    ],
)
def test_what_is_worth_another_try(verb: str, answer: str, can_retry: bool) -> None:
    with mail_server() as server:
        server.refuses = {verb: answer}
        with pytest.raises(MailNotSent) as refused:
            sender(server).send(LETTER)
    assert refused.value.can_retry is can_retry
    assert "mei" not in str(refused.value)


def test_nobody_listens_is_worth_another_try() -> None:
    with mail_server() as server:
        pass
    with pytest.raises(MailNotSent) as refused:
        sender(server).send(LETTER)
    assert refused.value.can_retry


def test_codes_come_the_same_way(tmp_path: Path) -> None:
    code = OutgoingCode(
        channel="email",
        address="mei@elsewhere.example",
        code="123456",
        purpose="sign_in",
        expires_at=MORNING,
        locale="en",
    )
    with mail_server(tmp_path) as server:
        settings = Settings(mail_provider="smtp", smtp_url=server.url, mail_from="fair@fair.example")
        sender = SmtpCodeSender(server_of(settings), trust=server.trust)
        sender.send(code)
        server.refuses = {"RCPT": "550 nobody"}
        with pytest.raises(CodeNotSent) as refused:
            sender.send(code)
    assert not refused.value.data["can_retry"]
    assert "123456" in server.delivered[0].mail.get_content()
    assert "://" not in server.delivered[0].mail.get_content()


@pytest.mark.parametrize(
    ("url", "mail_from"),
    [("", "fair@fair.example"), ("http://mail.example", "fair@fair.example"), ("smtp://mail.example", "Miaohui")],
)
def test_settings_that_cannot_work_are_said_at_the_start(url: str, mail_from: str) -> None:
    with pytest.raises(InvalidSetting):
        mail_sender(Settings(mail_provider="smtp", smtp_url=url, mail_from=mail_from))


def test_the_worker_tries_again_until_the_letter_is_taken(
    db: Database, cast: Cast, clock: ManualClock, settings: Settings, follow: Callable[..., int | None],
    work: Callable[..., int], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    give_address(db, cast.mei, "mei@fair.example")
    follow(cast.bo, to=cast.mei)
    clock.advance(MORNING - clock.now())
    with mail_server() as server:
        monkeypatch.setattr(jobs, "mail_sender", lambda _: sender(server))
        server.refuses = {"DATA": "451 later"}
        db.write_sync(lambda tx: stage_job(tx, "notifications.digest", unique_key="today"))
        for _ in range(3):
            work()
        assert db.read_sync(last_letter_seq, cast.mei) == 0
        server.refuses = {}
        work(600)

    [taken] = server.delivered
    assert "Bo" in taken.mail.get_body(("plain",)).get_content()
    page = taken.mail.get_body(("html",)).get_content()
    assert 'lang="zh-Hans"' in page
    assert "https://fair.example/me" in page
    assert db.read_sync(last_letter_seq, cast.mei) > 0
    assert "failed" not in db.read_sync(lambda tx: tx.scalars(job_table.select().with_only_columns(job_table.c.state)))
