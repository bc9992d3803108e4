// One call, from ringing to the end.
import "miaohui/app";
import { api } from "miaohui/api";
import { bell } from "miaohui/calls/bell";
import { callConfiguration } from "miaohui/calls/ice_servers";
import { nextCamera, openCamera, openMedia } from "miaohui/calls/media";
import { Peer, routeOf } from "miaohui/calls/peer";
import { placeCall } from "miaohui/calls/place";
import { Signals } from "miaohui/calls/signals";
import { whileBusy } from "miaohui/elements";
import { clock, t } from "miaohui/i18n";
import { say, sayProblem } from "miaohui/notices";
import { account, embedded } from "miaohui/page";
import { realtime } from "miaohui/realtime";

const ALIVE_EVERY_MS = 30_000;
const GIVE_UP_AFTER_MS = 45_000;
const RESTART_EVERY_MS = 5000;

const page = document.querySelector("[data-call-page]");
const part = (name) => page.querySelector(`[data-${name}]`);
const button = (name) => page.querySelector(`[data-do="${name}"]`);
const own = part("own");
const remote = part("remote");

let call = embedded("call");
let peer = null;
let theirPeer = null;
let stream = null;
let wasConnected = false;
let connectedAt = null;
let stopBell = () => {};
let stopHearing = () => {};
let timers = [];
const their = { camera: call.kind === "video", microphone: true };

const signals = new Signals({ callId: call.id, me: account.id, onSignal: take, onGone: refresh });

// --- what the server says

async function refresh() {
  try {
    moveTo(await api(`calls/${call.id}`));
  } catch (problem) {
    // A block ends a call without a trace.
    if (problem.status === 404) moveTo({ ...call, state: "ended", outcome: wasConnected ? "completed" : "cancelled" });
  }
}

function moveTo(next) {
  const former = call.state;
  call = next;
  page.dataset.state = call.state;
  if (call.state === "ringing") showRinging();
  else if (call.state === "active" && !call.here) showElsewhere();
  else if (call.state === "active" && peer === null) begin();
  else if (call.state === "ended" && (former !== "ended" || page.dataset.outcome === undefined)) showEnd();
}

function hear() {
  if (!call.here || call.state === "ended") return;
  stopHearing();
  stopHearing = realtime.subscribe(`calls:${call.id}`, ({ event, data }) => {
    if (event === "signal") signals.hear(data);
    else if (event === "state" || event === "reset" || event === "subscribed" || event === "refused") {
      refresh();
      if (peer instanceof Peer) signals.fetch();
    }
  });
}

// --- ringing

function showRinging() {
  if (call.outgoing) {
    status(t("Ringing…"));
    show("end", t("Cancel"));
    if (timers.length === 0) {
      stopBell = bell({ quiet: true });
      timers.push(setTimeout(refresh, Math.max(0, new Date(call.ring_until) - Date.now()) + 1500));
      openOwn(); // While it rings, so that the answer is not kept waiting.
    }
  } else {
    status(call.kind === "video" ? t("wants a video call") : t("is calling"));
    show("answer");
    show("end", t("Decline"));
    timers.push(setTimeout(refresh, 2000));
  }
}

function showElsewhere() {
  status(t("Answered on another device"));
  finish();
}

// --- talking

let opening = null;

function openOwn() {
  opening ??= (async () => {
    const { stream: opened, problem } = await openMedia({ picture: call.kind === "video" });
    stream = opened;
    showOwn();
    if (problem) hint(PROBLEMS[problem]());
  })();
  return opening;
}

const PROBLEMS = {
  blocked: () => t("The microphone or camera is not open to this page. Allow it in the address bar."),
  missing: () => t("No camera or microphone was found."),
  busy: () => t("Another program holds the camera or microphone."),
  insecure: () => t("Microphone and camera need an https address."),
};

async function begin() {
  stopBell();
  for (const timer of timers) clearTimeout(timer);
  timers = [];
  status(t("Connecting…"));
  show("end", t("Hang up"));
  const begun = connect();
  timers.push(setInterval(() => api(`calls/${call.id}/presence`, { method: "PUT" }).then(moveTo, () => {}), ALIVE_EVERY_MS));
  timers.push(setTimeout(() => { if (!wasConnected) hangUp(); }, GIVE_UP_AFTER_MS));
  await begun;
}

async function connect() {
  const id = crypto.randomUUID();
  const made = { id };
  peer = made; // So that nothing else begins while the camera opens.
  const [configuration] = await Promise.all([callConfiguration(), openOwn()]);
  if (call.state !== "active" || peer !== made) return;
  peer = new Peer({ id, isPolite: !call.outgoing, configuration, send: (body) => signals.send(body), onStream: showRemote, onState: onPeerState });
  page.peer = peer;
  // What was said before this page was there comes first: it says whether the call has been going on without it.
  await signals.begin(id);
  peer.begin(stream);
  sayWhatIsOn();
}

let hearing = Promise.resolve();

function take(body) {
  hearing = hearing.then(() => receive(body)).catch((fault) => console.warn("call:", fault));
}

async function receive(body) {
  if (call.state !== "active") return;
  const isAnew = theirPeer !== null && body.peer !== theirPeer;
  theirPeer = body.peer;
  if (isAnew) {
    peer.close(); // Their page has begun anew; what we had leads nowhere any more.
    await connect();
  }
  if (body.camera !== null && body.camera !== undefined) their.camera = body.camera;
  if (body.microphone !== null && body.microphone !== undefined) their.microphone = body.microphone;
  showTheirs();
  if (body.description || body.candidates?.length) peer.receive({ description: body.description ?? undefined, candidates: body.candidates });
}

function onPeerState(state) {
  if (call.state !== "active") return;
  page.dataset.link = state;
  if (state === "connected") {
    wasConnected = true;
    connectedAt ??= Date.now();
    tick();
    noteRoute();
  } else if (wasConnected) {
    status(t("Looking for the connection…"));
    if (state === "broken") lookForAnotherWay();
  } else if (state === "broken") lookForAnotherWay();
}

let restartedAt = 0;

/** A new network, or none for a while: the old way is kept until another is found. */
async function lookForAnotherWay() {
  if (call.state !== "active" || !(peer instanceof Peer) || Date.now() - restartedAt < RESTART_EVERY_MS) return;
  restartedAt = Date.now();
  const configuration = await callConfiguration().catch(() => null); // Without a network the old key will do.
  if (call.state === "active") peer.restart(configuration);
  timers.push(setTimeout(() => { if (page.dataset.link === "broken") lookForAnotherWay(); }, RESTART_EVERY_MS));
}

addEventListener("online", () => { signals.fetch(); lookForAnotherWay(); });
navigator.connection?.addEventListener?.("change", lookForAnotherWay);

function tick() {
  if (call.state !== "active" || page.dataset.link !== "connected") return;
  status(clock(Date.now() - (call.answered_at ? new Date(call.answered_at) : connectedAt)));
  timers.push(setTimeout(tick, 1000));
}

async function noteRoute() {
  page.dataset.route = (await routeOf(peer.connection)) ?? "";
}

// --- what one sees

function status(words) {
  const line = part("status");
  if (line.textContent !== words) line.textContent = words;
}

function hint(words) {
  part("hint").textContent = words;
  part("hint").hidden = !words;
}

function show(name, words) {
  const shown = button(name);
  shown.hidden = false;
  if (words) shown.querySelector("[data-words]").textContent = words;
}

function showOwn() {
  const [microphone] = stream.getAudioTracks();
  const [camera] = stream.getVideoTracks();
  own.srcObject = camera ? stream : null;
  own.hidden = !camera;
  own.classList.toggle("call__own--mirrored", camera?.getSettings().facingMode !== "environment");
  show("microphone");
  show("camera");
  mark("microphone", Boolean(microphone?.enabled), "mic", "mic-off", t("Microphone"), t("Muted"));
  mark("camera", Boolean(camera), "video", "video-off", t("Camera"), t("Camera off"));
  if (camera) nextCamera(camera).then((next) => { button("turn").hidden = next === null; }, () => {});
  else button("turn").hidden = true;
}

function mark(name, isOn, onIcon, offIcon, onWords, offWords) {
  button(name).setAttribute("aria-pressed", String(isOn));
  const use = button(name).querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${isOn ? onIcon : offIcon}`));
  button(name).querySelector("[data-words]").textContent = isOn ? onWords : offWords;
}

function showRemote(received) {
  if (remote.srcObject !== received) remote.srcObject = received;
  remote.play().catch(() => {
    hint(t("Tap anywhere to hear the other one."));
    addEventListener("click", () => { remote.play(); hint(""); }, { once: true });
  });
  showTheirs();
}

function showTheirs() {
  remote.hidden = !their.camera || remote.srcObject === null;
  part("person").hidden = !remote.hidden;
  if (wasConnected) hint(their.microphone ? "" : t("The other one has muted the microphone."));
}

function sayWhatIsOn() {
  if (!(peer instanceof Peer)) return;
  signals.send({ camera: stream.getVideoTracks().length > 0, microphone: stream.getAudioTracks().some(({ enabled }) => enabled) });
}

// --- what one does

button("microphone").addEventListener("click", () => {
  const [track] = stream.getAudioTracks();
  if (!track) return hint(PROBLEMS.missing());
  track.enabled = !track.enabled;
  showOwn();
  sayWhatIsOn();
  return undefined;
});

button("camera").addEventListener("click", (event) => whileBusy(event.currentTarget, async () => {
  const [track] = stream.getVideoTracks();
  try {
    if (track) await showTrack(null);
    else await showTrack(await openCamera({ mode: "user" }));
  } catch {
    hint(PROBLEMS.blocked());
  }
}));

button("turn").addEventListener("click", (event) => whileBusy(event.currentTarget, async () => {
  const [track] = stream.getVideoTracks();
  const next = await nextCamera(track);
  if (!next) return;
  track.stop(); // A phone opens its second camera only once the first is closed.
  try {
    await showTrack(await openCamera(next));
  } catch {
    await showTrack(null);
    hint(PROBLEMS.busy());
  }
}));

/** Send this picture instead of the one before; null turns the camera off, and its light. */
async function showTrack(track) {
  for (const former of stream.getVideoTracks()) {
    former.stop();
    stream.removeTrack(former);
  }
  if (track) stream.addTrack(track);
  if (peer instanceof Peer) await peer.replace("video", track, stream);
  showOwn();
  sayWhatIsOn();
}

button("answer").addEventListener("click", (event) => whileBusy(event.currentTarget, async () => {
  try {
    const answered = await api(`calls/${call.id}/answer`, { method: "POST" });
    button("answer").hidden = true;
    call = { ...answered, state: call.state };
    hear();
    moveTo(answered);
  } catch (problem) {
    if (problem.code === "call_not_ringing") await refresh();
    else await sayProblem(problem);
  }
}));

button("end").addEventListener("click", (event) => whileBusy(event.currentTarget, hangUp));
button("again").addEventListener("click", (event) => whileBusy(event.currentTarget, () => placeCall(call.other.id, call.kind)));

async function hangUp() {
  try {
    moveTo(await api(`calls/${call.id}/ending`, { method: "POST", body: { connected: wasConnected } }));
  } catch (problem) {
    if (problem.status === 404) await refresh();
    else if (problem.isOffline) moveTo({ ...call, state: "ended", outcome: "completed" });
    else say(problem.message, { bad: true });
  }
}

// Whoever closes the page has hung up, and the other one need not wait to find out.
addEventListener("pagehide", () => {
  if (call.state === "ended" || !call.here) return;
  api(`calls/${call.id}/ending`, { method: "POST", body: { connected: wasConnected }, keepalive: true }).catch(() => {});
});
addEventListener("beforeunload", (event) => { if (call.state === "active" && call.here && wasConnected) event.preventDefault(); });

// --- the end

const ENDINGS = {
  completed: () => t("Call ended"),
  failed: () => t("No connection came about. The test of your calls says why."),
  missed: () => (call.outgoing ? t("No answer") : t("You missed this call")),
  declined: () => (call.outgoing ? t("Not now, they say") : t("You declined")),
  cancelled: () => (call.outgoing ? t("You hung up before the answer") : t("They hung up")),
  busy: () => (call.outgoing ? t("Busy in another call") : t("They called while you were in another call")),
};

function showEnd() {
  page.dataset.outcome = call.outcome;
  const lasted = call.duration_s > 0 ? ` · ${clock(call.duration_s * 1000)}` : "";
  status(ENDINGS[call.outcome]() + lasted);
  finish();
  show("again");
}

function finish() {
  stopBell();
  stopHearing();
  signals.close();
  if (peer instanceof Peer) peer.close();
  for (const timer of timers) clearTimeout(timer); // Intervals go by the same name.
  for (const track of stream?.getTracks() ?? []) track.stop();
  own.hidden = true;
  remote.hidden = true;
  remote.srcObject = null;
  part("person").hidden = false;
  for (const name of ["microphone", "camera", "turn", "answer", "end"]) button(name).hidden = true;
  hint("");
  part("back").hidden = false;
}

if (history.length > 1 && document.referrer.startsWith(location.origin)) part("back").href = document.referrer;
navigator.wakeLock?.request("screen").catch(() => {}); // A screen that goes dark would close the camera.
hear();
moveTo(call);
