// Letting the server push to this browser, or no more.
import { api } from "miaohui/api";

export const canPush = "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis && isSecureContext;

/** "on", "off", "denied" (in the browser's own settings) or "impossible". */
export async function pushState() {
  if (!canPush) return "impossible";
  if (Notification.permission === "denied") return "denied";
  const worker = await navigator.serviceWorker.getRegistration("/");
  return (await worker?.pushManager.getSubscription()) && Notification.permission === "granted" ? "on" : "off";
}

/** Ask the person, then the push service, then our server; answers the new state. Call it from a tap. */
export async function startPush() {
  if ((await Notification.requestPermission()) !== "granted") return pushState();
  await navigator.serviceWorker.register("/sw.js");
  const worker = await navigator.serviceWorker.ready;
  const { public_key: key } = await api("push/key");
  const options = { userVisibleOnly: true, applicationServerKey: bytes(key) };
  let subscription;
  try {
    subscription = await worker.pushManager.subscribe(options);
  } catch (fault) {
    // Subscribed before to a server with another key.
    const former = await worker.pushManager.getSubscription();
    if (!former) throw fault;
    await former.unsubscribe();
    subscription = await worker.pushManager.subscribe(options);
  }
  const { endpoint, keys } = subscription.toJSON();
  await api("push/subscription", { method: "PUT", body: { endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth } } });
  return "on";
}

export async function stopPush() {
  const worker = await navigator.serviceWorker.getRegistration("/");
  await (await worker?.pushManager.getSubscription())?.unsubscribe();
  await api("push/subscription", { method: "DELETE" });
  return "off";
}

function bytes(base64url) {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
