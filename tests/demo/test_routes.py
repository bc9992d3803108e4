"""One tap, and the visitor is somebody of the town; nowhere but in a demo."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar.testing import TestClient

from miaohui.app import create_app
from miaohui.demo.seed import SEED, found_town
from miaohui.demo.settle_people import settle_people
from miaohui.settings import Settings


def open_client(folder: Path, *, demo: bool) -> "TestClient[object]":
    app = create_app(Settings(data_dir=folder, demo=demo))
    if demo:
        services = app.state.services
        services.db.write_sync(settle_people, town=services.db.write_sync(found_town, seed=SEED))
    return TestClient(app)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator["TestClient[object]"]:
    with open_client(tmp_path_factory.mktemp("town"), demo=True) as opened:
        yield opened


def test_entering_as_mei_answers_with_a_token_that_works(client: "TestClient[object]") -> None:
    answer = client.post("/api/v1/demo/session", json={"as": "mei"})

    assert answer.status_code == 201
    assert answer.json()["account"]["handle"] == "mei"
    client.cookies.clear()
    me = client.get("/api/v1/me", headers={"Authorization": f"Bearer {answer.json()['token']}"})
    assert me.json()["handle"] == "mei"


def test_nobody_enters_as_who_does_not_live_here(client: "TestClient[object]") -> None:
    assert client.post("/api/v1/demo/session", json={"as": "nobody"}).status_code == 404
    assert client.post("/api/v1/demo/session", json={"as": ""}).status_code == 400
    assert client.post("/api/v1/demo/session", json={}).status_code == 400


def test_everybody_is_listed_with_a_name_to_enter_as(client: "TestClient[object]") -> None:
    people = client.get("/api/v1/demo/people").json()

    assert [person["name"] for person in people[:3]] == ["mei", "omar", "lena"]
    assert len(people) == 40


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_the_page_of_the_town_names_its_people_and_its_artists(client: "TestClient[object]", language: str) -> None:
    page = client.get("/town", headers={"Accept-Language": language})

    assert page.status_code == 200
    assert 'data-enter-as="mei"' in page.text
    assert "OpenMoji" in page.text
    assert "CC BY-SA 4.0" in page.text


def test_a_server_that_is_no_demo_lets_nobody_in(tmp_path: Path) -> None:
    with open_client(tmp_path, demo=False) as client:
        assert client.post("/api/v1/demo/session", json={"as": "mei"}).status_code == 404
        assert client.get("/api/v1/demo/people").status_code == 404
        assert client.get("/town").status_code == 404
