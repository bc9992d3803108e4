// Sends a file in pieces that survive a dropped line, a closed tab and a restarted server (tus 1.0).
const CHUNK_BYTES = 4 * 1024 * 1024;
const PAUSES_MS = [0, 1000, 3000, 5000, 10_000, 20_000];

export class Transfer extends EventTarget {
  #upload = null;
  #file;
  uploadId = null;
  sent = 0;
  state = "waiting"; // waiting, sending, paused, done, failed

  constructor(file) {
    super();
    this.#file = file;
  }

  get part() {
    return this.#file.size > 0 ? this.sent / this.#file.size : 0;
  }

  /** Begin, or go on where an earlier visit with the same file stopped. */
  async start() {
    await import("vendor/tus");
    const { tus } = globalThis;
    this.#upload = new tus.Upload(this.#file, {
      endpoint: "/api/v1/uploads",
      chunkSize: CHUNK_BYTES,
      retryDelays: PAUSES_MS,
      removeFingerprintOnSuccess: true,
      metadata: { filename: this.#file.name, filetype: this.#file.type },
      onShouldRetry: (fault) => {
        const status = fault.originalResponse?.getStatus() ?? 0;
        return status === 0 || status === 409 || status === 423 || status === 429 || status >= 500;
      },
      onProgress: (sent) => { this.sent = sent; this.#tell("progress"); },
      onSuccess: () => {
        this.sent = this.#file.size;
        this.uploadId = this.#upload.url.split("/").at(-1);
        this.#become("done");
      },
      onError: (fault) => this.#fail(fault),
    });
    const [earlier] = await this.#upload.findPreviousUploads();
    if (earlier) this.#upload.resumeFromPreviousUpload(earlier);
    this.resume();
  }

  pause() {
    this.#upload?.abort();
    this.#become("paused");
  }

  resume() {
    this.#become("sending");
    this.#upload.start();
  }

  /** Stop, and let the server forget what it has. */
  async cancel() {
    if (this.state !== "done") await this.#upload?.abort(true).catch(() => {}); // It expires there by itself.
  }

  #fail(fault) {
    let words = null;
    try {
      const problem = JSON.parse(fault.originalResponse?.getBody() ?? "null");
      words = problem?.detail ?? problem?.title ?? null;
    } catch {
      // Not a Problem; the page has words of its own for that.
    }
    this.problem = { status: fault.originalResponse?.getStatus() ?? 0, message: words };
    this.#become("failed");
  }

  #become(state) {
    this.state = state;
    this.#tell("progress");
  }

  #tell(kind) {
    this.dispatchEvent(new Event(kind));
  }
}
