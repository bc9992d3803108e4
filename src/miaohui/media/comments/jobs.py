"""What the worker takes from the comments: their part of a person's copy of their data."""

from miaohui.media.comments.own_export import comment_likes_for_export, comments_for_export
from miaohui.people.accounts.export import contribute

contribute("comments", rows=comments_for_export)
contribute("comment_likes", rows=comment_likes_for_export)
