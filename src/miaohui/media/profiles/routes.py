"""The JSON API of profiles."""

from collections.abc import Sequence
from typing import Annotated, Any

from litestar import get
from litestar.params import Parameter

from miaohui.kit.db import Database
from miaohui.kit.http.viewer import Member, Viewer
from miaohui.media.profiles.collection import Collection, read_collection
from miaohui.media.profiles.profile import Profile, read_profile

Limit = Annotated[int, Parameter(ge=1, le=50, description="videos at most")]
Cursor = Annotated[str | None, Parameter(max_length=100, description="from the page before")]
_TAG = ["people"]


@get("/api/v1/people/{handle:str}", tags=_TAG)
async def show_person(
    *, handle: Annotated[str, Parameter(pattern=r"^@?[A-Za-z0-9_]{1,30}$")], viewer: Viewer, db: Database
) -> Profile:
    """Show a person by their handle, in whatever case, with or without the @."""
    return await db.read(read_profile, handle=handle, viewer_id=viewer.person_id, account_id=viewer.account_id)


@get("/api/v1/me/likes", tags=["reactions"])
async def list_likes(*, member: Member, db: Database, limit: Limit = 20, cursor: Cursor = None) -> Collection:
    """List the videos that one likes, newest like first. Nobody else sees this list."""
    return await db.read(read_collection, shelf="likes", person_id=member.account_id, cursor=cursor, limit=limit)


@get("/api/v1/me/favourites", tags=["reactions"])
async def list_favourites(*, member: Member, db: Database, limit: Limit = 20, cursor: Cursor = None) -> Collection:
    """List the videos that one keeps, newest first. Nobody else sees this list."""
    return await db.read(read_collection, shelf="favourites", person_id=member.account_id, cursor=cursor, limit=limit)


route_handlers: Sequence[Any] = (show_person, list_likes, list_favourites)
