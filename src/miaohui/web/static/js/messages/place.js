// One open conversation: its bubbles, its composer, who is typing, and up to where has been read.
import { api } from "miaohui/api";
import { avatar, el, icon, whileBusy } from "miaohui/elements";
import { nt, t } from "miaohui/i18n";
import { openAdds } from "miaohui/messages/adds";
import { bubble } from "miaohui/messages/bubble";
import { openSettings } from "miaohui/messages/group";
import { face } from "miaohui/messages/list";
import { VoiceRecorder } from "miaohui/messages/voice";
import { fully, summary } from "miaohui/messages/words";
import { say, sayProblem } from "miaohui/notices";
import { realtime } from "miaohui/realtime";
import { openSheet } from "miaohui/sheet";

const GROUP_MS = 5 * 60_000;
const TYPING_SHOWN_MS = 5000;
const TYPING_EVERY_MS = 3000;
const PRESENCE_EVERY_MS = 30_000;
const RECALL_MS = 120_000;
const OUR_THINGS = [[/^\/goods\/(\d+)$/, "product"], [/^\/v\/(\d+)$/, "video"], [/^\/orders\/(\d+)$/, "order"], [/^\/moments\/(\d+)$/, "moment"]];
const clientId = () => crypto.randomUUID().replaceAll("-", "");

export class Place {
  #state; #node; #id; #to; #atMost;
  #sending = new Map(); // client id -> {message, problem}
  #replyTo = null;
  #typingTimer = null;
  #typedAt = 0;
  #readTo = 0;
  #stop = null;
  #isAtEnd = true;
  #drawn = new Map(); // what a bubble shows -> its node

  /** id: of the conversation, or null while `to`, a friend or not, has not been written to yet. */
  constructor(node, state, { id, to, friends, unansweredAtMost, onOpened }) {
    Object.assign(this, { friends, onOpened });
    this.#node = node; this.#state = state; this.#id = id; this.#to = to; this.#atMost = unansweredAtMost;
    this.head = el("header", { class: "talk-head" });
    this.request = el("div", { class: "talk-request", hidden: true });
    this.bubbles = el("div", { class: "bubbles", role: "log", "aria-label": t("Messages"), tabindex: "0" });
    this.composer = document.getElementById("composer").content.firstElementChild.cloneNode(true);
    node.replaceChildren(this.head, this.request, this.bubbles, this.composer);
    // What grows, the composer or a picture, does not push the newest message out of sight.
    this.bubbles.addEventListener("scroll", () => { this.#isAtEnd = this.bubbles.scrollHeight - this.bubbles.scrollTop - this.bubbles.clientHeight < 120; });
    this.bubbles.addEventListener("load", () => this.#stayAtEnd(), true);
    new ResizeObserver(() => this.#stayAtEnd()).observe(this.bubbles);
    this.#wireComposer();
    this.showHead();
    this.show({ toEnd: true });
    if (id) this.#listen();
    addEventListener("visibilitychange", () => this.#noteRead());
    addEventListener("focus", () => this.#noteRead());
    const wanted = /^#m(\d+)$/.exec(location.hash)?.[1];
    if (wanted) this.goTo(Number(wanted));
  }

  get #place() { return this.#state.conversations.get(this.#id); }

  #listen() {
    this.#stop = realtime.subscribe(`conversations:${this.#id}:live`, ({ event, data }) => {
      if (event === "typing" && data.person_id !== this.#state.me) this.#showTyping();
    });
    if (this.#place?.kind === "direct") {
      this.#askPresence();
      setInterval(() => { if (!document.hidden) this.#askPresence(); }, PRESENCE_EVERY_MS);
    }
  }

  async #askPresence() {
    try {
      const { online } = await api(`conversations/${this.#id}/presence`);
      this.online = online;
      this.#showUnder();
    } catch { /* It is a courtesy. */ }
  }

  showHead() {
    const place = this.#place;
    const person = place ? place.other : this.#to;
    const name = place?.title || this.#to?.nickname || t("Somebody who is gone");
    this.under = el("small", { "aria-live": "polite" });
    const who = [place ? face(place) : avatar(person ?? { nickname: "·" }), el("span", { class: "talk-head__name" }, el("strong", {}, name), this.under)];
    this.head.replaceChildren(
      el("a", { class: "button button--icon talk-head__back", href: "/messages", "aria-label": t("Back") }, icon("arrow-left")),
      person ? el("a", { class: "talk-head__who", href: `/@${person.handle}` }, who) : el("div", { class: "talk-head__who" }, who),
      place?.kind === "direct" && place.state === "open" && person ? el("button", { class: "button button--icon", type: "button", "data-call": person.id, "data-call-kind": "audio", "aria-label": t("Call") }, icon("phone")) : "",
      place?.kind === "direct" && place.state === "open" && person ? el("button", { class: "button button--icon", type: "button", "data-call": person.id, "data-call-kind": "video", "aria-label": t("Video call") }, icon("video")) : "",
      place ? el("button", { class: "button button--icon", type: "button", "aria-label": t("Settings of this conversation"), onclick: () => openSettings(this.#place, this.#state.me) }, icon("ellipsis")) : "");
    this.#showUnder();
    this.#showRequest();
  }

  #showUnder(typing = false) {
    const place = this.#place;
    this.under.classList.toggle("is-there", Boolean(typing || this.online));
    if (typing) this.under.textContent = t("is typing …");
    else if (place?.kind === "group") this.under.textContent = nt("%(n)s person is here", "%(n)s people are here", place.members);
    else this.under.textContent = this.online ? t("is here") : `@${(place?.other ?? this.#to)?.handle ?? ""}`;
  }

  #showTyping() {
    clearTimeout(this.#typingTimer);
    this.#showUnder(true);
    this.#typingTimer = setTimeout(() => this.#showUnder(), TYPING_SHOWN_MS);
  }

  #showRequest() {
    const place = this.#place;
    const asked = place?.folder === "requests";
    this.request.hidden = !asked;
    if (asked) {
      const answer = (method, then) => (event) => whileBusy(event.currentTarget, () => api(`conversations/${this.#id}/acceptance`, { method }).then(then, sayProblem));
      this.request.replaceChildren(
        el("p", {}, t("You do not know each other yet. Until you answer they can send three messages of plain text.")),
        el("div", { class: "row" },
          el("button", { class: "button button--main", type: "button", onclick: answer("PUT", () => say(t("You can write to each other now"))) }, t("Take it up")),
          el("button", { class: "button button--line", type: "button", onclick: answer("DELETE", () => location.assign("/messages")) }, t("Put it away"))));
    }
    const left = this.#left;
    const note = this.composer.querySelector("[data-note]");
    const asks = left !== null;
    note.hidden = !asks;
    if (asks) {
      note.textContent = left > 0
        ? nt("Until they answer you can send one more message: text without links.", "Until they answer you can send %(n)s messages: text without links.", left)
        : t("They have your messages. Wait for an answer.");
    }
    for (const button of this.composer.querySelectorAll("[data-attach], [data-record]")) button.hidden = asks;
    this.composer.querySelector("[type=submit]").disabled = left === 0;
    this.composer.elements.text.disabled = left === 0;
  }

  /** How much may still be written before the other answers; null without a limit. */
  get #left() {
    const place = this.#place;
    if (!place) return this.#to && !this.friends ? this.#atMost : null;
    if (place.state !== "request" || place.folder !== "inbox") return null;
    return Math.max(0, this.#atMost - place.last_seq);
  }

  /** Draw all bubbles anew. */
  show({ toEnd = false } = {}) {
    if (toEnd) this.#isAtEnd = true;
    const place = this.#place;
    const shown = this.#id ? this.#state.messagesOf(this.#id) : [];
    const arrived = new Set(shown.map((one) => one.client_id));
    for (const key of this.#sending.keys()) if (arrived.has(key)) this.#sending.delete(key);
    const nodes = [];
    if (this.#state.more.get(this.#id)) nodes.push(el("button", { class: "button button--quiet bubbles__more", type: "button", onclick: (event) => whileBusy(event.currentTarget, () => this.#loadEarlier()) }, t("Earlier messages")));
    shown.forEach((one, at) => {
      if (isApart(shown[at - 1], one)) nodes.push(el("time", { class: "bubbles__time", datetime: one.sent_at }, fully(one.sent_at)));
      const run = { first: !isOneBreath(shown[at - 1], one), last: !isOneBreath(one, shown[at + 1]) };
      nodes.push(this.#bubble(one, this.#stateOf(one, place, shown), run));
    });
    for (const [key, { message, problem }] of this.#sending) {
      nodes.push(this.#bubble(message, problem ? { bad: true, words: problem.message, retry: () => this.#again(key) } : { words: t("Sending …") }));
    }
    if (nodes.length === 0) nodes.push(el("p", { class: "bubbles__line" }, t("Nothing written yet. Say hello.")));
    this.#lay(nodes);
    this.#stayAtEnd();
    this.#noteRead();
  }

  #stayAtEnd() {
    if (this.#isAtEnd) this.bubbles.scrollTop = this.bubbles.scrollHeight;
  }

  /** What is there already stays where it is, so that a voice note plays on and the focus is not lost. */
  #lay(nodes) {
    const wanted = new Set(nodes);
    for (const old of [...this.bubbles.childNodes]) if (!wanted.has(old)) old.remove();
    for (const [key, node] of this.#drawn) if (!wanted.has(node)) this.#drawn.delete(key);
    let next = this.bubbles.firstChild;
    for (const node of nodes) {
      if (node === next) next = next.nextSibling;
      else this.bubbles.insertBefore(node, next);
    }
  }

  #bubble(message, state, run) {
    const key = JSON.stringify([message, state, run]);
    if (!this.#drawn.has(key)) this.#drawn.set(key, this.#draw(message, state, run));
    return this.#drawn.get(key);
  }

  #draw(message, state, run) {
    return bubble(message, {
      me: this.#state.me,
      inGroup: this.#place?.kind === "group",
      state,
      run,
      onMenu: message.id && ((button) => this.#menu(message, button)),
      onQuote: (before) => this.goTo(before.seq),
    });
  }

  /** Below one's own newest message: whether it has been read. */
  #stateOf(one, place, shown) {
    if (one.sender_id !== this.#state.me || place.kind !== "direct" || place.state !== "open") return null;
    const own = shown.filter((each) => each.sender_id === this.#state.me && !each.recalled).at(-1);
    if (own !== one) return null;
    return { words: place.seen_seq >= one.seq ? t("Read") : t("Delivered") };
  }

  async #loadEarlier() {
    const first = this.#state.messagesOf(this.#id)[0];
    const height = this.bubbles.scrollHeight;
    try {
      this.#state.lay(this.#id, await api(`conversations/${this.#id}/messages?before=${first?.seq ?? 1}`));
    } catch (problem) { await sayProblem(problem); return; }
    this.show();
    this.bubbles.scrollTop = this.bubbles.scrollHeight - height;
  }

  /** Show the message with this number, loading what lies before if needed. */
  async goTo(seq) {
    for (let tries = 0; tries < 20 && !this.#state.messages.get(this.#id)?.has(seq) && this.#state.more.get(this.#id); tries += 1) await this.#loadEarlier();
    const node = this.bubbles.querySelector(`[data-seq="${seq}"]`);
    if (!node) return;
    node.scrollIntoView({ block: "center" });
    node.classList.add("bubble--found");
    setTimeout(() => node.classList.remove("bubble--found"), 2500);
  }

  #menu(message, button) {
    const mine = message.sender_id === this.#state.me;
    const acts = [
      [t("Reply"), "message-circle", () => this.#reply(message)],
      message.kind === "text" && [t("Copy"), "link", () => navigator.clipboard.writeText(message.body.text).then(() => say(t("Copied")))],
      mine && Date.now() - new Date(message.sent_at) < RECALL_MS && !["call", "system"].includes(message.kind) && [t("Take it back"), "undo-2", () => api(`messages/${message.id}`, { method: "DELETE" }).catch(sayProblem)],
      mine && this.#place.kind === "group" && [t("Who has read it"), "users", () => this.#readers(message)],
    ].filter(Boolean);
    button.setAttribute("aria-expanded", "true");
    const sheet = openSheet({ title: summary(message, this.#state.me), content: el("div", { class: "stack stack--tight" }, acts.map(([words, sign, run]) => el("button", { class: "button button--wide", type: "button", onclick: () => { sheet.close(); run(); } }, icon(sign), words))) });
    sheet.closed.then(() => button.removeAttribute("aria-expanded"));
  }

  async #readers(message) {
    try {
      const { items } = await api(`messages/${message.id}/readers`);
      openSheet({ title: nt("Read by one person", "Read by %(n)s people", items.length), content: el("div", { class: "talk-people" }, items.map(({ person }) => el("div", { class: "talk-people__one" }, avatar(person), el("span", {}, person.nickname)))) });
    } catch (problem) { await sayProblem(problem); }
  }

  #reply(message) {
    this.#replyTo = message;
    const line = this.composer.querySelector("[data-reply-to]");
    line.hidden = message === null;
    line.replaceChildren();
    if (message) {
      line.replaceChildren(icon("message-circle", "icon--small"), el("span", {}, `${message.sender?.nickname ?? ""}: ${summary(message, this.#state.me)}`), el("button", { class: "button button--icon", type: "button", "aria-label": t("Do not reply"), onclick: () => this.#reply(null) }, icon("x", "icon--small")));
    }
    this.composer.elements.text.focus();
  }

  #wireComposer() {
    const text = this.composer.elements.text;
    this.composer.addEventListener("submit", (event) => { event.preventDefault(); this.#sendText(); });
    text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.#sendText(); }
      if (event.key === "Escape") { if (this.#replyTo) this.#reply(null); }
    });
    text.addEventListener("input", () => this.#tellTyping());
    this.composer.querySelector("[data-attach]").addEventListener("click", () => openAdds({ send: (kind, body) => this.#send(kind, body), sendFile: (kind, file) => this.#sendFile(kind, file) }));
    const button = this.composer.querySelector("[data-record]");
    const note = this.composer.querySelector("[data-note]");
    const recorder = new VoiceRecorder({
      onTick: (passed) => { note.hidden = false; note.textContent = t("Recording %(length)s. Press again to send, Escape to forget it.", { length: passed }); },
      onDone: (file) => {
        button.classList.remove("talk-recording");
        this.#showRequest();
        if (file) this.#sendFile("voice", file);
      },
    });
    button.addEventListener("click", async () => {
      if (recorder.isRunning) { recorder.stop(); return; }
      await recorder.start();
      button.classList.toggle("talk-recording", recorder.isRunning);
    });
    this.composer.addEventListener("keydown", (event) => { if (event.key === "Escape" && recorder.isRunning) recorder.stop({ forget: true }); });
  }

  #tellTyping() {
    if (!this.#id || Date.now() - this.#typedAt < TYPING_EVERY_MS) return;
    this.#typedAt = Date.now();
    api(`conversations/${this.#id}/typing`, { method: "POST" }).catch(() => {});
  }

  #sendText() {
    const input = this.composer.elements.text;
    const text = input.value.trim();
    if (!text) return;
    input.value = "";
    const thing = ourThing(text);
    if (thing && this.#left === null) this.#send("card", thing);
    else this.#send("text", { text });
  }

  #send(kind, body) {
    return this.#deliver(this.#wait(kind, { body }));
  }

  /** Show a photo at once; its message goes when the file has. */
  #sendFile(kind, file) {
    return this.#deliver(this.#wait(kind, { file, local: kind === "photo" ? URL.createObjectURL(file) : null }));
  }

  /** Put a message among those that are on their way; returns its name, which a resend carries too. */
  #wait(kind, { body = null, file = null, local = null }) {
    const key = clientId();
    const message = { client_id: key, kind, body, local, sender_id: this.#state.me, sender: null, card: null, attachment: null, reply_to: null, sent_at: new Date().toISOString(), recalled: false, seq: "" };
    this.#sending.set(key, { message, file, replyTo: this.#replyTo, problem: null });
    if (this.#replyTo) this.#reply(null);
    return key;
  }

  #again(key) {
    this.#sending.get(key).problem = null;
    return this.#deliver(key);
  }

  async #deliver(key) {
    const { message, file, replyTo } = this.#sending.get(key);
    this.show({ toEnd: true });
    try {
      if (!message.body) message.body = { attachment_id: (await api(`attachments?kind=${message.kind}`, { method: "POST", file })).id };
      if (!this.#id) await this.#open();
      const sent = await api(`conversations/${this.#id}/messages`, { method: "POST", body: { client_id: key, kind: message.kind, body: message.body, reply_to_id: replyTo?.id ?? null } });
      this.#sending.delete(key);
      this.#state.apply("message", { message: sent });
    } catch (problem) {
      // It may have arrived nevertheless, and have been heard of before the answer was lost.
      const waiting = this.#sending.get(key);
      if (waiting) waiting.problem = problem;
    }
    if (message.local && !this.#sending.has(key)) URL.revokeObjectURL(message.local);
    this.showHead();
    this.show({ toEnd: true });
  }

  async #open() {
    const opened = await api("conversations", { method: "POST", body: { person_id: this.#to.id } });
    this.#id = opened.id;
    this.#state.apply("conversation", { conversation: opened });
    this.#state.lay(opened.id, { items: [], more: false });
    history.replaceState(null, "", `/messages/${opened.id}`);
    this.onOpened(opened.id);
    this.#listen();
  }

  #noteRead() {
    const place = this.#place;
    if (!place || document.hidden || !document.hasFocus() || place.last_seq <= Math.max(place.read_seq, this.#readTo)) return;
    this.#readTo = place.last_seq;
    api(`conversations/${this.#id}/read`, { method: "PUT", body: { seq: place.last_seq } }).catch(() => { this.#readTo = 0; });
  }

  /** Leave it: it is gone for this person. */
  end() {
    this.#stop?.();
    location.assign("/messages");
  }
}

const isApart = (before, one) => !before || new Date(one.sent_at) - new Date(before.sent_at) > GROUP_MS;

/** Whether two messages are said by the same person one after the other: they need one picture and one name. */
function isOneBreath(before, one) {
  const isSpoken = (each) => each && each.kind !== "system" && !each.recalled;
  return isSpoken(before) && isSpoken(one) && before.sender_id === one.sender_id && !isApart(before, one);
}

/** A link to a thing of this fair becomes a card. */
function ourThing(text) {
  let address;
  try { address = new URL(text); } catch { return null; }
  if (address.origin !== location.origin) return null;
  for (const [form, card] of OUR_THINGS) {
    const found = form.exec(address.pathname);
    if (found) return { card, ref: found[1] };
  }
  return null;
}
