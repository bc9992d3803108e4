// Like, favourite and follow: shown at once, taken back if the server says no.
import { api } from "miaohui/api";
import { sayProblem } from "miaohui/notices";

/** Told on the document, so that every place that shows the same clip or person agrees. */
export const CHANGED = "mh:changed";

export function setLiked(item, liked) {
  return react(item, { flag: "liked", count: "likes", on: liked, path: `videos/${item.id}/like` });
}

export function setFavourited(item, favourited) {
  return react(item, { flag: "favourited", count: "favourites", on: favourited, path: `videos/${item.id}/favourite` });
}

export async function setFollowed(person, followed) {
  if (person.followed === followed) return;
  person.followed = followed;
  tell({ person });
  try {
    await api(`people/${person.id}/follow`, { method: followed ? "PUT" : "DELETE" });
  } catch (problem) {
    person.followed = !followed;
    tell({ person });
    await sayProblem(problem);
  }
}

async function react(item, { flag, count, on, path }) {
  if (item[flag] === on) return;
  const step = on ? 1 : -1;
  item[flag] = on;
  item.counts[count] += step;
  tell({ item });
  try {
    const answer = await api(path, { method: on ? "PUT" : "DELETE" });
    Object.assign(item.counts, answer.counts);
    tell({ item });
  } catch (problem) {
    item[flag] = !on;
    item.counts[count] -= step;
    tell({ item });
    await sayProblem(problem);
  }
}

export function tell(detail) {
  document.dispatchEvent(new CustomEvent(CHANGED, { detail }));
}
