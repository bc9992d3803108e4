// What the server told this page: who is here, in which language, where the icons lie.
const data = JSON.parse(document.getElementById("page").textContent);

export const locale = data.locale;
export const account = data.account; // {id, handle, nickname, avatar} or null
export const isDemo = data.demo;
export const iconsUrl = data.icons;

/** JSON that the server laid into the page under this id, or null. */
export function embedded(id) {
  const node = document.getElementById(id);
  return node ? JSON.parse(node.textContent) : null;
}
