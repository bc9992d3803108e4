// Groups and what can be set about a conversation.
import { api } from "miaohui/api";
import { avatar, el, icon, whileBusy } from "miaohui/elements";
import { nt, t } from "miaohui/i18n";
import { say, sayProblem } from "miaohui/notices";
import { openSheet } from "miaohui/sheet";

async function friends() {
  const page = await api("me/friends?limit=50");
  return page.items;
}

function choices(people) {
  return el("fieldset", { class: "talk-people" }, el("legend", { class: "visually-hidden" }, t("Friends")),
    people.map((person) => el("label", { class: "talk-people__one" }, el("input", { type: "checkbox", name: "person", value: person.id }), avatar(person), el("span", {}, person.nickname))));
}

/** Choose friends and a name, and go to the new group. */
export async function beginGroup() {
  let people;
  try { people = await friends(); } catch (problem) { await sayProblem(problem); return; }
  if (people.length === 0) { say(t("A group begins with friends. Find some first.")); return; }
  const error = el("p", { class: "form-error", role: "alert" });
  const form = el("form", { class: "stack", novalidate: true },
    el("div", { class: "field" }, el("label", { class: "field__label", for: "group-title" }, t("Name of the group")), el("input", { class: "input", id: "group-title", name: "title", maxlength: "40", autocomplete: "off" })),
    choices(people), error,
    el("button", { class: "button button--main button--wide talk-people__done", type: "submit" }, t("Begin the group")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    whileBusy(form.querySelector("[type=submit]"), async () => {
      const said = new FormData(form);
      if (said.getAll("person").length === 0) { error.textContent = t("Choose at least one friend"); return; }
      try {
        const group = await api("groups", { method: "POST", body: { title: said.get("title") || " ", person_ids: said.getAll("person") } });
        location.assign(`/messages/${group.id}`);
      } catch (problem) { error.textContent = problem.message; }
    });
  });
  openSheet({ title: t("New group"), content: form });
}

/** The group's picture, and how those who lead it change it. */
function pictureRow(place, act) {
  const row = el("div", { class: "row row--wrap group-picture" });
  const show = () => {
    const input = el("input", { class: "visually-hidden", type: "file", accept: "image/jpeg,image/png,image/webp,image/gif", onchange: () => whileBusy(row, async () => {
      const [file] = input.files;
      if (file) Object.assign(place, await act(`groups/${place.id}/picture`, { method: "PUT", file }));
      show();
    }).catch(() => {}) });
    row.replaceChildren(
      place.picture ? avatar({ nickname: place.title, avatar: place.picture }, "avatar--large") : el("span", { class: "talk-row__sign" }, icon("users")),
      el("label", { class: "button" }, icon("image", "icon--small"), t("A picture for the group"), input),
      ...(place.picture ? [el("button", { class: "button button--quiet", type: "button", onclick: (event) => whileBusy(event.currentTarget, async () => { Object.assign(place, await act(`groups/${place.id}/picture`, { method: "DELETE" })); show(); }).catch(() => {}) }, t("Take it away"))] : []));
  };
  show();
  return row;
}

/** The settings of a conversation. */
export async function openSettings(place, me) {
  const content = el("div", { class: "stack" });
  const sheet = openSheet({ title: place.title, content, tall: place.kind === "group" });
  const act = (path, options) => api(path, options).catch(async (problem) => { await sayProblem(problem); throw problem; });
  const mute = el("input", { type: "checkbox", role: "switch", checked: place.muted, onchange: () => act(`conversations/${place.id}/mute`, { method: mute.checked ? "PUT" : "DELETE" }).catch(() => { mute.checked = !mute.checked; }) });
  content.append(el("label", { class: "switch" }, mute, el("span", {}, t("Keep it from ringing"))));
  if (place.kind === "direct") {
    if (place.other) {
      content.append(
        el("a", { class: "button button--wide", href: `/@${place.other.handle}` }, icon("user"), t("Their page")),
        el("button", { class: "button button--danger button--wide", type: "button", onclick: async (event) => {
          await whileBusy(event.currentTarget, () => act(`people/${place.other.id}/block`, { method: "PUT" }));
          location.assign("/messages");
        } }, icon("ban"), t("Block")));
    }
    return;
  }
  const list = el("div", { class: "talk-people", "aria-busy": "true" },
    Array.from({ length: Math.min(place.members, 5) }, () => el("div", { class: "talk-people__one", "aria-hidden": "true" }, el("span", { class: "avatar skeleton" }), el("span", { class: "skeleton" }, "·"))));
  const leads = place.role !== "member";
  const show = ({ items }) => {
    list.removeAttribute("aria-busy");
    list.replaceChildren(...items.map(({ person, role }) => el("div", { class: "talk-people__one" }, avatar(person),
      el("span", {}, person.nickname, role !== "member" && el("small", { class: "talk-people__role" }, role === "owner" ? t("leads the group") : t("helps to lead"))),
      place.role === "owner" && person.id !== me && el("button", { class: "button button--quiet", type: "button", onclick: async () => show(await act(`groups/${place.id}/members/${person.id}/role`, { method: "PUT", body: { role: role === "admin" ? "member" : "admin" } })) }, role === "admin" ? t("Remove role") : t("Let help lead")),
      leads && person.id !== me && role !== "owner" && el("button", { class: "button button--icon", type: "button", "aria-label": t("Show %(name)s out", { name: person.nickname }), onclick: async () => { await act(`groups/${place.id}/members/${person.id}`, { method: "DELETE" }); show(await api(`conversations/${place.id}/members`)); } }, icon("x")))));
    };
  if (leads) {
    content.append(pictureRow(place, act));
    const title = el("input", { class: "input", value: place.title, maxlength: "40", "aria-label": t("Name of the group") });
    content.append(el("form", { class: "row", onsubmit: async (event) => { event.preventDefault(); await act(`groups/${place.id}`, { method: "PATCH", body: { title: title.value || " " } }); say(t("The group has a new name")); } }, title, el("button", { class: "button", type: "submit" }, t("Rename"))));
  }
  content.append(
    el("button", { class: "button button--wide", type: "button", onclick: async () => {
      const people = await friends();
      const form = el("form", { class: "stack" }, choices(people), el("button", { class: "button button--main button--wide talk-people__done", type: "submit" }, t("Bring in")));
      const inner = openSheet({ title: t("Bring friends in"), content: form });
      form.addEventListener("submit", async (event) => {
        event.preventDefault();
        const chosen = new FormData(form).getAll("person");
        if (chosen.length > 0) show(await act(`groups/${place.id}/members`, { method: "POST", body: { person_ids: chosen } }));
        inner.close();
      });
    } }, icon("user-plus"), t("Bring friends in")),
    el("button", { class: "button button--danger button--wide", type: "button", onclick: async () => {
      await act(`groups/${place.id}/members/${me}`, { method: "DELETE" });
      sheet.close();
      location.assign("/messages");
    } }, icon("log-out"), t("Leave the group")),
    // A group has up to five hundred: what can be done stands before them.
    el("h3", {}, nt("%(n)s person is here", "%(n)s people are here", place.members)), list);
  try { show(await api(`conversations/${place.id}/members`)); } catch (problem) { await sayProblem(problem); }
}
