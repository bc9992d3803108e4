"""A person as the head of a page shows them."""

import msgspec

from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.media.reactions.queries import likes_received
from miaohui.people.accounts.queries import find_by_handle, own_account
from miaohui.people.graph.access import access_profile
from miaohui.people.graph.queries import graph_counts, relationship


class PersonHead(msgspec.Struct, frozen=True, kw_only=True):
    """Name, words and numbers of a person, and how the viewer stands to them."""

    id: str
    handle: str
    nickname: str
    avatar: str | None
    bio: str
    followers: int
    following: int
    likes: int
    followed: bool
    follows_you: bool
    blocked: bool
    is_self: bool


def person_by_handle(tx: Tx, *, handle: str, viewer_id: int) -> PersonHead:
    """Return the person behind a handle. Raises NotFound, also for who has blocked the viewer."""
    profile = find_by_handle(tx, handle)
    if profile is None:
        raise NotFound
    access_profile(tx, person_id=profile.id, viewer_id=viewer_id)
    ties = relationship(tx, viewer_id=viewer_id, person_id=profile.id)
    counts = graph_counts(tx, profile.id)
    return PersonHead(
        id=str(profile.id),
        handle=profile.handle,
        nickname=profile.nickname,
        avatar=profile.avatar_url,
        bio=profile.bio,
        followers=counts.followers,
        following=counts.following,
        likes=likes_received(tx, profile.id),
        followed=ties.following,
        follows_you=ties.followed_by,
        blocked=ties.blocked,
        is_self=profile.id == viewer_id,
    )


def own_head(tx: Tx, *, account_id: int) -> PersonHead:
    """Return the head of one's own page. Raises NotFound when the account is gone."""
    person = own_account(tx, account_id)
    if person is None:
        raise NotFound
    return person_by_handle(tx, handle=person.handle, viewer_id=account_id)
