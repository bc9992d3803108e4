"""What a bench puts into a running server's database from outside."""

from datetime import date
from pathlib import Path

from miaohui.people.accounts.actions.create_account import create_account
from miaohui.people.accounts.actions.open_session import open_session
from miaohui.services import Services
from miaohui.settings import Settings
from tests.media.shelf import shelve_video


def put_clip(data: Path) -> str:
    """Shelve a clip by a new author and return its id."""
    with Services(Settings(data_dir=data)) as services:
        author_id = services.db.write_sync(
            create_account, nickname="Bench", birth_date=date(1990, 1, 1), locale="en", handle="bench_author"
        )
        return str(shelve_video(services.db, author_id=author_id))


def sign_in(data: Path) -> str:
    """Create somebody who watches and return their bearer token."""
    with Services(Settings(data_dir=data)) as services:
        account_id = services.db.write_sync(
            create_account, nickname="Watcher", birth_date=date(1990, 1, 1), locale="en", handle="bench_watcher"
        )
        return services.db.write_sync(open_session, account_id=account_id, user_agent="bench").token
