"""The JSON API of the conversations: translate, make one domain call, translate back."""

from miaohui.talk.messaging.routes import attachments, conversations, groups, members, messages

route_handlers = (
    *conversations.route_handlers,
    *groups.route_handlers,
    *members.route_handlers,
    *messages.route_handlers,
    *attachments.route_handlers,
)
