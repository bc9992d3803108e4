// Whether clips are heard: the person's last word is remembered, and browsers keep us silent until a gesture.
const KEY = "mh.sound";

class Sound extends EventTarget {
  #unlocked = false;

  constructor() {
    super();
    const unlock = () => {
      if (this.#unlocked) return;
      this.#unlocked = true;
      for (const kind of ["pointerup", "keydown"]) removeEventListener(kind, unlock, true);
      this.#tell();
    };
    for (const kind of ["pointerup", "keydown"]) addEventListener(kind, unlock, true);
  }

  get isWanted() {
    return localStorage.getItem(KEY) !== "off";
  }

  /** Silent now, by choice or because nobody has touched the page yet. */
  get isMuted() {
    return !this.isWanted || !this.#unlocked;
  }

  /** Someone who chose to hear clips before may be allowed to hear the first one at once. */
  get mayTryAloud() {
    return this.#unlocked || localStorage.getItem(KEY) === "on";
  }

  /** The browser let a clip play aloud without a gesture. */
  unlock() {
    this.#unlocked = true;
    this.#tell();
  }

  set(wanted) {
    localStorage.setItem(KEY, wanted ? "on" : "off");
    this.#tell();
  }

  toggle() {
    this.#unlocked = true;
    this.set(!this.isWanted);
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}

export const sound = new Sound();
