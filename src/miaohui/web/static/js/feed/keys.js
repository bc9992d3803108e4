// Keys of the feed. Single letters can be switched off in the help sheet (WCAG 2.1.4).
import { sound } from "miaohui/feed/sound";

const OFF = "mh.keys";
const SEEK_S = 5;

export const keysAreOn = () => localStorage.getItem(OFF) !== "off";
export const switchKeys = (on) => localStorage.setItem(OFF, on ? "on" : "off");

export function listenForKeys(feed) {
  const acts = {
    ArrowDown: () => feed.step(1),
    ArrowUp: () => feed.step(-1),
    PageDown: () => feed.step(1),
    PageUp: () => feed.step(-1),
    ArrowLeft: () => feed.active?.seekBy(-SEEK_S),
    ArrowRight: () => feed.active?.seekBy(SEEK_S),
    " ": () => feed.active?.toggle(),
    j: () => feed.step(1),
    k: () => feed.step(-1),
    m: () => sound.toggle(),
    l: () => feed.active?.like(),
    f: () => feed.active?.favourite(),
    c: () => feed.openComments(),
    s: () => feed.active?.openShare(),
    "?": () => import("miaohui/sheets/keys").then(({ openKeys }) => openKeys()),
  };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=range]), textarea, select, [contenteditable], dialog, .comments__list")) return;
    const onLine = event.target.matches("input[type=range]");
    if (onLine && (event.key === "ArrowLeft" || event.key === "ArrowRight")) return;
    // Space on a button or link presses that button; only the clip itself toggles.
    if (event.key === " " && event.target.closest("button, a, summary")) return;
    const act = acts[event.key];
    if (!act || (event.key.length === 1 && event.key !== " " && !keysAreOn())) return;
    event.preventDefault();
    act();
  });
}
