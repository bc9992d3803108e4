// What the server makes of a clip after it was sent: percent by percent, then the way to it.
import { api } from "miaohui/api";
import { t } from "miaohui/i18n";
import { realtime } from "miaohui/realtime";

export const stateWords = {
  processing: () => t("Being prepared"),
  published: () => t("Out at the fair"),
  refused: () => t("Could not be taken"),
  failed: () => t("Something went wrong on our side"),
  removed: () => t("Taken down"),
};

/**
 * Follow a clip's making: show({state, part, reason}) is called with each change until it ends.
 * Answers the function that stops.
 */
export function followMaking(videoId, show) {
  let over = false;
  const look = async () => {
    const video = await api(`videos/${videoId}`);
    tell(video);
  };
  const tell = (video) => {
    show({ state: video.state, part: video.progress ?? 0, reason: video.refusal ?? video.reason ?? null });
    if (video.state !== "processing" && (video.progress ?? 1) >= 1) stop();
  };
  const stopListening = realtime.subscribe(`videos:${videoId}:progress`, ({ event, data }) => {
    if (event === "reset") look();
    else if (event !== "refused") tell(data);
  });
  const stop = () => {
    if (over) return;
    over = true;
    stopListening();
  };
  look();
  return stop;
}
