// Building pieces of page by hand; text is always text, never markup.
import { iconsUrl } from "miaohui/page";

/** el("button", {class: "button", onclick: f, hidden: false}, "text", child, null) */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child != null && child !== false));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

export function icon(name, extra = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon ${extra}`.trim());
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${iconsUrl}#${name}`);
  svg.append(use);
  return svg;
}

/** The picture of a person, or the first letter of the name. */
export function avatar(person, extra = "") {
  const node = el("span", { class: `avatar ${extra}`.trim() });
  showAvatar(node, person);
  return node;
}

export function showAvatar(node, person) {
  node.replaceChildren(
    person.avatar
      ? el("img", { src: person.avatar, alt: "", loading: "lazy", decoding: "async" })
      : [...(person.nickname || person.handle || "·")][0],
  );
}

/** Run `work` while the button says that it is busy and cannot be pressed twice. */
export async function whileBusy(button, work) {
  if (button.getAttribute("aria-busy") === "true") return undefined;
  button.setAttribute("aria-busy", "true");
  try {
    return await work();
  } finally {
    button.removeAttribute("aria-busy");
  }
}
