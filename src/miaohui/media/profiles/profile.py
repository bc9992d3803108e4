"""The head of a person's page."""

from datetime import datetime

import msgspec

from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.ids import Id, format_id
from miaohui.media.reactions.queries import likes_received
from miaohui.media.videos.queries import count_published
from miaohui.people.accounts.queries import find_by_handle
from miaohui.people.graph.access import access_profile
from miaohui.people.graph.queries import Relationship, graph_counts, relationship
from miaohui.talk.messaging.standing import may_message


class ProfileCounts(msgspec.Struct, frozen=True, kw_only=True):
    """A person's numbers. likes: of all that they published."""

    followers: int
    following: int
    videos: int
    likes: int


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """A person as others see them.

    is_me: the asking person is this one. relationship: how the asking person stands to this one; null
    without an account, and for oneself. Who is blocked by the asking person is still found, to be unblocked.
    """

    id: Id
    handle: str
    nickname: str
    avatar: str | None
    bio: str
    joined_at: datetime
    is_me: bool
    counts: ProfileCounts
    relationship: Relationship | None
    can_be_written_to: bool
    """By the asking person, if only into the request folder; where one of the two is a minor, only as a friend."""


def read_profile(tx: Tx, *, handle: str, viewer_id: int, account_id: int | None) -> Profile:
    """Return the person behind a handle, in whatever case, with or without the @.

    account_id: the viewer's, None without one. Raises NotFound, also for who has blocked the viewer.
    """
    found = find_by_handle(tx, handle)
    if found is None:
        raise NotFound
    access_profile(tx, person_id=found.id, viewer_id=viewer_id)
    ties = graph_counts(tx, found.id)
    is_me = found.id == account_id
    return Profile(
        id=format_id(found.id),
        handle=found.handle,
        nickname=found.nickname,
        avatar=found.avatar_url,
        bio=found.bio,
        joined_at=found.created_at,
        is_me=is_me,
        counts=ProfileCounts(
            followers=ties.followers,
            following=ties.following,
            videos=count_published(tx, found.id),
            likes=likes_received(tx, found.id),
        ),
        relationship=None
        if is_me or account_id is None
        else relationship(tx, viewer_id=account_id, person_id=found.id),
        can_be_written_to=not is_me and account_id is not None and may_message(tx, account_id, found.id),
    )
