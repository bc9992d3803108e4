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
 * Follow a clip's making: show({state, ladder, progress, reason}) is called with each change until nothing
 * more is to come. Answers the function that stops.
 */
export function followMaking(videoId, show) {
  let stop = () => {};
  const look = async () => tell(await api(`videos/${videoId}`));
  const tell = (video) => {
    show({ ...video, reason: video.refusal?.text ?? null });
    if (video.state !== "processing" && video.progress >= 1) stop();
  };
  stop = realtime.subscribe(`videos:${videoId}:progress`, ({ event, data }) => {
    // Why a clip was refused is said in the person's language by the API alone.
    if (event === "reset" || data?.state === "refused") look();
    else if (event !== "refused" && event !== "subscribed") tell(data);
  });
  look();
  return () => stop();
}
