"""The JSON API of the goods: translate, make one domain call, translate back."""

from miaohui.commerce.catalogue.routes import console, goods, operator

route_handlers = (*goods.route_handlers, *console.route_handlers, *operator.route_handlers)
