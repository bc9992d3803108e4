// Goods over the playing clip: look, choose, and buy in three taps: buy, confirm, pay.
import { api } from "miaohui/api";
import { el, icon, whileBusy } from "miaohui/elements";
import { nt, t } from "miaohui/i18n";
import { cardPrice, money } from "miaohui/money";
import { say, sayProblem } from "miaohui/notices";
import { account } from "miaohui/page";
import { payForTrade } from "miaohui/paying";
import { priceOf, saleWords } from "miaohui/sale";
import { openSheet } from "miaohui/sheet";
import { noteGoods } from "miaohui/feed/visit";

const MOST = 99;
const FEW = 5;
const WAYS = {
  sandbox: () => t("Sandbox: a rehearsal, no money moves"),
  wallet: () => t("Wallet"),
  alipay: () => t("Alipay"),
  wechat: () => t("WeChat Pay"),
  stripe: () => t("Card, by Stripe"),
};

/**
 * Open the sheet for a card of goods {id, title, cover, min_price_minor, …}; answers when it is closed.
 * source: {kind, id} where it was found, kept with what is ordered. impression: of the card that showed it.
 * others: further cards that were shown with it, and can be turned to.
 */
export async function openProduct(card, { source, impression = null, others = [] } = {}) {
  const sheet = new ProductSheet(card, { source, impression, others });
  await sheet.closed;
}

class ProductSheet {
  #source;
  #impression;
  #others;
  #sheet;
  #card;
  #found = null; // {goods, left, providers}
  #variant = null;
  #quantity = 1;
  #body = el("div", { class: "product__body" });
  #foot = el("div", { class: "product__foot" });

  constructor(card, { source, impression, others }) {
    this.#source = source;
    this.#impression = impression;
    this.#others = others;
    this.#sheet = openSheet({ title: card.title, content: el("div", { class: "product" }, this.#body, this.#foot), tall: true, flush: true });
    this.#turnTo(card);
  }

  get closed() {
    return this.#sheet.closed;
  }

  // -- looking ---------------------------------------------------------------------------------

  async #turnTo(card) {
    this.#card = card;
    this.#found = null;
    this.#variant = null;
    this.#quantity = 1;
    noteGoods("open_product", card.id, this.#impression);
    this.#look();
    try {
      const found = await api(`mall/${card.id}`);
      if (this.#card !== card) return;
      this.#found = found;
      const { variants } = found.goods;
      this.#variant = variants.find((one) => this.#leftOf(one) > 0) ?? variants[0] ?? null;
      this.#look();
    } catch (problem) {
      if (this.#card !== card) return;
      const words = problem.status === 404 ? t("It is no longer on the stall.") : problem.message;
      this.#show({ title: card.title, body: [this.#turner(), el("div", { class: "empty" }, icon("store"), el("p", {}, words))] });
    }
  }

  #look() {
    const { goods } = this.#found ?? {};
    this.#show({
      title: this.#card.title,
      body: [
        this.#turner(),
        this.#gallery(),
        el("div", { class: "product__words" },
          el("p", { class: "product__price", "data-price": true }, ...this.#price()),
          el("h3", { class: "product__title" }, this.#card.title),
          goods ? el("a", { class: "product__shop", href: `/shops/${goods.shop.id}` }, icon("store", "icon--small"), el("span", {}, goods.shop.name), icon("chevron-right", "icon--small")) : el("span", { class: "skeleton" }, "····"),
          goods && this.#promises(),
          goods && this.#choices(),
          goods?.body && el("p", { class: "goods__body" }, goods.body),
          goods && el("a", { class: "link", href: this.#address() }, t("All about it"))),
      ],
      foot: [
        el("button", { class: "button button--line", type: "button", disabled: !this.#canBuy, onclick: (event) => this.#putIntoCart(event.currentTarget) }, icon("shopping-cart", "icon--small"), t("Into the cart")),
        el("button", { class: "button button--main", type: "button", "data-buy": true, disabled: !this.#canBuy, onclick: (event) => this.#buy(event.currentTarget) }, t("Buy now")),
      ],
    });
  }

  #leftOf(variant) {
    return Math.max(0, this.#found?.left[variant.id] ?? 0);
  }

  get #canBuy() {
    return this.#variant !== null && this.#leftOf(this.#variant) > 0;
  }

  #price() {
    const { currency } = this.#card;
    if (!this.#variant) {
      const { price, before, more } = cardPrice(this.#card);
      return [
        el("strong", { class: "price price--large" }, money(price, currency), more && el("small", {}, t("and up"))),
        before && el("s", { class: "quiet tabular" }, money(before, currency)),
      ].filter(Boolean);
    }
    const sale = this.#found.sales[this.#variant.id];
    const { price, before } = priceOf(this.#variant, sale, this.#quantity);
    return [
      el("strong", { class: "price price--large" }, money(price, currency)),
      before > price && el("s", { class: "quiet tabular" }, money(before, currency)),
      this.#card.sold > 0 && el("small", { class: "quiet" }, nt("%(n)s sold so far", "%(n)s sold so far", this.#card.sold)),
      sale && el("span", { class: "sale-line" }, icon("clock", "icon--small"), saleWords(sale)),
    ].filter(Boolean);
  }

  #gallery() {
    const { cover, title } = this.#card;
    const pictures = this.#found?.goods.pictures ?? [];
    if (pictures.length === 0) return el("div", { class: "product__gallery" }, cover ? el("img", { src: cover, alt: "", decoding: "async" }) : icon("image"));
    const all = pictures.map((one, place) => el("img", {
      src: one.medium, srcset: `${one.medium} 720w, ${one.large} 1440w`, sizes: "(min-width: 640px) 640px, 100vw",
      width: one.width, height: one.height, decoding: "async", loading: place > 0 ? "lazy" : null,
      alt: t("Picture %(n)s of %(all)s", { n: place + 1, all: pictures.length }),
    }));
    // The small one is there already from the clip's chip: no blank while the large one comes.
    if (cover) all[0].style.backgroundImage = `url("${cover}")`;
    return el("div", { class: "product__gallery", role: "group", "aria-label": t("Pictures"), tabindex: all.length > 1 ? "0" : null }, all);
  }

  #promises() {
    const { return_days: days, insured } = this.#found.goods;
    const line = (name, words) => el("li", {}, icon(name, "icon--small"), el("span", {}, words));
    return el("ul", { class: "promises" },
      line("undo-2", days > 0 ? nt("%(n)s day to send it back", "%(n)s days to send it back", days) : t("Cannot be sent back without a reason")),
      insured && line("shield-check", t("Freight insurance: the way back costs nothing")),
      line("hand-coins", t("The fair pays first if the shop does not")));
  }

  #choices() {
    const { variants } = this.#found.goods;
    const { currency } = this.#card;
    const one = (variant) => {
      const left = this.#leftOf(variant);
      const words = Object.values(variant.options).join(" · ") || t("The one there is");
      const beneath = left === 0 ? t("sold out") : left <= FEW ? nt("only %(n)s left", "only %(n)s left", left) : money(priceOf(variant, this.#found.sales[variant.id], 1).price, currency);
      const input = el("input", { type: "radio", name: "variant", value: variant.id, checked: variant === this.#variant, disabled: left === 0 });
      input.addEventListener("change", () => this.#choose(variant));
      return el("label", { class: "variant" }, input, el("span", {}, words, el("small", {}, beneath)));
    };
    const output = el("output", { "aria-live": "polite", "data-quantity": true }, String(this.#quantity));
    const step = (by, name, label) => el("button", { class: "button button--icon", type: "button", "aria-label": label, onclick: () => {
      this.#setQuantity(this.#quantity + by);
      output.textContent = String(this.#quantity);
      this.#body.querySelector("[data-price]").replaceChildren(...this.#price());
    } }, icon(name));
    return el("div", { class: "product__choices" },
      el("fieldset", { class: "field" }, el("legend", { class: "field__label" }, t("Which one")), el("div", { class: "variants" }, variants.map(one))),
      el("div", { class: "row" }, el("span", { class: "field__label grow" }, t("How many")),
        el("div", { class: "stepper", role: "group", "aria-label": t("How many") }, step(-1, "minus", t("One less")), output, step(1, "plus", t("One more")))));
  }

  #choose(variant) {
    this.#variant = variant;
    this.#setQuantity(this.#quantity);
    this.#body.querySelector("[data-price]").replaceChildren(...this.#price());
    this.#body.querySelector("[data-quantity]").textContent = String(this.#quantity);
  }

  #setQuantity(wanted) {
    this.#quantity = Math.max(1, Math.min(wanted, this.#leftOf(this.#variant), MOST));
  }

  /** What else the clip shows. */
  #turner() {
    if (this.#others.length < 2) return null;
    return el("div", { class: "product__others", role: "group", "aria-label": t("Shown in this clip") },
      this.#others.map((one) => el("button", {
        type: "button", "aria-label": one.title, "aria-pressed": String(one.id === this.#card.id), onclick: () => one.id !== this.#card.id && this.#turnTo(one),
      }, one.cover ? el("img", { src: one.cover, alt: "", width: 52, height: 52, decoding: "async" }) : icon("image"))));
  }

  #address() {
    const query = new URLSearchParams({ from: this.#source.kind, ...(this.#source.id ? { id: this.#source.id } : {}) });
    return `/goods/${this.#card.id}?${query}`;
  }

  // -- buying ----------------------------------------------------------------------------------

  get #line() {
    return { variant_id: this.#variant.id, quantity: this.#quantity, source: this.#source };
  }

  async #putIntoCart(button) {
    if (!(await this.#isSignedIn())) return;
    await whileBusy(button, async () => {
      try {
        await api("cart/lines", { method: "POST", body: this.#line });
        noteGoods("add_to_cart", this.#card.id, this.#impression);
        say(t("It is in the cart"), { action: { label: t("See the cart"), run: () => location.assign("/cart") } });
      } catch (problem) {
        await sayProblem(problem);
      }
    });
  }

  /** The first tap: the whole price, with everything in it. */
  async #buy(button) {
    if (!(await this.#isSignedIn())) return;
    await whileBusy(button, () => this.#quote());
  }

  async #quote(addressId = null) {
    try {
      const body = { lines: [this.#line], ...(addressId ? { address_id: addressId } : {}) };
      this.#confirm(await api("quotes", { method: "POST", body }));
    } catch (problem) {
      if (problem.code === "address_missing") await this.#writeAddress();
      else await sayProblem(problem);
    }
  }

  async #writeAddress() {
    const { openAddress } = await import("miaohui/sheets/address");
    const saved = await openAddress();
    if (saved) await this.#quote(saved.id);
  }

  #confirm(quote) {
    const { address, currency } = quote;
    // The same key however often the button is pressed: one order comes of it.
    const key = crypto.randomUUID();
    const [line] = quote.shops[0].lines;
    const place = [address.province, address.city !== address.province && address.city, address.district, address.street].filter(Boolean).join(" ");
    this.#show({
      title: t("Is all of this right?"),
      body: [el("div", { class: "product__words" },
        el("div", { class: "product__line" },
          this.#card.cover && el("img", { src: this.#card.cover, alt: "", width: 64, height: 64 }),
          el("span", { class: "grow" }, line.title, el("small", { class: "quiet" }, [Object.values(line.options).join(" · "), `× ${line.quantity}`].filter(Boolean).join("  "))),
          el("strong", { class: "price" }, money(line.goods_minor - line.discount_minor, currency))),
        el("section", { class: "group" }, el("h3", {}, t("Where it goes")),
          el("p", { class: "product__address" }, icon("map-pin", "icon--small"), el("span", { class: "grow" }, el("strong", {}, `${address.name} ${address.phone}`), el("br"), place))),
        el("section", { class: "group" }, el("h3", {}, t("How the price comes about")),
          el("dl", { class: "steps" },
            quote.steps.map((step) => el("div", { class: step.amount_minor < 0 ? "steps__off" : "" }, el("dt", {}, step.words), el("dd", {}, money(step.amount_minor, currency)))),
            el("div", { class: "steps__total" }, el("dt", {}, t("To pay")), el("dd", { class: "price" }, money(quote.total_minor, currency))))))],
      foot: [
        el("button", { class: "button button--quiet", type: "button", onclick: () => this.#look() }, t("Back")),
        el("button", { class: "button button--main", type: "button", "data-confirm": true, onclick: (event) => this.#order(quote, key, event.currentTarget) }, t("Order for %(amount)s", { amount: money(quote.total_minor, currency) })),
      ],
      focus: "[data-confirm]",
    });
  }

  /** The second tap. */
  async #order(quote, key, button) {
    await whileBusy(button, async () => {
      try {
        const trade = await api("orders", { method: "POST", body: { quote_id: quote.id }, key });
        if (trade.state === "paid") this.#thank(trade);
        else this.#pay(trade);
      } catch (problem) {
        const renewed = problem.data?.data?.quote ?? problem.data?.quote;
        await sayProblem(problem);
        if (renewed) this.#confirm(renewed);
      }
    });
  }

  /** The third tap. */
  #pay(trade) {
    const amount = money(trade.payable_minor, trade.currency);
    const way = (name, place) => el("button", {
      class: place === 0 ? "button button--main button--wide" : "button button--line button--wide", type: "button", "data-pay": name,
      onclick: (event) => this.#payBy(name, trade, event.currentTarget),
    }, (WAYS[name] ?? (() => name))());
    this.#show({
      title: t("Ordered; now to pay"),
      body: [el("div", { class: "product__words product__words--centred" },
        el("p", { class: "price product__sum" }, amount),
        el("p", { class: "quiet" }, t("It is kept for you until it is paid, or its time is over. It waits among your orders.")),
        el("div", { class: "product__ways", role: "group", "aria-label": t("How you pay") }, this.#found.providers.map(way)))],
      foot: [el("a", { class: "button button--quiet button--wide", href: this.#orderOf(trade) }, t("See the order"))],
      focus: "[data-pay]",
    });
  }

  async #payBy(name, trade, button) {
    await whileBusy(button, async () => {
      try {
        if (name !== "wallet") {
          await payForTrade(trade.id, name, this.#orderOf(trade));
          return;
        }
        const payment = await api(`trades/${trade.id}/payments`, { method: "POST", body: { provider: name } });
        if (payment.state === "succeeded") this.#thank(trade);
        else location.assign(this.#orderOf(trade));
      } catch (problem) {
        await sayProblem(problem);
      }
    });
  }

  #thank(trade) {
    this.#show({
      title: t("It is yours"),
      body: [el("div", { class: "product__words product__words--centred" }, el("span", { class: "product__done" }, icon("check")),
        el("p", {}, t("Paid. The shop has been told, and sends it off.")))],
      foot: [
        el("a", { class: "button button--line", href: this.#orderOf(trade) }, t("See the order")),
        el("button", { class: "button button--main", type: "button", "data-go-on": true, onclick: () => this.#sheet.close() }, t("Go on watching")),
      ],
      focus: "[data-go-on]",
    });
  }

  #orderOf(trade) {
    return trade.order_ids.length === 1 ? `/orders/${trade.order_ids[0]}` : "/orders";
  }

  async #isSignedIn() {
    if (account) return true;
    const { askToSignIn } = await import("miaohui/sheets/sign_in");
    askToSignIn();
    return false;
  }

  /** focus: what the hand finds when one step follows another; whoever tabs starts there. */
  #show({ title, body, foot = [], focus = null }) {
    const { dialog } = this.#sheet;
    const held = dialog.contains(document.activeElement);
    dialog.querySelector("h2").textContent = title;
    this.#body.replaceChildren(...body.filter(Boolean));
    this.#foot.replaceChildren(...foot);
    this.#foot.hidden = foot.length === 0;
    this.#body.scrollTop = 0;
    if (focus) dialog.querySelector(focus)?.focus();
    else if (held && !dialog.contains(document.activeElement)) dialog.querySelector(".sheet__head button").focus();
  }
}
