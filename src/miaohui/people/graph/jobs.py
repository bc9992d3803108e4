"""What the worker takes from the graph: its part of a person's copy of their data."""

from miaohui.people.accounts.export import contribute
from miaohui.people.graph.own_export import (
    blocks_for_export,
    followers_for_export,
    following_for_export,
    mutes_for_export,
    remarks_for_export,
)

contribute("following", rows=following_for_export)
contribute("followers", rows=followers_for_export)
contribute("blocks", rows=blocks_for_export)
contribute("mutes", rows=mutes_for_export)
contribute("remark_names", rows=remarks_for_export)
