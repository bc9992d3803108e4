// Records from the camera into one file. The stream is let go as soon as it is not shown any more.
const KINDS = ["video/mp4;codecs=avc1.42E01F,mp4a.40.2", "video/mp4", "video/webm;codecs=vp9,opus", "video/webm"];

export class Recorder {
  #stream = null;
  #recorder = null;
  #pieces = [];
  #facing = "user";

  static get isPossible() {
    return Boolean(navigator.mediaDevices?.getUserMedia && globalThis.MediaRecorder);
  }

  get isRecording() {
    return this.#recorder?.state === "recording";
  }

  /** Ask for the camera and show it. Throws NotAllowedError, NotFoundError … of getUserMedia. */
  async open(video) {
    this.close();
    this.#stream = await navigator.mediaDevices.getUserMedia({
      audio: true,
      video: { facingMode: this.#facing, width: { ideal: 720 }, height: { ideal: 1280 } },
    });
    video.srcObject = this.#stream;
    video.muted = true;
    await video.play();
  }

  async turn(video) {
    this.#facing = this.#facing === "user" ? "environment" : "user";
    await this.open(video);
  }

  start() {
    const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
    this.#pieces = [];
    this.#recorder = new MediaRecorder(this.#stream, { mimeType });
    this.#recorder.addEventListener("dataavailable", (event) => this.#pieces.push(event.data));
    this.#recorder.start(1000);
  }

  /** End the recording; answers a File. */
  async stop() {
    const ended = new Promise((resolve) => this.#recorder.addEventListener("stop", resolve, { once: true }));
    this.#recorder.stop();
    await ended;
    const type = this.#recorder.mimeType.split(";")[0];
    const name = `clip-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.${type === "video/mp4" ? "mp4" : "webm"}`;
    return new File(this.#pieces, name, { type, lastModified: Date.now() });
  }

  close() {
    if (this.isRecording) this.#recorder.stop();
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
  }
}
