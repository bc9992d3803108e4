"""The whole API of accounts: what a stranger may, and what it says of itself."""

from typing import Any

import pytest

from miaohui.people.accounts.limits import network_of
from tests.people.accounts.door import Door

OPEN_TO_STRANGERS = {
    ("POST", "/api/v1/accounts"),
    ("POST", "/api/v1/accounts/codes"),
    ("POST", "/api/v1/sessions"),
    ("POST", "/api/v1/passkeys/authentication/options"),
    ("POST", "/api/v1/passkeys/authentication/verification"),
}


def operations(door: Door) -> list[tuple[str, str]]:
    paths = door.app.openapi_schema.to_schema()["paths"]
    return [(method.upper(), path) for path, item in paths.items() for method in item if not path.startswith("/schema")]


def a_body(door: Door, method: str, path: str) -> Any:
    """Return a body that fits the description, so that nothing but the missing session is in the way."""
    ready: dict[tuple[str, str], Any] = {
        ("PUT", "/api/v1/session/proof"): {"method": "password", "password": "x"},
        ("PATCH", "/api/v1/me"): {"nickname": "Thief"},
        ("POST", "/api/v1/me/identifiers"): {"channel": "email", "address": "t@fair.example", "code": "000000"},
        ("PUT", "/api/v1/me/password"): {"password": "lantern riddle seven"},
        ("PATCH", "/api/v1/passkeys/{passkey_id}"): {"name": "x"},
        ("POST", "/api/v1/passkeys/registration/verification"): {
            "credential": {
                "id": "AA",
                "rawId": "AA",
                "type": "public-key",
                "response": {"clientDataJSON": "AA", "attestationObject": "AA"},
            }
        },
    }
    return ready.get((method, path))


def test_everything_else_needs_an_account(door: Door):
    walked = 0
    for method, path in operations(door):
        if (method, path) in OPEN_TO_STRANGERS:
            continue
        address = path.removeprefix("/api/v1").replace("{", "").replace("}", "")
        for of in ("device_id", "passkey_id", "identifier_id"):
            address = address.replace(of, "382907510422076248")
        answer = door.browser().send(method, address, a_body(door, method, path))
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), (method, path)
        assert answer.headers["content-type"] == "application/problem+json"
        walked += 1
    assert walked == 24


def test_every_operation_is_described(door: Door):
    schema = door.app.openapi_schema.to_schema()
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            assert operation["description"], (method, path)
            assert "accounts" in operation["tags"], (method, path)
            [success] = [code for code in operation["responses"] if code.startswith("2")]
            assert ("content" in operation["responses"][success]) == (success != "204"), (method, path)


def test_a_request_that_does_not_fit_says_where(door: Door):
    body = {"method": "code", "channel": "carrier pigeon", "address": "mei@fair.example", "code": "12345"}

    answer = door.browser().send("POST", "/sessions", body)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/channel"]


@pytest.mark.parametrize("body", [None, [], "x", {}, {"method": "magic"}, {"method": "code"}, {"method": 7}])
def test_odd_bodies_are_refused(door: Door, body: Any):
    assert door.browser().send("POST", "/sessions", body).status_code == 400


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_a_line_with_many_addresses_is_one_network(host: str, network: str):
    assert network_of(host) == network
