// Counters of the clip on stage move while one watches.
import { realtime } from "miaohui/realtime";
import { tell } from "miaohui/feed/reactions";

let stop = () => {};

/** Hear the counters of this item, and no longer those of the one before. */
export function hearCounts(item) {
  stop();
  stop = realtime.subscribe(`videos:${item.id}`, ({ event, data }) => {
    if (event !== "counts") return;
    Object.assign(item.counts, data);
    tell({ item });
  });
}
