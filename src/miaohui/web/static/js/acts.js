// Buttons that do one thing over the API: at once, or after a sheet has asked for what is missing.
import { api } from "miaohui/api";
import { el, whileBusy } from "miaohui/elements";
import { clearErrors, showErrors } from "miaohui/forms";
import { t } from "miaohui/i18n";
import { minor } from "miaohui/money";
import { say, sayProblem } from "miaohui/notices";
import { openSheet } from "miaohui/sheet";

const SAID_FOR_MS = 700;

const INPUTS = {
  words: ({ value }) => el("textarea", { class: "input", rows: "3", maxlength: "500" }, value),
  line: ({ value }) => el("input", { class: "input", type: "text", value, maxlength: "60", autocomplete: "off" }),
  amount: ({ value }) => el("input", { class: "input", type: "text", inputmode: "decimal", value, autocomplete: "off" }),
  choice: ({ options, value }) => el("select", { class: "input" }, options.map(([key, words]) => el("option", { value: key, selected: key === value }, words))),
};

function inputOf(field) {
  if (field.kind === "switch") {
    return el("label", { class: "switch" }, el("input", { type: "checkbox", role: "switch", name: field.name, checked: Boolean(field.value) }), el("span", {}, field.label));
  }
  const error = el("p", { class: "field__error", role: "alert", "data-error": field.name });
  if (field.kind === "many") {
    return el("fieldset", { class: "field" }, el("legend", { class: "field__label" }, field.label),
      field.options.map(([key, words]) => el("label", { class: "switch" }, el("input", { type: "checkbox", role: "switch", name: field.name, value: key, checked: field.value.includes(key) }), el("span", {}, words))), error);
  }
  const input = INPUTS[field.kind](field);
  input.name = field.name;
  input.id = `act-${field.name}`;
  return el("div", { class: "field" }, el("label", { class: "field__label", for: input.id }, field.label), input,
    field.hint && el("p", { class: "field__hint" }, field.hint), error);
}

function read(form, field) {
  if (field.kind === "switch") return form.elements[field.name].checked;
  if (field.kind === "many") return new FormData(form).getAll(field.name);
  const text = form.elements[field.name].value.trim();
  if (field.kind === "amount" && text) return minor(text, field.currency);
  return text || undefined;
}

/** What the form says, or undefined after showing what is missing. */
function readAll(form, fields) {
  const said = {};
  for (const field of fields) {
    const value = read(form, field);
    const isWrong = Number.isNaN(value);
    if (isWrong || (field.required && value === undefined)) {
      const detail = isWrong ? t("Please write an amount") : t("Please fill this in");
      showErrors(form, { errors: [{ pointer: `/${field.name}`, detail }], message: detail });
      return undefined;
    }
    if (value !== undefined) said[field.name] = value;
  }
  return said;
}

function done(button) {
  if (button.dataset.says) say(button.dataset.says);
  const go = () => (button.dataset.then ? location.assign(button.dataset.then) : location.reload());
  if (button.dataset.says) setTimeout(go, SAID_FOR_MS);
  else go();
}

async function run(button, said) {
  const [method, path] = button.dataset.act.split(" ");
  const body = { ...JSON.parse(button.dataset.body), ...said };
  await api(path, { method, body: Object.keys(body).length > 0 || "fields" in button.dataset ? body : undefined });
}

function ask(button, fields) {
  const submit = el("button", { class: `button button--wide ${button.classList.contains("button--danger") ? "button--danger" : "button--main"}`, type: "submit" }, button.textContent.trim());
  const form = el("form", { class: "stack", novalidate: true },
    button.dataset.confirms && el("p", {}, button.dataset.confirms),
    fields.map(inputOf),
    el("p", { class: "form-error", role: "alert", "data-error": "form" }),
    submit);
  const sheet = openSheet({ title: button.textContent.trim(), content: form });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearErrors(form);
    const said = readAll(form, fields);
    if (said) whileBusy(submit, async () => {
      try {
        await run(button, said);
        sheet.close();
        done(button);
      } catch (problem) {
        showErrors(form, problem);
      }
    });
  });
}

for (const button of document.querySelectorAll("[data-act]")) {
  const fields = JSON.parse(button.dataset.fields ?? "[]");
  button.addEventListener("click", () => {
    if (fields.length > 0 || button.dataset.confirms) ask(button, fields);
    else whileBusy(button, async () => {
      try {
        await run(button, {});
        done(button);
      } catch (problem) {
        await sayProblem(problem);
      }
    });
  });
}
