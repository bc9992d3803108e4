// One connection to the other browser: perfect negotiation (W3C WebRTC 1.0, 10.7), so that both may offer at any time.
const PATIENCE_MS = 2000;

export class Peer {
  #connection;
  #isPolite;
  #send;
  #onStream;
  #onState;
  #isOffering = false;
  #isIgnoring = false;
  #isSettingAnswer = false;
  #timer = null;
  #work = Promise.resolve();

  /**
   * id: by which the other side knows this connection; isPolite: gives way when both offer at once.
   * send({description} or {candidates}), onStream(stream), onState("connecting" | "connected" | "broken").
   */
  constructor({ id = crypto.randomUUID(), isPolite, configuration, send, onStream, onState, Connection = RTCPeerConnection }) {
    this.id = id;
    this.#isPolite = isPolite;
    this.#send = send;
    this.#onStream = onStream;
    this.#onState = onState;
    const connection = new Connection(configuration);
    this.#connection = connection;
    connection.addEventListener("negotiationneeded", () => this.#offer());
    connection.addEventListener("icecandidate", ({ candidate }) => { if (candidate) send({ candidates: [candidate.toJSON()] }); });
    connection.addEventListener("track", ({ track, streams }) => onStream(streams[0] ?? new MediaStream([track])));
    connection.addEventListener("connectionstatechange", () => this.#look());
    connection.addEventListener("iceconnectionstatechange", () => this.#look());
  }

  get connection() {
    return this.#connection;
  }

  /** Send these tracks, and be ready to receive sound and picture whatever one has oneself. */
  begin(stream) {
    for (const kind of ["audio", "video"]) {
      const track = stream.getTracks().find((one) => one.kind === kind);
      if (track) this.#connection.addTrack(track, stream);
      // Only one side makes room for what it has not: an offer that is taken back would leave its rooms empty.
      else if (!this.#isPolite) this.#connection.addTransceiver(kind, { direction: "recvonly" });
    }
  }

  /** Send another track of this kind from now on; null sends nothing. */
  async replace(kind, track, stream) {
    const room = this.#connection.getTransceivers().find(({ receiver }) => receiver.track.kind === kind);
    if (!room) {
      if (track) this.#connection.addTrack(track, stream);
      return;
    }
    await room.sender.replaceTrack(track);
    if (!track || room.direction === "sendrecv") return;
    room.sender.setStreams?.(stream);
    room.direction = "sendrecv"; // Which asks for a negotiation by itself.
  }

  /** Look for another way; the picture stays until there is one. */
  restart(configuration) {
    if (this.#connection.signalingState === "closed") return;
    if (configuration) this.#connection.setConfiguration(configuration);
    this.#connection.restartIce();
  }

  /** Take what the other side says; one thing after the other, in the order in which it was said. */
  receive(message) {
    this.#work = this.#work.then(() => this.#take(message)).catch((fault) => {
      if (this.#connection.signalingState !== "closed") console.warn("call:", fault);
    });
    return this.#work;
  }

  close() {
    clearTimeout(this.#timer);
    this.#connection.close();
  }

  async #offer() {
    try {
      this.#isOffering = true;
      await this.#connection.setLocalDescription();
      this.#send({ description: this.#connection.localDescription.toJSON() });
    } catch (fault) {
      if (this.#connection.signalingState !== "closed") console.warn("call:", fault);
    } finally {
      this.#isOffering = false;
    }
  }

  async #take({ description, candidates = [] }) {
    if (description) await this.#describe(description);
    for (const candidate of candidates) {
      try {
        await this.#connection.addIceCandidate(candidate);
      } catch (fault) {
        if (!this.#isIgnoring) throw fault; // Candidates of an offer that we did not take are nothing to us.
      }
    }
  }

  async #describe(description) {
    const connection = this.#connection;
    const isOffer = description.type === "offer";
    // An answer that was sent twice, because nobody knew whether the first had arrived.
    if (!isOffer && connection.signalingState !== "have-local-offer") return;
    const isReady = !this.#isOffering && (connection.signalingState === "stable" || this.#isSettingAnswer);
    const isCollision = isOffer && !isReady;
    this.#isIgnoring = !this.#isPolite && isCollision;
    if (this.#isIgnoring) return;
    this.#isSettingAnswer = !isOffer;
    try {
      await connection.setRemoteDescription(description); // Rolls our own offer back where they collide.
    } finally {
      this.#isSettingAnswer = false;
    }
    if (!isOffer) return;
    await connection.setLocalDescription();
    this.#send({ description: connection.localDescription.toJSON() });
  }

  #look() {
    const { connectionState, iceConnectionState } = this.#connection;
    clearTimeout(this.#timer);
    if (connectionState === "connected" && ["connected", "completed"].includes(iceConnectionState)) this.#onState("connected");
    else if (iceConnectionState === "failed" || connectionState === "failed") this.#onState("broken");
    else if (iceConnectionState === "disconnected") {
      // Often it comes back by itself within a second or two.
      this.#timer = setTimeout(() => this.#onState("broken"), PATIENCE_MS);
    } else if (connectionState !== "closed") this.#onState("connecting");
  }
}

/** "direct", "relay", or null while there is no path. */
export async function routeOf(connection) {
  const stats = await connection.getStats();
  const reports = [...stats.values()];
  const selected = reports.find(({ selectedCandidatePairId }) => selectedCandidatePairId)?.selectedCandidatePairId;
  const pair = stats.get(selected) ?? reports.find(({ type, nominated, state }) => type === "candidate-pair" && nominated && state === "succeeded");
  if (!pair) return null;
  const ends = [stats.get(pair.localCandidateId), stats.get(pair.remoteCandidateId)];
  return ends.some((end) => end?.candidateType === "relay") ? "relay" : "direct";
}
