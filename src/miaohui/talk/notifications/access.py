"""Who may hear of a person's notices: the person."""

from miaohui.kit.db import Tx
from miaohui.kit.http.viewer import Viewer


def may_hear_notices(tx: Tx, viewer: Viewer, *, person_id: int) -> bool:
    """Rule of the topic `people:{person_id}:notices`."""
    return viewer.account_id == person_id
