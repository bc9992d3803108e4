// Tells one tap from two. A key press on the surface is a single tap at once.
const DOUBLE_MS = 260;
const NEAR_PX = 48;

export function onTaps(surface, { single, double }) {
  let last = null;
  let timer = null;
  surface.addEventListener("click", (event) => {
    if (event.detail === 0) {
      single();
      return;
    }
    const near = last && Math.hypot(event.clientX - last.x, event.clientY - last.y) < NEAR_PX;
    if (near && event.timeStamp - last.at < DOUBLE_MS) {
      clearTimeout(timer);
      // Stays open, so that a third quick tap makes another heart and not a pause.
      last = { x: event.clientX, y: event.clientY, at: event.timeStamp };
      double(event.clientX, event.clientY);
      return;
    }
    last = { x: event.clientX, y: event.clientY, at: event.timeStamp };
    clearTimeout(timer);
    timer = setTimeout(single, DOUBLE_MS);
  });
}
