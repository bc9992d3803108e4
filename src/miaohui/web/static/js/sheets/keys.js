// What the keys do, and the switch for the single letters.
import { el } from "miaohui/elements";
import { t } from "miaohui/i18n";
import { keysAreOn, switchKeys } from "miaohui/feed/keys";
import { openSheet } from "miaohui/sheet";

export function openKeys() {
  const rows = [
    [t("Next clip"), "↓", "J"], [t("Clip before"), "↑", "K"], [t("Play or pause"), t("Space")],
    [t("Back and forth"), "←", "→"], [t("Sound"), "M"], [t("Like"), "L"], [t("Keep"), "F"],
    [t("Comments"), "C"], [t("Share"), "S"], [t("This help"), "?"],
  ];
  const box = el("input", { type: "checkbox", role: "switch", checked: keysAreOn() });
  box.addEventListener("change", () => switchKeys(box.checked));
  openSheet({
    title: t("Keys"),
    content: el("div", { class: "stack" },
      el("dl", { class: "keys" }, rows.map(([name, ...keys]) => el("div", {}, el("dt", {}, name), el("dd", {}, keys.map((key) => el("kbd", {}, key)))))),
      el("label", { class: "switch" }, box, el("span", {}, t("Single letters work as keys")))),
  });
}
