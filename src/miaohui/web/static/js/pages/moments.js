// The friends' tab: show something, say how one feels, like, comment, look at photos closely.
import "miaohui/app";
import { api } from "miaohui/api";
import { el, icon, whileBusy } from "miaohui/elements";
import { clearErrors, showErrors } from "miaohui/forms";
import { t } from "miaohui/i18n";
import { growOnDemand } from "miaohui/more";
import { say, sayProblem } from "miaohui/notices";
import "miaohui/sheets/send_to_chat";
import { openSheet } from "miaohui/sheet";
import { showMoments } from "miaohui/times";

const PLAY_FROM = 0.6;
const MOST_BYTES = 8 * 1024 ** 2;
const list = document.querySelector("[data-moments]");
const momentOf = (node) => node.closest("[data-moment-id]");
const addressOf = (moment) => `moments/${moment.dataset.momentId}`;

// Whatever somebody does to a moment, the server shows what has become of it.
async function renew(moment) {
  const response = await fetch(`/moments/${moment.dataset.momentId}`);
  if (!response.ok) {
    moment.remove();
    return null;
  }
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = document.adoptNode(page.querySelector("[data-moment-id]"));
  // A clip goes on playing, and photos are not fetched again.
  for (const kept of [".moment__clip", ".photos"]) {
    const [was, is] = [moment.querySelector(kept), fresh.querySelector(kept)];
    if (was && is) is.replaceWith(was);
  }
  moment.replaceWith(fresh);
  showMoments(fresh);
  return fresh;
}

const ACTS = {
  like: (button, moment) => whileBusy(button, async () => {
    const method = button.getAttribute("aria-pressed") === "true" ? "DELETE" : "PUT";
    await api(`${addressOf(moment)}/like`, { method });
    (await renew(moment))?.querySelector("[data-like]").focus();
  }),
  say: (button, moment) => {
    const form = moment.querySelector("[data-comment]");
    const field = form.elements.body;
    form.hidden = false;
    form.dataset.replyTo = button.dataset.reply ?? "";
    field.placeholder = button.dataset.to ? t("To %(name)s", { name: button.dataset.to }) : field.getAttribute("placeholder");
    field.focus();
  },
  deleteComment: (button, moment) => whileBusy(button, async () => {
    await api(`moment-comments/${button.dataset.deleteComment}`, { method: "DELETE" });
    await renew(moment);
  }),
  deleteMoment: (button, moment) => {
    const go = el("button", { class: "button button--danger button--wide", type: "button", onclick: () => whileBusy(go, async () => {
      try {
        await api(addressOf(moment), { method: "DELETE" });
        sheet.close();
        if ("alone" in list.dataset) location.assign("/moments");
        else moment.remove();
        say(t("It is gone"));
      } catch (problem) {
        await sayProblem(problem);
      }
    }) }, t("Delete it"));
    const sheet = openSheet({ title: t("Delete this moment?"), content: el("div", { class: "stack" }, el("p", { class: "centred quiet" }, t("What friends said to it goes with it.")), go) });
  },
  play: (button) => play(button.closest("[data-clip]"), { sound: true }),
};

list?.addEventListener("click", (event) => {
  const photo = event.target.closest("[data-photo]");
  if (photo) {
    event.preventDefault();
    look(photo);
    return;
  }
  const button = event.target.closest("button");
  const act = button && Object.keys(ACTS).find((name) => name in button.dataset);
  if (act) Promise.resolve(ACTS[act](button, momentOf(button))).catch(sayProblem);
});

list?.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  const body = form.elements.body.value.trim();
  if (!body) return;
  form.dataset.key ??= crypto.randomUUID();
  whileBusy(event.submitter ?? form.querySelector("button"), async () => {
    try {
      await api(`${addressOf(momentOf(form))}/comments`, { method: "POST", body: { body, reply_to_id: form.dataset.replyTo || null }, key: form.dataset.key });
      await renew(momentOf(form));
    } catch (problem) {
      // Other words are another comment.
      if (!problem.isOffline) delete form.dataset.key;
      await sayProblem(problem);
    }
  });
});

list?.addEventListener("keydown", (event) => {
  if (event.target.matches("[data-comment] textarea") && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});

// Clips play where they are: silently while they are looked at, with sound once they are tapped.
const still = matchMedia("(prefers-reduced-motion: reduce)").matches || navigator.connection?.saveData;

async function play(clip, { sound }) {
  const existing = clip.querySelector("video");
  if (existing) {
    existing.muted = !sound && existing.muted;
    if (sound && !existing.paused && clip.dataset.sound === "on") existing.pause();
    else await existing.play();
    if (sound) clip.dataset.sound = "on";
    return;
  }
  const video = el("video", { playsinline: true, loop: true, preload: "metadata" });
  video.muted = !sound;
  if (sound) clip.dataset.sound = "on";
  video.addEventListener("play", () => clip.setAttribute("data-playing", ""));
  video.addEventListener("pause", () => clip.removeAttribute("data-playing"));
  clip.prepend(video);
  try {
    const found = await api(`videos/${clip.dataset.clip}`);
    video.poster = found.media.poster;
    video.src = found.media.mp4;
    // The still picture lies over the clip until there is one to see.
    video.addEventListener("loadeddata", () => clip.querySelector(":scope > img")?.remove(), { once: true });
    await video.play();
  } catch (problem) {
    video.remove();
    if (sound) await sayProblem(problem);
  }
}

const watched = new IntersectionObserver((entries) => {
  for (const { target, intersectionRatio } of entries) {
    if (intersectionRatio >= PLAY_FROM) {
      if (!still) play(target, { sound: false }).catch(() => {});
    } else {
      target.querySelector("video")?.pause();
    }
  }
}, { threshold: [0, PLAY_FROM] });

function watchClips(root) {
  for (const clip of root.querySelectorAll("[data-clip]")) watched.observe(clip);
}
watchClips(document);

// A photo as large as the screen; the others of the moment beside it.
function look(link) {
  const links = [...link.closest(".photos").querySelectorAll("[data-photo]")];
  let at = links.indexOf(link);
  const picture = el("img", { alt: "" });
  const count = el("p", { class: "lightbox__count", "aria-live": "polite" });
  const step = (by) => {
    at = (at + by + links.length) % links.length;
    picture.src = links[at].href;
    picture.alt = links[at].querySelector("img").alt;
    count.textContent = links.length > 1 ? `${at + 1} / ${links.length}` : "";
  };
  const button = (place, name, label, onclick) => el("button", { class: `button button--icon lightbox__${place}`, type: "button", "aria-label": label, onclick }, icon(name));
  const box = el("dialog", { class: "lightbox", "aria-label": t("Photo") }, picture, count,
    button("close", "x", t("Close"), () => box.close()),
    links.length > 1 && button("before", "arrow-left", t("Photo before"), () => step(-1)),
    links.length > 1 && button("after", "chevron-right", t("Next photo"), () => step(1)));
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") step(-1);
    if (event.key === "ArrowRight") step(1);
  });
  box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
  box.addEventListener("close", () => { box.remove(); link.focus(); });
  document.body.append(box);
  step(0);
  box.showModal();
}

growOnDemand("[data-moments]", (moment) => {
  showMoments(moment);
  watchClips(moment);
});

// Sheets wait in templates.
const SHEETS = { composer: compose, "mood-sheet": setMood, "settings-sheet": setWindow };

for (const button of document.querySelectorAll("[data-open]")) {
  button.addEventListener("click", () => {
    const form = document.getElementById(button.dataset.open).content.cloneNode(true).querySelector("form");
    const sheet = openSheet({ title: form.dataset.title, content: form, tall: button.dataset.open === "composer" });
    SHEETS[button.dataset.open](form, sheet);
  });
}

function onSubmit(form, send) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearErrors(form);
    whileBusy(form.querySelector("[type=submit]"), async () => {
      try {
        await send(new FormData(form));
        location.assign("/moments");
      } catch (problem) {
        showErrors(form, problem);
      }
    });
  });
}

function setMood(form) {
  onSubmit(form, (said) => api("me/mood", { method: "PUT", body: { mood: said.get("mood"), words: said.get("words"), lasts: said.get("lasts") } }));
  form.querySelector("[data-clear-mood]")?.addEventListener("click", (event) => whileBusy(event.currentTarget, async () => {
    try {
      await api("me/mood", { method: "DELETE" });
      location.reload();
    } catch (problem) {
      showErrors(form, problem);
    }
  }));
}

function setWindow(form) {
  onSubmit(form, (said) => api("me/moment-settings", { method: "PUT", body: { window_days: Number(said.get("window")) || null } }));
}

function compose(form) {
  const picked = form.querySelector("[data-picked]");
  const most = Number(picked.dataset.most);
  const [adder, clipAdder] = [form.querySelector("[data-adder]"), form.querySelector("[data-clip-adder]")];
  const key = crypto.randomUUID();
  const photos = []; // {item, id}
  let clip = null;

  const arrange = () => {
    adder.hidden = clip !== null || photos.length >= most;
    clipAdder.hidden = photos.length > 0;
  };

  async function add(file) {
    const url = URL.createObjectURL(file);
    const photo = { id: null, item: null };
    const remove = el("button", { class: "photos__remove", type: "button", "aria-label": t("Take this photo away"), onclick: () => {
      photos.splice(photos.indexOf(photo), 1);
      photo.item.remove();
      arrange();
    } }, icon("x"));
    photo.item = el("li", { "aria-busy": "true" }, el("figure", {}, el("img", { src: url, alt: file.name })), remove);
    photos.push(photo);
    adder.before(photo.item);
    arrange();
    try {
      if (file.size > MOST_BYTES) throw new Error(t("A photo has at most 8 MB"));
      photo.id = (await api("moments/photos", { method: "POST", file })).id;
      photo.item.removeAttribute("aria-busy");
    } catch (problem) {
      remove.click();
      say(problem.message, { bad: true });
    } finally {
      URL.revokeObjectURL(url);
    }
  }

  form.querySelector("[data-files]").addEventListener("change", async (event) => {
    const files = [...event.target.files].slice(0, most - photos.length);
    event.target.value = "";
    // One after the other: a phone's line is narrow, and so the photos stay in their order.
    for (const file of files) await add(file);
  });

  form.querySelector("[data-choose-clip]").addEventListener("click", async (event) => whileBusy(event.currentTarget, async () => {
    const shelf = form.querySelector("[data-clips]");
    try {
      const { items } = await api("me/videos");
      const own = items.filter((one) => one.state === "published");
      shelf.hidden = false;
      shelf.replaceChildren(own.length === 0
        ? el("p", { class: "quiet" }, t("You have no clips yet."), " ", el("a", { class: "link", href: "/upload" }, t("Bring a clip")))
        : el("div", { class: "own-clips" }, own.map((one) => {
          const choice = el("button", { type: "button", "aria-pressed": "false", "aria-label": one.caption || t("Clip"), onclick: () => {
            const isChosen = choice.getAttribute("aria-pressed") === "true";
            for (const other of shelf.querySelectorAll("button")) other.setAttribute("aria-pressed", "false");
            choice.setAttribute("aria-pressed", String(!isChosen));
            clip = isChosen ? null : one.id;
            arrange();
          } }, one.thumbnail ? el("img", { src: one.thumbnail, alt: "" }) : icon("film"));
          return choice;
        })));
    } catch (problem) {
      await sayProblem(problem);
    }
  }));

  const named = form.querySelector("[data-named]");
  for (const radio of form.querySelectorAll("[name=audience]")) {
    radio.addEventListener("change", () => { named.hidden = radio.value === "friends"; });
  }
  form.elements.body.focus();

  onSubmit(form, async (said) => {
    if (photos.some((photo) => photo.id === null)) throw Object.assign(new Error(t("The photos are still on their way")), { errors: [] });
    const audience = said.get("audience");
    const named_ids = audience === "friends" ? [] : said.getAll("named");
    await api("moments", { method: "POST", key, body: { body: said.get("body"), mood: said.get("mood") || null, photo_ids: photos.map((photo) => photo.id), clip_id: clip, audience, named_ids } });
  });
}
