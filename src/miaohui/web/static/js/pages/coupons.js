// Coupons that can be had.
import "miaohui/app";
import { offerCoupons } from "miaohui/coupons";

offerCoupons(document, () => location.reload());
