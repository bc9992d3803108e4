// A shop's console: forms and buttons say in their attributes what they send and where.
import { api } from "miaohui/api";
import { whileBusy } from "miaohui/elements";
import { clearErrors, showErrors } from "miaohui/forms";
import { say, sayProblem } from "miaohui/notices";
import { MONEY_LEAVES, withProof } from "miaohui/sheets/proof";

const SAID = "console-said";

/** What an input means: amounts are typed in whole units, parts in per cent, moments in the reader's own zone. */
const READ = {
  text: (input) => input.value.trim() || undefined,
  words: (input) => input.value.trim(),
  int: (input) => (input.value === "" ? undefined : Number(input.value)),
  minor: (input) => (input.value === "" ? undefined : Math.round(Number(input.value) * 100)),
  percent: (input) => (input.value === "" ? undefined : Math.round(Number(input.value) * 100)),
  moment: (input) => (input.value === "" ? undefined : new Date(input.value).toISOString()),
  bool: (input) => input.checked,
  flag: (input) => (input.checked ? input.value === "true" : undefined),
};

/** The JSON of a form. Names with dots nest; `data-list` collects what is chosen; `data-line` what goes into a parcel. */
export function bodyOf(form) {
  const body = JSON.parse(form.dataset.body ?? "{}");
  for (const input of form.elements) {
    if (input.disabled || input.closest("[hidden]")) continue;
    if (input.dataset.line) addLine(body, input);
    else if (input.dataset.list) addToList(body, input);
    else if (input.name && input.type !== "file" && !(input.type === "radio" && !input.checked)) put(body, input);
  }
  return body;
}

function put(body, input) {
  const value = READ[input.dataset.as ?? "text"](input);
  if (value === undefined) return;
  const path = input.name.split(".");
  const last = path.pop();
  let place = body;
  for (const name of path) place = place[name] ??= {};
  place[last] = value;
}

function addLine(body, input) {
  const quantity = Number(input.value);
  if (quantity > 0) (body.lines ??= []).push({ order_line_id: input.dataset.line, quantity });
}

function addToList(body, input) {
  const list = (body[input.dataset.list] ??= []);
  if (input.checked) list.push(input.value);
}

/** Go on after something was done: to where the form says, or the same page anew; `data-said` is said there. */
export function goOn(node, answer) {
  if (node.dataset.said) sessionStorage.setItem(SAID, node.dataset.said);
  const next = node.dataset.next?.replace("{id}", answer?.id ?? "");
  if (next) location.assign(next);
  else location.reload();
}

function askedOf(node) {
  const [method, path] = node.dataset.send.split(" ");
  return { method, path };
}

async function send(form) {
  const { method, path } = askedOf(form);
  const file = form.querySelector("input[type=file]");
  if (file) {
    const query = new URLSearchParams(bodyOf(form));
    return api(`${path}?${query}`, { method, file: file.files[0] });
  }
  // A form that is sent again after a lost answer does its work once.
  form.dataset.key ??= crypto.randomUUID();
  const answer = await api(path, { method, body: bodyOf(form), key: form.dataset.key });
  delete form.dataset.key;
  return answer;
}

/** Whether in every group that asks for it, with the words in `data-some`, something is chosen. */
function someChosen(form) {
  const empty = [...form.querySelectorAll("[data-some]")].filter((group) => !group.querySelector(":checked"));
  for (const group of empty) group.querySelector("[data-error]").textContent = group.dataset.some;
  empty[0]?.querySelector("summary, input")?.focus();
  return empty.length === 0;
}

for (const form of document.querySelectorAll("form[data-send]")) {
  form.addEventListener("input", () => { delete form.dataset.key; });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearErrors(form);
    if (!form.reportValidity() || !someChosen(form)) return;
    whileBusy(event.submitter ?? form.querySelector("[type=submit]"), async () => {
      try {
        let answer = null;
        if (await withProof(async () => { answer = await send(form); }, MONEY_LEAVES())) goOn(form, answer);
      } catch (problem) {
        showErrors(form, problem);
      }
    });
  });
}

for (const button of document.querySelectorAll("button[data-send]")) {
  button.addEventListener("click", () => whileBusy(button, async () => {
    const { method, path } = askedOf(button);
    const body = button.dataset.body === undefined ? undefined : JSON.parse(button.dataset.body);
    try {
      goOn(button, await api(path, { method, body }));
    } catch (problem) {
      await sayProblem(problem);
    }
  }));
}

for (const input of document.querySelectorAll("input[type=file][data-upload]")) {
  input.addEventListener("change", async () => {
    const [method, path] = input.dataset.upload.split(" ");
    input.closest(".file").setAttribute("aria-busy", "true");
    try {
      for (const file of input.files) await api(path, { method, file });
      goOn(input, null);
    } catch (problem) {
      input.value = "";
      await sayProblem(problem);
    } finally {
      input.closest(".file").removeAttribute("aria-busy");
    }
  });
}

/** Fields that belong to one choice alone: `data-when="kind=flash"`. */
function showChosen(form) {
  for (const part of form.querySelectorAll("[data-when]")) {
    const [name, values] = part.dataset.when.split("=");
    const chosen = form.elements[name]?.value;
    part.hidden = !values.split("|").includes(chosen);
    for (const input of part.querySelectorAll("input, select, textarea")) input.disabled = part.hidden;
  }
}
for (const form of document.querySelectorAll("form:has([data-when])")) {
  form.addEventListener("change", () => showChosen(form));
  showChosen(form);
}

// Moments are written in the reader's own zone: a first value comes in UTC, or as an offset from now in hours.
for (const input of document.querySelectorAll("input[type=datetime-local]:is([data-from-now], [data-at])")) {
  const { at, fromNow } = input.dataset;
  const moment = at ? new Date(at) : new Date(Date.now() + Number(fromNow) * 3_600_000);
  moment.setMinutes(moment.getMinutes() - moment.getTimezoneOffset());
  input.value = moment.toISOString().slice(0, 16);
}

const said = sessionStorage.getItem(SAID);
if (said) {
  sessionStorage.removeItem(SAID);
  say(said);
}

// On a phone the menu is wider than the screen: where one is must be seen.
for (const here of document.querySelectorAll(".console__list [aria-current], .category-bar [aria-current]")) {
  const bar = here.closest(".console__list, .category-bar");
  bar.scrollLeft = here.offsetLeft - bar.offsetLeft - 16;
}
