// The lantern: shake or hold, the ladder one sentence at a time, whom one meets.
import { api } from "miaohui/api";
import "miaohui/app";
import { el, icon, whileBusy } from "miaohui/elements";
import { nt, t } from "miaohui/i18n";
import { say, sayProblem } from "miaohui/notices";
import { account } from "miaohui/page";
import { distanceWords, whereAmI } from "miaohui/place";
import { openScanner } from "miaohui/qr_scanner";
import { realtime } from "miaohui/realtime";

const HOLD_MS = 600;
const JOLT = 18; // m/s², gravity taken off: a brisk shake, not a step
const PAUSE_MS = 2500;
const LOOK_EVERY_MS = 5000;
const FEEL = "mh.shake.feel";
const ANYWHERE_M = 20_100_000;

const root = document.querySelector("[data-shake]");
const part = (name) => root.querySelector(`[data-${name}]`);
let state = null;
let skewMs = 0;
let lastShakeAt = 0;
let sponsorAsked = "";
let refusal = "";

const now = () => Date.now() + skewMs;

if (part("lantern")) begin();

function begin() {
  const lantern = part("lantern");
  let timer = null;
  const hold = () => {
    if (timer) return;
    lantern.dataset.held = "";
    timer = setTimeout(() => { release(); shake(); }, HOLD_MS);
  };
  const release = () => { clearTimeout(timer); timer = null; delete lantern.dataset.held; };
  lantern.addEventListener("pointerdown", hold);
  for (const name of ["pointerup", "pointerleave", "pointercancel"]) lantern.addEventListener(name, release);
  lantern.addEventListener("contextmenu", (event) => event.preventDefault());
  // A keyboard's or a screen reader's press is a whole act; a finger's tap is too short to mean it.
  lantern.addEventListener("click", (event) => { if (event.detail === 0) shake(); });
  offerMotion();
  wireFeel();
  const tellAnywhere = () => { part("anywhere").hidden = Number(part("widest").value) !== ANYWHERE_M; };
  part("widest").addEventListener("change", tellAnywhere);
  tellAnywhere(); // a browser that goes back remembers what was chosen
  part("scan").addEventListener("click", () => openScanner({
    hint: t("Hold the code on the venue's screen into the picture."),
    pathOf: ({ pathname, searchParams }) => (pathname === "/shake" && searchParams.get("venue") ? `/shake?venue=${encodeURIComponent(searchParams.get("venue"))}` : null),
  }));
  realtime.subscribe(`people:${account.id}:shakes`, ({ event, data }) => {
    if (event === "matched") feel([80, 60, 160], 660);
    if (event === "mutual") feel([40, 40, 40], 880);
    if (event === "ended") refusal = data.listed ? t("The half hour is over and nobody came.") : t("Nobody came this time.");
    if (event === "rendezvous") { feel([60, 60, 60], 660); refusal = t("It is time: shake now."); }
    look();
  });
  setInterval(show, 1000);
  setInterval(() => { if (!document.hidden && state?.ticket) look(); }, LOOK_EVERY_MS);
  look();
  if (root.dataset.venue) say(t("You are at a venue: shake, and you meet somebody who is here too."));
}

/** iOS asks for permission, and only after a tap; elsewhere the sensor is simply there. */
function offerMotion() {
  if (!("DeviceMotionEvent" in globalThis)) return;
  const listen = () => addEventListener("devicemotion", feelMotion);
  // A desk has no sensor, whatever its browser says.
  if (!DeviceMotionEvent.requestPermission || !matchMedia("(pointer: coarse)").matches) { listen(); return; }
  const button = part("motion");
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (await DeviceMotionEvent.requestPermission().catch(() => "denied") === "granted") { listen(); button.hidden = true; }
    else say(t("Then hold the lantern: it does the same."));
  });
}

let jolts = [];
function feelMotion(event) {
  const a = event.acceleration;
  if (!a || Math.hypot(a.x ?? 0, a.y ?? 0, a.z ?? 0) < JOLT) return;
  jolts = [...jolts.filter((at) => event.timeStamp - at < 800), event.timeStamp];
  if (jolts.length >= 3) { jolts = []; shake(); }
}

async function shake() {
  if (Date.now() - lastShakeAt < PAUSE_MS) return;
  lastShakeAt = Date.now();
  refusal = "";
  feel([60], 440);
  const lantern = part("lantern");
  lantern.dataset.swings = "";
  const ticket_id = `w${crypto.getRandomValues(new Uint32Array(3)).join("-")}`;
  try {
    const body = { ticket_id, widest_m: Number(part("widest").value) };
    if (root.dataset.venue) body.venue = root.dataset.venue;
    else body.place = await whereAmI();
    take(await api("shakes", { method: "POST", body }));
    if (state.match) feel([80, 60, 160], 660);
    if (state.ticket && !state.ticket.venue && state.ticket.widest_m < body.widest_m) say(t("What you like is not known yet, so this looks in the city only. Watch some clips first."));
  } catch (problem) {
    // What is refused stays to be read; a sign-in that has ended leads to the door.
    if (problem.status === 401) await sayProblem(problem);
    else refusal = problem.message;
    delete lantern.dataset.swings;
    show();
  }
}

async function look() {
  try {
    take(await api("me/shake"));
    const { items } = await api("me/shake-matches");
    showMatches(items.filter((card) => card.id !== state.match?.id));
  } catch (problem) {
    if (!problem.isOffline) await sayProblem(problem);
  }
}

function take(fresh) {
  state = fresh;
  skewMs = new Date(fresh.now) - Date.now();
  show();
}

function show() {
  if (!state) return;
  const { ticket, match } = state;
  const waiting = ticket && new Date(ticket.until) > now();
  const isOpen = match && (match.mutual || new Date(match.hello_until) > now());
  root.dataset.view = isOpen ? "met" : waiting ? "waiting" : "idle";
  part("lantern").toggleAttribute("data-swings", Boolean(waiting));
  setWords("around", aroundWords(state.around));
  setWords("step", stepWords(waiting ? ticket : null, isOpen ? match : null));
  showActs(waiting ? ticket : null, isOpen ? match : null);
  showMatch(match);
  if (waiting && !match && now() > new Date(ticket.sponsor_from) && sponsorAsked !== ticket.ticket_id) askSponsor(ticket);
  if (!waiting || match) part("sponsor").hidden = true;
}

/** Told anew only when it is something new: a screen reader reads each change aloud. */
function setWords(name, words) {
  if (part(name).textContent !== words) part(name).textContent = words;
}

function aroundWords(around) {
  if (!around) return "";
  if (around.at_least === 0) return t("Nobody else has shaken around here in the last ten minutes.");
  if (around.below === null) return nt("At least %(n)s other person shook around here in the last ten minutes.", "At least %(n)s others shook around here in the last ten minutes.", around.at_least);
  return t("Between %(from)s and %(to)s others shook around here in the last ten minutes.", { from: around.at_least, to: around.below - 1 });
}

function stepWords(ticket, match) {
  if (match) return match.mutual ? t("Both of you said hello.") : match.distance === "further" ? t("Somebody elsewhere likes what you like.") : t("Somebody shook near by.");
  if (!ticket) return refusal || t("Shake your phone, or hold the lantern for a moment.");
  if (ticket.venue) return t("Looking for somebody at %(venue)s…", { venue: ticket.venue });
  if (ticket.listed) return t("Your lantern is lit until %(time)s. We will call you when somebody comes.", { time: time(ticket.until) });
  const since = now() - new Date(ticket.shaken_at);
  const reach = [[100, ANYWHERE_M], [90, 30_000], [60, 10_000], [30, 3_000], [0, 1_000]].find(([s]) => since >= s * 1000)[1];
  const km = Math.min(reach, ticket.widest_m) / 1000;
  if (km > 30) return t("Looking anywhere for somebody who likes what you like…");
  if (km === 30) return t("Looking all over the city…");
  return t("Looking within %(km)s km…", { km });
}

let actsShown = "";
function showActs(ticket, match) {
  const kind = match ? "" : ticket ? (ticket.listed ? "listed" : now() - new Date(ticket.shaken_at) > 20_000 ? "alone" : "fresh") : "idle";
  const key = `${kind}|${state.rendezvous.i_come}|${state.on_missed_list}|${state.rendezvous.begins_at}`;
  if (key === actsShown) return;
  actsShown = key;
  const acts = [];
  const act = (words, path, options) => el("button", { class: "button", type: "button", onclick: (event) => whileBusy(event.currentTarget, async () => {
    try { await api(path, options); await look(); } catch (problem) { await sayProblem(problem); }
  }) }, words);
  if (kind === "alone") {
    acts.push(act(t("Keep my lantern lit for half an hour"), "me/shake/listing", { method: "PUT" }));
    acts[0].classList.add("button--main");
    if (!state.rendezvous.i_come) acts.push(act(t("Come to the shake at %(time)s", { time: time(state.rendezvous.begins_at) }), "me/rendezvous", { method: "PUT", body: {} }));
    if (!state.on_missed_list) acts.push(act(t("Show me tomorrow whom I missed"), "me/missed-shakes", { method: "PUT", body: {} }));
  }
  if (state.rendezvous.i_come) acts.push(el("p", { class: "quiet" }, comingWords()), act(t("I cannot come after all"), "me/rendezvous", { method: "DELETE" }));
  if (ticket) {
    acts.push(act(t("Stop"), "me/shake", { method: "DELETE" }));
    acts.at(-1).classList.add("button--quiet");
  }
  part("acts").replaceChildren(...acts);
}

function comingWords() {
  const at = time(state.rendezvous.begins_at);
  const coming = state.rendezvous.coming;
  if (!coming || coming.at_least === 0) return t("You come at %(time)s. So far you are the first around here.", { time: at });
  return t("You come at %(time)s, with at least %(n)s others around here.", { time: at, n: coming.at_least });
}

let cardShown = "";
function showMatch(match) {
  const card = part("match");
  const key = match ? `${match.id}|${match.my_answer}|${match.mutual}` : "";
  if (match && !match.mutual && new Date(match.hello_until) <= now()) { card.hidden = true; cardShown = ""; return; }
  if (key === cardShown) return;
  cardShown = key;
  card.hidden = !match;
  if (match) card.replaceChildren(...cardOf(match));
}

function cardOf(match) {
  const picture = match.avatar_url ? el("img", { src: match.avatar_url, alt: "" }) : el("span", { class: "avatar" }, match.nickname[0]);
  const lines = [picture, el("div", { class: "shake__who" }, el("h2", {}, match.nickname), el("p", { class: "quiet" }, distanceWords(match.distance)))];
  if (match.shared_interests.length) {
    lines.push(el("div", { class: "shake__who" }, el("p", { class: "quiet" }, t("You both like")), el("p", { class: "chips" }, match.shared_interests.map((name) => el("span", { class: "chip chip--lantern" }, name)))));
  }
  if (match.mutual) {
    lines.push(el("a", { class: "button button--main button--wide", href: `/messages/to/${match.handle}` }, t("Talk")), el("a", { class: "button button--wide", href: `/@${match.handle}` }, icon("user", "icon--small"), `@${match.handle}`));
    return lines;
  }
  if (match.my_answer === "hello") lines.push(el("p", {}, t("You said hello. If it is mutual, you can talk.")));
  else {
    lines.push(el("button", { class: "button button--main button--wide", type: "button", onclick: (event) => answer(event.currentTarget, match, "hello") }, t("Say hello")));
    lines.push(el("button", { class: "button button--wide", type: "button", onclick: (event) => answer(event.currentTarget, match, "no") }, t("Not now")));
  }
  lines.push(el("div", { class: "shake__small" },
    el("button", { class: "button button--quiet", type: "button", onclick: (event) => end(event.currentTarget, match, "block", "PUT") }, t("Block")),
    el("button", { class: "button button--quiet", type: "button", onclick: (event) => end(event.currentTarget, match, "report", "POST", { reason: "other" }) }, t("Report"))));
  return lines;
}

function answer(button, match, words) {
  return whileBusy(button, async () => {
    try { await api(`shake-matches/${match.id}/answer`, { method: "PUT", body: { answer: words } }); } catch (problem) { await sayProblem(problem); }
    await look();
  });
}

function end(button, match, how, method, body) {
  return whileBusy(button, async () => {
    try { await api(`shake-matches/${match.id}/${how}`, { method, body }); say(t("You will not meet again.")); } catch (problem) { await sayProblem(problem); }
    await look();
  });
}

async function askSponsor(ticket) {
  sponsorAsked = ticket.ticket_id;
  try {
    const { sponsor } = await api("me/shake/sponsor", { method: "POST" });
    if (!sponsor || state.match) return;
    const card = part("sponsor");
    const parts = [
      el("span", { class: "shake__label" }, t("Advertisement")),
      sponsor.picture_url && el("img", { src: sponsor.picture_url, alt: "" }),
      el("h2", {}, sponsor.name), el("p", {}, sponsor.text), sponsor.offer && el("p", { class: "chip chip--lantern" }, sponsor.offer),
      el("div", { class: "row" },
        el("a", { class: "button", href: sponsor.url }, t("Look")),
        sponsor.follow_path && el("button", { class: "button", type: "button", onclick: (event) => followSponsor(event.currentTarget, sponsor.follow_path) }, t("Follow"))),
    ];
    card.replaceChildren(...parts.filter(Boolean));
    card.hidden = false;
  } catch (problem) {
    if (problem.status !== 409) await sayProblem(problem);
  }
}

function followSponsor(button, path) {
  return whileBusy(button, async () => {
    try {
      const { coupon } = await api(path.replace(/^\/api\/v1\//, ""), { method: "POST" });
      // The campaign may have given its last coupon while the card lay there.
      const words = coupon ? t("The coupon is yours.") : t("You follow the shop now. There was no coupon left.");
      button.replaceWith(el("p", { class: "shake__coupon", role: "status" }, el("span", {}, words),
        coupon && el("strong", {}, coupon.terms.name),
        coupon && el("small", {}, t("Good until %(day)s", { day: day(coupon.expires_at) })),
        coupon && el("a", { class: "button", href: "/coupons" }, t("My coupons"))));
    } catch (problem) {
      await sayProblem(problem);
    }
  });
}

function showMatches(cards) {
  part("late").hidden = cards.length === 0;
  part("matches").replaceChildren(...cards.map((card) => el("li", { class: "list__row" },
    el("span", { class: "list__text" }, el("span", {}, card.nickname), el("small", {}, distanceWords(card.distance))),
    card.mutual ? el("a", { class: "button", href: `/messages/to/${card.handle}` }, t("Talk"))
      : card.my_answer === "hello" ? el("span", { class: "quiet" }, t("You said hello"))
        : el("button", { class: "button", type: "button", onclick: (event) => answer(event.currentTarget, card, "hello") }, t("Say hello")))));
}

const day = (iso) => new Intl.DateTimeFormat(document.documentElement.lang, { month: "short", day: "numeric" }).format(new Date(iso));
const time = (iso) => new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }).format(new Date(iso));

function wireFeel() {
  const button = part("feel");
  const showFeel = () => {
    const isOn = localStorage.getItem(FEEL) !== "off";
    button.setAttribute("aria-pressed", String(isOn));
    button.replaceChildren(icon(isOn ? "volume-2" : "volume-x"));
  };
  button.addEventListener("click", () => {
    localStorage.setItem(FEEL, localStorage.getItem(FEEL) === "off" ? "on" : "off");
    showFeel();
    feel([40], 660);
  });
  showFeel();
}

let audio = null;
/** A short tone and a tremble; both are silent where the person or the device says so. */
function feel(pattern, hertz) {
  if (localStorage.getItem(FEEL) === "off") return;
  navigator.vibrate?.(pattern);
  try {
    audio ??= new AudioContext();
    const tone = new OscillatorNode(audio, { frequency: hertz });
    const volume = new GainNode(audio, { gain: 0.12 });
    volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.35);
    tone.connect(volume).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + 0.35);
  } catch { /* A browser without sound still shakes. */ }
}
