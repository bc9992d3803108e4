"""The JSON API of the shops: translate, make one domain call, translate back."""

from miaohui.commerce.merchants.routes import console, operator, shops

route_handlers = (*shops.route_handlers, *console.route_handlers, *operator.route_handlers)
