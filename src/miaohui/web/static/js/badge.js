// The number at a link of the navigation.
const MOST = 99;

/** words: what a screen reader says for the number. */
export function showBadge(link, number, words) {
  const badge = link.querySelector(".nav__badge");
  badge.hidden = number === 0;
  badge.querySelector("[data-number]").textContent = number > MOST ? `${MOST}+` : String(number);
  badge.querySelector("[data-words]").textContent = words;
}
