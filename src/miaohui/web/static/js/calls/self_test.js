// The steps of "test my calls": each answers {result: "ok" | "broken" | "absent", words}; the first broken one is named.
import { fetchIceServers } from "miaohui/calls/ice_servers";
import { problemOf } from "miaohui/calls/media";
import { t } from "miaohui/i18n";

const LISTEN_MS = 3000;
const LOOK_MS = 4000;
const GATHER_MS = 8000;
const LOOP_MS = 5000;
const HEARD = 0.002;

const ok = (words) => ({ result: "ok", words });
const broken = (words) => ({ result: "broken", words });
const absent = (words) => ({ result: "absent", words });

/** Run all steps; tell(name, {result, words}) before and after each, showLevel(0…1), showPicture(stream). */
export async function runSelfTest({ tell, showLevel, showPicture }) {
  const seen = {};
  const step = async (name, run) => {
    tell(name, { result: "running", words: "" });
    try {
      seen[name] = await run();
    } catch (problem) {
      seen[name] = broken(problem.message);
    }
    tell(name, seen[name]);
    return seen[name];
  };
  let stream = new MediaStream();
  await step("permission", async () => {
    const opened = await askForBoth();
    stream = opened.stream;
    return opened;
  });
  showPicture(stream);
  await step("microphone", () => listen(stream, showLevel));
  await step("camera", () => lookAt(stream));
  for (const track of stream.getTracks()) track.stop();
  const servers = await fetchIceServers().catch(() => null);
  await step("stun", () => (servers ? askStun(servers.stun) : broken(t("The server did not answer. Is there a network?"))));
  const turn = await step("turn", () => (servers ? askTurn(servers.turn) : broken(t("The server did not answer. Is there a network?"))));
  await step("loop", () => (turn.result === "ok" ? goThroughRelay(servers.turn) : absent(t("Needs the relay"))));
  return seen;
}

async function askForBoth() {
  if (!navigator.mediaDevices || !window.RTCPeerConnection) {
    return { stream: new MediaStream(), ...broken(isSecureContext ? t("This browser knows no calls. Another one will.") : t("Microphone and camera need an https address.")) };
  }
  let fault;
  for (const wanted of [{ audio: true, video: true }, { audio: true }, { video: true }]) {
    try {
      return { stream: await navigator.mediaDevices.getUserMedia(wanted), ...ok("") };
    } catch (found) {
      fault ??= found;
    }
  }
  const words = {
    blocked: t("The microphone or camera is not open to this page. Allow it in the address bar."),
    missing: t("No camera or microphone was found."),
    busy: t("Another program holds the camera or microphone."),
  };
  return { stream: new MediaStream(), ...broken(words[problemOf(fault)]) };
}

async function listen(stream, showLevel) {
  if (stream.getAudioTracks().length === 0) return broken(t("No microphone: plug one in, or choose it in the browser's settings."));
  const context = new AudioContext();
  await context.resume();
  const meter = new AnalyserNode(context, { fftSize: 1024 });
  new MediaStreamAudioSourceNode(context, { mediaStream: stream }).connect(meter);
  const samples = new Float32Array(meter.fftSize);
  let loudest = 0;
  await until(LISTEN_MS, 100, () => {
    meter.getFloatTimeDomainData(samples);
    const level = Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
    loudest = Math.max(loudest, level);
    showLevel(Math.min(1, level * 8));
    return loudest > HEARD * 5;
  });
  showLevel(0);
  await context.close();
  return loudest > HEARD ? ok("") : broken(t("It hears nothing. Is it muted, or the wrong one? Say something while the test runs."));
}

async function lookAt(stream) {
  const [track] = stream.getVideoTracks();
  if (!track) return broken(t("No camera: calls work with sound only."));
  const video = document.createElement("video");
  video.muted = true;
  video.srcObject = stream;
  await video.play();
  const came = await until(LOOK_MS, 100, () => video.videoWidth > 0 && video.currentTime > 0);
  video.srcObject = null;
  return came ? ok(`${video.videoWidth || track.getSettings().width}×${video.videoHeight || track.getSettings().height}`) : broken(t("The camera is there, but shows nothing. Does another program hold it?"));
}

async function askStun(stun) {
  if (stun.length === 0) return absent(t("None is set up here: calls find each other within one network, or by the relay."));
  const { candidates, errors } = await gather({ iceServers: stun });
  const outside = candidates.find(({ type }) => type === "srflx");
  if (outside) return ok(outside.address ?? "");
  // Where nothing stands between us and the server, the address from outside is one's own, and is not told twice.
  if (errors.length === 0 && candidates.length > 0) return ok(t("The same as from inside"));
  return broken(t("No answer from %(server)s. A firewall may keep UDP out.", { server: stun[0].urls[0] }));
}

async function askTurn(turn) {
  if (turn.length === 0) return absent(t("None is set up here: calls between some networks will not come about."));
  const { candidates, errors } = await gather({ iceServers: turn, iceTransportPolicy: "relay" });
  if (candidates.some(({ type }) => type === "relay")) return ok("");
  if (errors.some(({ errorCode }) => errorCode === 401 || errorCode === 441)) return broken(t("The relay does not accept our key: its secret and ours differ, or a clock is wrong."));
  if (errors.some(({ errorCode }) => errorCode === 486)) return broken(t("The relay is full."));
  return broken(t("No answer from %(server)s. A firewall may keep UDP out.", { server: turn[0].urls[0] }));
}

/** Two connections of this page meet in the relay: a tone of data goes through it and comes back. */
async function goThroughRelay(turn) {
  const configuration = { iceServers: turn, iceTransportPolicy: "relay" };
  const near = new RTCPeerConnection(configuration);
  const far = new RTCPeerConnection(configuration);
  try {
    near.addEventListener("icecandidate", ({ candidate }) => far.addIceCandidate(candidate).catch(() => {}));
    far.addEventListener("icecandidate", ({ candidate }) => near.addIceCandidate(candidate).catch(() => {}));
    far.addEventListener("datachannel", ({ channel }) => channel.addEventListener("message", ({ data }) => channel.send(data)));
    const channel = near.createDataChannel("test");
    const back = new Promise((resolve) => {
      let sentAt;
      channel.addEventListener("open", () => { sentAt = performance.now(); channel.send("ping"); });
      channel.addEventListener("message", () => resolve(performance.now() - sentAt));
    });
    await near.setLocalDescription();
    await far.setRemoteDescription(near.localDescription);
    await far.setLocalDescription();
    await near.setRemoteDescription(far.localDescription);
    const tookMs = await Promise.race([back, after(LOOP_MS)]);
    if (tookMs === null) return broken(t("The relay gives addresses, but nothing comes through. Are its UDP ports open?"));
    return ok(t("%(ms)s ms there and back", { ms: Math.round(tookMs) }));
  } finally {
    near.close();
    far.close();
  }
}

async function gather(configuration) {
  const connection = new RTCPeerConnection(configuration);
  const candidates = [];
  const errors = [];
  connection.addEventListener("icecandidate", ({ candidate }) => { if (candidate?.candidate) candidates.push(candidate); });
  connection.addEventListener("icecandidateerror", (error) => errors.push(error));
  connection.createDataChannel("test");
  await connection.setLocalDescription();
  await until(GATHER_MS, 50, () => connection.iceGatheringState === "complete" || candidates.some(({ type }) => type === "relay" || type === "srflx"));
  connection.close();
  return { candidates, errors };
}

const after = (ms) => new Promise((resolve) => { setTimeout(() => resolve(null), ms); });

/** Ask again and again; answers whether it became true within the time. */
async function until(withinMs, everyMs, isSo) {
  const end = performance.now() + withinMs;
  while (performance.now() < end) {
    if (isSo()) return true;
    await after(everyMs);
  }
  return isSo();
}
