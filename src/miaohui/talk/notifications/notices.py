"""What people are told about people: for the floor below, which knows nothing of notices."""

from miaohui.talk.notifications.kinds import notice_kind

FOLLOWED = notice_kind(
    name="graph.followed",
    group="people",
    label="Somebody follows me",
    title="%(person)s follows you",
    many=("%(person)s and one other follow you", "%(person)s and %(others)s others follow you"),
    discreet="You have a new follower",
)
BEFRIENDED = notice_kind(
    name="graph.befriended",
    group="people",
    label="Somebody follows me back",
    title="%(person)s follows you back: you are friends now",
    many=(
        "%(person)s and one other follow you back: you are friends now",
        "%(person)s and %(others)s others follow you back: you are friends now",
    ),
    discreet="You have a new friend",
)
