"""Who reacts to what: the whole reaction graph on one screen.

Handlers run once per event, in a transaction of their own, until they succeed. Pushes tell the sockets
of this process and are forgotten if it dies.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from miaohui.care.aftersales import handlers as aftersales
from miaohui.care.aftersales import notices as aftersales_notices
from miaohui.care.aftersales.events import AftersaleMoved, AftersaleOpened, DisputeMoved
from miaohui.care.compensation import handlers as compensation
from miaohui.care.compensation import notices as compensation_notices
from miaohui.care.compensation.events import LateCompensated
from miaohui.care.insurance import handlers as insurance
from miaohui.commerce.cart import handlers as cart
from miaohui.commerce.catalogue import handlers as catalogue
from miaohui.commerce.catalogue.events import ProductChanged, ProductDelisted, ProductListed
from miaohui.commerce.checkout import handlers as checkout
from miaohui.commerce.fulfilment import handlers as fulfilment
from miaohui.commerce.fulfilment.events import ParcelShipped, ParcelSigned
from miaohui.commerce.merchants import handlers as merchants
from miaohui.commerce.merchants import notices as merchant_notices
from miaohui.commerce.merchants.events import ShopClosing, ShopLimited, ShopReviewed
from miaohui.commerce.orders import handlers as orders
from miaohui.commerce.orders import notices as order_notices
from miaohui.commerce.orders.events import LineRefunded, OrderClosed, OrderDelivered, OrderLate, OrderPaid, OrderShipped
from miaohui.commerce.promotions import handlers as promotions
from miaohui.commerce.sponsorships import handlers as sponsorships
from miaohui.discovery.feed import handlers as feed
from miaohui.kit.outbox import Event, Handler, Push, Subscriptions
from miaohui.media.comments import handlers as comments
from miaohui.media.comments import notices as comment_notices
from miaohui.media.comments.events import CommentDeleted, CommentLiked, CommentPosted, CommentUnliked
from miaohui.media.comments.pushes import push_comment_count
from miaohui.media.reactions import handlers as reactions
from miaohui.media.reactions import notices as reaction_notices
from miaohui.media.reactions.events import VideoFavourited, VideoLiked, VideoShared, VideoUnfavourited, VideoUnliked
from miaohui.media.reactions.pushes import push_reaction_counts
from miaohui.media.uploads import handlers as uploads
from miaohui.media.videos import handlers as videos
from miaohui.media.videos import notices as video_notices
from miaohui.media.videos.events import (
    VideoEdited,
    VideoFailed,
    VideoProgressed,
    VideoPublished,
    VideoRefused,
    VideoRemoved,
)
from miaohui.media.videos.pushes import push_progress
from miaohui.money.payments import notices as payment_notices
from miaohui.money.payments.events import PaymentSucceeded, RefundStuck, RefundSucceeded
from miaohui.money.settlement import notices as settlement_notices
from miaohui.money.settlement.events import PayoutFailed, PayoutPaid, ShopSettled
from miaohui.people.accounts.events import AccountCreated, AccountDeleted, AccountLeaving, DeviceRevoked, ProfileChanged
from miaohui.people.accounts.pushes import end_session, look_again
from miaohui.people.graph import handlers as graph
from miaohui.people.graph.events import PersonBlocked, PersonFollowed, PersonUnblocked, PersonUnfollowed
from miaohui.people.nearby import handlers as nearby
from miaohui.people.shake import handlers as shake
from miaohui.people.shake.events import HelloMutual, RendezvousBegan, ShakeEnded, ShakeMatched
from miaohui.people.shake.pushes import part_blocked, push_end, push_match, push_mutual, push_rendezvous
from miaohui.talk.calls import handlers as calls
from miaohui.talk.calls import notices as call_notices
from miaohui.talk.calls.events import CallAnswered, CallEnded, CallRang, CallSignalled
from miaohui.talk.calls.pushes import push_signal, push_state
from miaohui.talk.messaging import handlers as messaging
from miaohui.talk.messaging.events import MemberLeft
from miaohui.talk.messaging.pushes import silence_blocked, silence_member
from miaohui.talk.moments import handlers as moments
from miaohui.talk.moments import notices as moment_notices
from miaohui.talk.moments.events import MomentCommented, MomentLiked, MomentPosted
from miaohui.talk.notifications import handlers as notifications
from miaohui.talk.notifications.events import NoticesChanged
from miaohui.talk.notifications.pushes import push_unread
from miaohui.talk.stickers import handlers as stickers

HANDLERS: Mapping[type[Event], Sequence[Handler]] = {
    AccountCreated: [graph.find_by_name],
    AccountDeleted: [
        graph.erase_ties,
        shake.erase_own,
        nearby.erase_own,
        reactions.erase_own,
        comments.erase_own,
        feed.erase_signals,
        videos.remove_videos,
        uploads.discard_uploads,
        cart.erase_own,
        checkout.erase_own,
        promotions.revoke_own,
        merchants.let_go,
        catalogue.empty_showcase,
        aftersales.erase_own,
        notifications.erase_own,
        moments.erase_own,
        calls.erase_own,
        messaging.erase_own,
        sponsorships.forget_person,
        stickers.erase_own,
    ],
    CallEnded: [calls.record_in_chat, call_notices.tell_of_missed],
    CallRang: [call_notices.tell_of_ringing],
    AftersaleMoved: [aftersales_notices.tell_of_step],
    AftersaleOpened: [aftersales_notices.tell_of_case],
    CommentDeleted: [comment_notices.take_back_comment],
    CommentLiked: [comment_notices.tell_of_like],
    CommentPosted: [feed.learn_from_comment, comment_notices.tell_of_comment],
    CommentUnliked: [comment_notices.take_back_like],
    DeviceRevoked: [calls.end_on_device, notifications.forget_signed_out],
    HelloMutual: [messaging.open_after_hello],
    DisputeMoved: [aftersales_notices.tell_of_judgement],
    LateCompensated: [compensation_notices.tell_of_lateness],
    LineRefunded: [
        orders.count_as_unsold,
        fulfilment.see_to_arrival,
        insurance.end_needless_cover,
        feed.learn_from_refund,
    ],
    MomentCommented: [moment_notices.tell_of_comment],
    MomentLiked: [moment_notices.tell_of_like],
    MomentPosted: [moments.lay_on_timelines],
    OrderClosed: [insurance.end_cover_of_closed, sponsorships.uncount_order, order_notices.tell_of_closing],
    OrderDelivered: [order_notices.tell_of_delivery],
    OrderLate: [compensation.compensate_for_waiting, order_notices.tell_shop_of_lateness],
    OrderPaid: [
        orders.see_paid_order_on,
        insurance.quote_paid_order,
        feed.learn_from_purchase,
        sponsorships.count_order,
        order_notices.tell_of_payment,
    ],
    OrderShipped: [order_notices.tell_of_parcels],
    ParcelShipped: [insurance.insure_way_back],
    ParcelSigned: [insurance.claim_for_return, aftersales.let_receiver_check],
    PaymentSucceeded: [merchants.open_when_deposited, orders.take_payment],
    PayoutFailed: [settlement_notices.tell_of_failed_payout],
    PayoutPaid: [settlement_notices.tell_of_payout],
    PersonBlocked: [calls.end_between_blocked, messaging.take_away],
    PersonFollowed: [
        messaging.open_for_friends,
        feed.learn_from_follow,
        notifications.tell_of_follower,
        moments.catch_up_new_friends,
        sponsorships.reward_follow,
    ],
    PersonUnblocked: [messaging.give_back],
    PersonUnfollowed: [messaging.part_from_minor, notifications.take_back_follower],
    ProductChanged: [feed.reindex_goods],
    ProductDelisted: [feed.unlist_goods],
    ProductListed: [feed.index_goods],
    ProfileChanged: [graph.find_by_name],
    RefundStuck: [aftersales.mark_stuck_case],
    RefundSucceeded: [aftersales.end_refunded_case, compensation.note_paid_advance, payment_notices.tell_of_refund],
    RendezvousBegan: [notifications.tell_of_rendezvous],
    ShakeEnded: [notifications.tell_that_nobody_came],
    ShakeMatched: [notifications.tell_of_late_match],
    ShopClosing: [merchants.see_to_deposit, feed.unlist_closing_shop],
    ShopLimited: [feed.follow_limits_of_shop, merchant_notices.tell_of_limits],
    ShopReviewed: [merchant_notices.tell_of_review],
    ShopSettled: [compensation.recover_from_settlement],
    VideoEdited: [feed.reindex_video],
    VideoFailed: [video_notices.tell_of_refusal],
    VideoFavourited: [feed.learn_from_favourite, reaction_notices.tell_of_favourite],
    VideoLiked: [feed.learn_from_like, reaction_notices.tell_of_like],
    VideoPublished: [feed.index_video],
    VideoRefused: [video_notices.tell_of_refusal],
    VideoRemoved: [feed.unlist_video, reactions.erase_received, comments.erase_received, catalogue.take_goods_off],
    VideoShared: [feed.learn_from_share],
    VideoUnfavourited: [feed.learn_from_unfavourite, reaction_notices.take_back_favourite],
    VideoUnliked: [feed.learn_from_unlike, reaction_notices.take_back_like],
}

PUSHES: Mapping[type[Event], Sequence[Callable[..., Awaitable[None] | None]]] = {
    DeviceRevoked: [end_session],
    ProfileChanged: [look_again],
    AccountLeaving: [look_again],
    AccountDeleted: [look_again],
    CallAnswered: [push_state],
    CallEnded: [push_state],
    CallSignalled: [push_signal],
    CommentDeleted: [push_comment_count],
    CommentPosted: [push_comment_count],
    NoticesChanged: [push_unread],
    HelloMutual: [push_mutual],
    MemberLeft: [silence_member],
    PersonBlocked: [part_blocked, silence_blocked],
    RendezvousBegan: [push_rendezvous],
    ShakeEnded: [push_end],
    ShakeMatched: [push_match],
    VideoFavourited: [push_reaction_counts],
    VideoLiked: [push_reaction_counts],
    VideoProgressed: [push_progress],
    VideoShared: [push_reaction_counts],
    VideoUnfavourited: [push_reaction_counts],
    VideoUnliked: [push_reaction_counts],
}
"""Each push is called as `push(event, …)` with those of `realtime`, `db`, `sessions`, `shaking` that it names."""


def subscriptions() -> Subscriptions:
    """Return the reaction graph, ready to record events into transactions."""
    return Subscriptions(HANDLERS)


def pushes(**parts: object) -> dict[type[Event], list[Push]]:
    """Return the pushes, each bound to those `parts` of this process that it names as parameters."""
    return {event: [_bound(push, parts) for push in listed] for event, listed in PUSHES.items()}


def _bound(push: Callable[..., Awaitable[None] | None], parts: Mapping[str, object]) -> Push:
    named = inspect.signature(push).parameters
    return partial(push, **{name: part for name, part in parts.items() if name in named})
