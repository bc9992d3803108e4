"""What stands in the log when something goes wrong, and what never does."""

import io
import json
import logging
from typing import Any

import pytest
import sqlalchemy as sa

from miaohui.kit.db import Database
from miaohui.kit.logs import HumanLines, JsonLines, request_id

MEIS_HASH = "argon2id-of-mei"


class Log:
    """A logger of its own, and what it wrote."""

    def __init__(self, formatter: logging.Formatter) -> None:
        self.stream = io.StringIO()
        handler = logging.StreamHandler(self.stream)
        handler.setFormatter(formatter)
        self.logger = logging.Logger("miaohui.test")
        self.logger.addHandler(handler)

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def line(self) -> dict[str, Any]:
        """The only line, which is JSON."""
        (line,) = self.text.splitlines()
        found: dict[str, Any] = json.loads(line)
        return found


@pytest.fixture
def machine() -> Log:
    return Log(JsonLines())


@pytest.fixture
def human() -> Log:
    return Log(HumanLines())


@pytest.fixture(params=["machine", "human"])
def log(request: pytest.FixtureRequest) -> Log:
    found: Log = request.getfixturevalue(request.param)
    return found


def test_a_machine_gets_one_object_a_line_with_the_request_it_belongs_to(machine: Log) -> None:
    token = request_id.set("4f1c")
    machine.logger.warning("slow answer to %s", "梅", extra={"route": "/v/{id}", "ms": 1200, "video_id": 7})
    request_id.reset(token)

    line = machine.line
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "warning",
        "logger": "miaohui.test",
        "message": "slow answer to 梅",
        "request_id": "4f1c",
        "route": "/v/{id}",
        "ms": 1200,
        "video_id": 7,
    }


def test_a_person_gets_one_readable_line(human: Log) -> None:
    human.logger.warning("slow answer", extra={"ms": 1200})
    assert human.text[8:] == " warning slow answer ms=1200\n"


def test_a_fault_brings_its_trace(log: Log) -> None:
    try:
        _ = 1 // 0
    except ZeroDivisionError:
        log.logger.exception("broken")
    assert "ZeroDivisionError" in log.text
    assert "test_logs.py" in log.text


@pytest.mark.parametrize(
    "secret",
    [
        "Authorization: Bearer aB3-x_9.tok",
        "bearer aB3-x_9.tok",
        "Cookie: mh_session=aB3-x_9.tok; mh_theme=dark",
        '{"token": "aB3-x_9.tok"}',
        "token=aB3-x_9.tok&page=2",
        "{'password': 'aB3-x_9.tok'}",
    ],
)
def test_tokens_and_codes_are_hidden_wherever_they_turn_up(log: Log, secret: str) -> None:
    log.logger.error("refused: %s", secret)
    try:
        raise ValueError(secret)
    except ValueError:
        log.logger.exception("broken", extra={"detail": secret})

    assert "aB3" not in log.text
    assert "tok" not in log.text.replace("token", "")
    assert log.text.count("[hidden]") >= 3


def test_one_time_codes_are_hidden_and_exit_codes_are_not(log: Log) -> None:
    log.logger.error("{'code': '482913'} code=482913 ended with code: 234")
    assert "482913" not in log.text
    assert "ended with code: 234" in log.text


def test_addresses_are_hidden_and_what_only_looks_a_little_like_them_is_not(log: Log) -> None:
    log.logger.error(
        "no way to mei.lin+fair@post.example or +8613800138000, tried 3 times, 12+30, @mei, status code 503"
    )

    assert "mei.lin" not in log.text
    assert "8613800138000" not in log.text
    assert "tried 3 times, 12+30, @mei, status code 503" in log.text


def test_members_are_hidden_by_their_name_and_ids_are_not(machine: Log) -> None:
    extra = {
        "session_token": "x",
        "email": "x",
        "birth_date": "x",
        "latitude": 31.2304,
        "code": 123456,
        "session_id": 5,
        "place_id": 6,
        "route": "/places",
    }
    machine.logger.info("seen", extra=extra)

    line = machine.line
    assert [line[name] for name in list(extra)[:5]] == ["[hidden]"] * 5
    assert (line["session_id"], line["place_id"], line["route"]) == (5, 6, "/places")


def test_what_somebody_sends_cannot_look_like_a_line_of_ours(log: Log) -> None:
    log.logger.error("no page %s", "/x\n12:00:00 error   the till is open\r\x1b[2J", extra={"path": "/y\nforged"})
    assert len(log.text.splitlines()) == 1
    assert "\x1b" not in log.text


def test_no_text_is_too_strange_to_be_written(log: Log) -> None:
    log.logger.error("no page %s", "/\udcff", extra={"path": "\ud800", "thing": object(), "nothing": None})
    assert "\\udcff" in log.text.replace("\\\\", "\\")
    log.text.encode()


def test_a_failed_statement_does_not_quote_its_values(db: Database, log: Log) -> None:
    def break_a_rule(tx: Any) -> None:
        tx.execute(sa.text("INSERT INTO no_such_table VALUES (:hash)"), {"hash": MEIS_HASH})

    with pytest.raises(sa.exc.SQLAlchemyError) as broken:
        db.write_sync(break_a_rule)
    log.logger.error("broken", exc_info=broken.value)

    assert "no_such_table" in log.text
    assert MEIS_HASH not in log.text
