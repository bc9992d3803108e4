// Stickers: packs at hand, those one keeps, and making one from a photo.
import { api } from "miaohui/api";
import "miaohui/app";
import { whileBusy } from "miaohui/elements";
import { clearErrors, showErrors } from "miaohui/forms";
import { t } from "miaohui/i18n";
import { say, sayProblem } from "miaohui/notices";
import { chooseFrame, nameIt } from "miaohui/stickers/from_clip";

for (const input of document.querySelectorAll("[data-pack]")) {
  input.addEventListener("change", async () => {
    try {
      await api(`sticker-packs/${input.dataset.pack}`, { method: input.checked ? "PUT" : "DELETE" });
    } catch (problem) {
      input.checked = !input.checked;
      await sayProblem(problem);
    }
  });
}

function showKept(id, kept) {
  for (const button of document.querySelectorAll(`[data-favourite="${id}"]`)) button.setAttribute("aria-pressed", String(kept));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-favourite]");
  if (!button) return;
  whileBusy(button, async () => {
    const kept = button.getAttribute("aria-pressed") !== "true";
    try {
      await api(`stickers/${button.dataset.favourite}/favourite`, { method: kept ? "PUT" : "DELETE" });
      showKept(button.dataset.favourite, kept);
    } catch (problem) {
      await sayProblem(problem);
    }
  });
});

for (const button of document.querySelectorAll("[data-remove]")) {
  button.addEventListener("click", () => {
    say(t("Remove “%(name)s” from every chat?").replace("%(name)s", button.dataset.name), {
      action: {
        label: t("Remove"),
        run: () => whileBusy(button, async () => {
          try {
            await api(`stickers/${button.dataset.remove}`, { method: "DELETE" });
            button.closest("li").remove();
          } catch (problem) {
            await sayProblem(problem);
          }
        }),
      },
    });
  });
}

for (const button of document.querySelectorAll("[data-decide]")) {
  button.addEventListener("click", () => whileBusy(button, async () => {
    const row = button.closest("[data-reported]");
    const remove = button.dataset.decide === "remove";
    try {
      await api(`operator/stickers/${row.dataset.reported}/decision`, { method: "POST", body: { remove, reason: remove ? "against the rules of the fair" : "nothing wrong with it" } });
      row.remove();
    } catch (problem) {
      await sayProblem(problem);
    }
  }));
}

const form = document.querySelector("[data-make]");
const photo = form.querySelector("[data-photo]");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearErrors(form);
  photo.click();
});

photo.addEventListener("change", () => whileBusy(form.querySelector("[type=submit]"), async () => {
  const [file] = photo.files;
  if (!file) return;
  if (file.type.startsWith("video/")) {
    photo.value = "";
    chooseFrame(file, { name: form.elements.name.value.trim(), made: () => location.reload() });
    return;
  }
  if (!form.elements.name.value.trim()) {
    photo.value = "";
    nameIt(file, { made: () => location.reload() });
    return;
  }
  try {
    await api(`stickers?name=${encodeURIComponent(form.elements.name.value.trim())}`, { method: "POST", file });
    location.reload();
  } catch (problem) {
    showErrors(form, { errors: [{ pointer: "/name", detail: problem.message }], message: problem.message });
  } finally {
    photo.value = "";
  }
}));
