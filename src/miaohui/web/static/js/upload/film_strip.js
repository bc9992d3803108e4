// The strip of little pictures under the preview, with handles for the ends or for the cover.
const PICTURES = 10;
const SHORTEST_MS = 1000;

/** Draw ten pictures of the film side by side; a browser that cannot decode it leaves the strip plain. */
export async function drawStrip(canvas, url) {
  const video = document.createElement("video");
  video.muted = true;
  video.preload = "auto";
  video.src = url;
  await heard(video, "loadeddata");
  const box = canvas.getBoundingClientRect();
  canvas.width = Math.round(box.width * devicePixelRatio);
  canvas.height = Math.round(box.height * devicePixelRatio);
  const pen = canvas.getContext("2d");
  const width = canvas.width / PICTURES;
  for (let i = 0; i < PICTURES; i += 1) {
    video.currentTime = ((i + 0.5) / PICTURES) * video.duration;
    await heard(video, "seeked");
    const scale = Math.max(width / video.videoWidth, canvas.height / video.videoHeight);
    const [w, h] = [width / scale, canvas.height / scale];
    pen.drawImage(video, (video.videoWidth - w) / 2, (video.videoHeight - h) / 2, w, h, i * width, 0, width + 1, canvas.height);
  }
  video.removeAttribute("src");
  video.load();
}

function heard(video, kind) {
  return new Promise((resolve, reject) => {
    video.addEventListener(kind, resolve, { once: true });
    video.addEventListener("error", () => reject(new Error("cannot be decoded here")), { once: true });
  });
}

/** Two handles on one strip: the film from start to end, in ms. No DOM. */
export class Cut {
  constructor(durationMs) {
    this.durationMs = durationMs;
    this.startMs = 0;
    this.endMs = durationMs;
  }

  moveStart(ms) {
    this.startMs = Math.max(0, Math.min(ms, this.endMs - SHORTEST_MS));
  }

  moveEnd(ms) {
    this.endMs = Math.min(this.durationMs, Math.max(ms, this.startMs + SHORTEST_MS));
  }

  get isWhole() {
    return this.startMs === 0 && this.endMs === this.durationMs;
  }

  /** A moment inside what is kept. */
  inside(ms) {
    return Math.max(this.startMs, Math.min(ms, this.endMs));
  }
}
