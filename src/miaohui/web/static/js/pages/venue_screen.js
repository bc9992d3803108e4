// A venue's screen: the code is drawn anew before the old one ends.
import "miaohui/app";

const EVERY_MS = 30_000;
const code = document.querySelector("[data-code]");
setInterval(() => { code.src = `${code.src.split("?")[0]}?${Date.now()}`; }, EVERY_MS);
