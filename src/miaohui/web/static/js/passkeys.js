// Passkey ceremonies, in the JSON forms of WebAuthn Level 3.
import { api } from "miaohui/api";

// A passkey belongs to a name; browsers make none for a bare number such as 127.0.0.1.
const hasName = !/^[\d.]+$|:/.test(location.hostname);

export const passkeysWork = () =>
  hasName && isSecureContext && typeof globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON === "function";

/** Let the person choose a passkey; answers what the server asks for. `mediation: "conditional"` waits in the field. */
export async function askPasskey({ mediation, signal } = {}) {
  const options = await api("passkeys/authentication/options", { method: "POST" });
  const credential = await navigator.credentials.get({
    publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options.publicKey ?? options),
    mediation,
    signal,
  });
  return credential.toJSON();
}

/** Make a passkey on this device and have the server keep it. */
export async function makePasskey() {
  const options = await api("passkeys/registration/options", { method: "POST" });
  const credential = await navigator.credentials.create({
    publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options.publicKey ?? options),
  });
  return api("passkeys/registration/verification", { method: "POST", body: { credential: credential.toJSON() } });
}

/** The person closed the system's sheet: that is no fault. */
export const wasDismissed = (fault) => fault.name === "NotAllowedError" || fault.name === "AbortError";
