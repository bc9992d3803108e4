// A shop as its buyers see it: take a coupon, follow who keeps it, send its card, and more goods as one reads on.
import "miaohui/app";
import { offerCoupons } from "miaohui/coupons";
import "miaohui/follow_button";
import { t } from "miaohui/i18n";
import { growOnDemand } from "miaohui/more";
import "miaohui/sheets/send_to_chat";

offerCoupons(document, (button) => {
  button.textContent = t("Yours");
  button.disabled = true;
});
growOnDemand("[data-grid]");
