// Which servers help to find a way, with a key to the relay that is fetched anew before it runs out.
import { api } from "miaohui/api";

const RELAY_ONLY = "mh.calls.relay_only";
const SPARE_S = 300;
let known = null;

export async function fetchIceServers() {
  if (known && known.until > Date.now()) return known.answer;
  const answer = await api("calls/ice-servers");
  known = { answer, until: Date.now() + (answer.valid_for_s - SPARE_S) * 1000 };
  return answer;
}

/** The configuration of a call. */
export async function callConfiguration() {
  const { stun, turn } = await fetchIceServers();
  return { iceServers: [...stun, ...turn], iceTransportPolicy: isRelayOnly() && turn.length > 0 ? "relay" : "all" };
}

/** Whether this person hides their network address from whom they call. */
export function isRelayOnly() {
  try {
    return localStorage.getItem(RELAY_ONLY) === "1";
  } catch {
    return false; // Storage is closed to this page; then nothing was ever chosen.
  }
}

export function setRelayOnly(isWanted) {
  try {
    localStorage.setItem(RELAY_ONLY, isWanted ? "1" : "0");
  } catch {
    // As above: the choice lasts as long as the page.
  }
}
