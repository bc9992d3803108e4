// Microphone and camera of this device.
const SOUND = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } };

/**
 * Open the microphone, and the camera if wanted; answers {stream, problem}. Without a camera the call goes on with
 * sound, without a microphone one listens. problem: "blocked", "missing", "busy" or null.
 */
export async function openMedia({ picture }) {
  if (!navigator.mediaDevices) return { stream: new MediaStream(), problem: "insecure" };
  const attempts = picture ? [{ audio: SOUND, video: { ...PICTURE, facingMode: "user" } }, { audio: SOUND }] : [{ audio: SOUND }];
  let problem = null;
  for (const wanted of attempts) {
    try {
      return { stream: await navigator.mediaDevices.getUserMedia(wanted), problem };
    } catch (fault) {
      problem = problemOf(fault);
    }
  }
  return { stream: new MediaStream(), problem };
}

/** A picture of this camera: "user" looks at the person, "environment" away from them. */
export async function openCamera(facing) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { ...PICTURE, ...(facing.deviceId ? { deviceId: { exact: facing.deviceId } } : { facingMode: facing.mode }) } });
  return stream.getVideoTracks()[0];
}

/** Which camera comes after this track's, or null if there is only one. */
export async function nextCamera(track) {
  const cameras = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "videoinput");
  if (cameras.length < 2) return null;
  const { deviceId, facingMode } = track?.getSettings() ?? {};
  if (facingMode) return { mode: facingMode === "user" ? "environment" : "user" };
  const here = cameras.findIndex((camera) => camera.deviceId === deviceId);
  return { deviceId: cameras[(here + 1) % cameras.length].deviceId };
}

export function problemOf(fault) {
  if (fault.name === "NotAllowedError" || fault.name === "SecurityError") return "blocked";
  if (fault.name === "NotReadableError" || fault.name === "AbortError") return "busy";
  return "missing";
}
