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
MET_LATE = notice_kind(
    name="shake.met",
    group="people",
    label="Somebody comes while my lantern is lit",
    title="Somebody has come to your lantern. Say hello?",
    discreet="Somebody has come to your lantern",
)
NOBODY_CAME = notice_kind(
    name="shake.nobody_came",
    group="people",
    label="Nobody came while my lantern was lit",
    title="Nobody has come to your lantern this time",
    discreet="Your lantern has gone out",
    channels={"push"},
)
RENDEZVOUS = notice_kind(
    name="shake.rendezvous",
    group="people",
    label="A rendezvous for which I wanted to come begins",
    title="The shake for which you wanted to come has begun",
    discreet="It is time to shake",
    channels={"list", "push"},
)
