"""The pages of coming in: nobody is led to another site by them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from miaohui.app import create_app
from miaohui.people.accounts.actions.open_session import open_session
from miaohui.settings import Settings
from tests.cast import Cast


@pytest.fixture
def house(tmp_path: Path) -> Iterator[TestClient[Litestar]]:
    """The whole server, with Mei signed in."""
    app = create_app(Settings(data_dir=tmp_path))
    with TestClient(app) as client:
        db = app.state.services.db
        opened = db.write_sync(open_session, account_id=Cast(db).mei, user_agent="")
        client.headers["Authorization"] = f"Bearer {opened.token}"
        yield client


def test_who_is_in_already_goes_on_to_a_page_of_ours(house: TestClient[Litestar]):
    targets = {
        "/v/7?t=3": "/v/7?t=3",
        "/@mei_fair": "/@mei_fair",
        "//evil.test": "/",
        "/\\evil.test": "/",
        "/\t/evil.test": "/",
        "https://evil.test": "/",
        "javascript:alert(1)": "/",
        "": "/",
    }

    for wanted, target in targets.items():
        answer = house.get("/sign-in", params={"next": wanted}, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, target), wanted


def test_strangers_see_the_way_in_and_members_their_settings(house: TestClient[Litestar]):
    assert "mei_fair" in house.get("/settings").text
    assert house.get("/settings/devices").status_code == 200
    del house.headers["Authorization"]
    for path in ("/sign-in", "/sign-up", "/settings"):
        assert house.get(path).status_code == 200
    refused = house.get("/settings/devices", headers={"Accept": "text/html"}, follow_redirects=False)
    assert (refused.status_code, refused.headers["location"]) == (303, "/sign-in?next=/settings/devices")
