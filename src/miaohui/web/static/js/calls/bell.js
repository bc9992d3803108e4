// A temple bell, struck every two seconds, and the phone's own shaking; silent where the browser wants a tap first.
const EVERY_MS = 2000;
const TONES = [[523.25, 0], [659.25, 0.18]];

/** Begin to ring; answers the function that stops it. quiet: as who calls hears it. */
export function bell({ quiet = false } = {}) {
  const Context = window.AudioContext ?? window.webkitAudioContext;
  const context = Context ? new Context() : null;
  const vibrate = (pattern) => { if (!quiet && navigator.userActivation?.hasBeenActive !== false) navigator.vibrate?.(pattern); };
  const strike = () => {
    vibrate([200, 120, 200]);
    if (context?.state !== "running") return;
    for (const [hertz, after] of TONES) {
      const tone = new OscillatorNode(context, { type: "sine", frequency: hertz });
      const loudness = new GainNode(context, { gain: 0 });
      const at = context.currentTime + after;
      loudness.gain.setValueAtTime(quiet ? 0.03 : 0.16, at);
      loudness.gain.exponentialRampToValueAtTime(0.0001, at + 1.2);
      tone.connect(loudness).connect(context.destination);
      tone.start(at);
      tone.stop(at + 1.2);
    }
  };
  const timer = setInterval(strike, EVERY_MS);
  strike();
  return () => {
    clearInterval(timer);
    vibrate(0);
    if (context && context.state !== "closed") context.close();
  };
}
