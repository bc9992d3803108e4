// Chooses what a <video> plays: short clips as one file (fastest first picture), long ones as HLS.

const LONG_MS = 60_000;
const HLS_TYPE = "application/vnd.apple.mpegurl";

/** Give the video its source; answers a function that takes it away and stops the download. */
export async function attachSource(video, media, { preferFile = false } = {}) {
  const asFile = media.mp4 && (preferFile || !media.hls || media.duration_ms <= LONG_MS);
  if (asFile) return plain(video, media.mp4);
  const hasMediaSource = "MediaSource" in globalThis || "ManagedMediaSource" in globalThis;
  if (!hasMediaSource && video.canPlayType(HLS_TYPE)) return plain(video, media.hls);
  const { default: Hls } = await import("vendor/hls");
  if (!Hls.isSupported()) return plain(video, media.mp4 ?? media.hls);
  const hls = new Hls({ maxBufferLength: 20, capLevelToPlayerSize: true, startLevel: -1 });
  hls.on(Hls.Events.ERROR, (_, fault) => {
    if (fault.fatal) video.dispatchEvent(new Event("error"));
  });
  hls.loadSource(media.hls);
  hls.attachMedia(video);
  return () => hls.destroy();
}

function plain(video, url) {
  video.src = url;
  return () => {
    video.removeAttribute("src");
    video.load();
  };
}
