"""The buyer's pages: the market, a product, the cart, the checkout, orders, addresses, coupons."""
