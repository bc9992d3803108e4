// Puts a refusal beside the field that it is about.

/** Clear all errors of a form. */
export function clearErrors(form) {
  for (const line of form.querySelectorAll("[data-error]")) line.textContent = "";
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

/** Show a Problem: each error at its field, the rest at `[data-error="form"]` or the last line there is. */
export function showErrors(form, problem, { field = null } = {}) {
  const shown = problem.errors.filter(({ pointer, detail }) => put(form, pointer.split("/").at(-1), detail));
  if (shown.length > 0 && !field) return;
  if (field && put(form, field, problem.message)) return;
  const rest = form.querySelector('[data-error="form"]') ?? [...form.querySelectorAll("[data-error]")].at(-1);
  if (rest) rest.textContent = problem.message;
}

function put(form, name, text) {
  const line = form.querySelector(`[data-error="${CSS.escape(name)}"]`);
  if (!line) return false;
  line.textContent = text;
  const input = form.elements[name];
  if (input) {
    input.setAttribute("aria-invalid", "true");
    input.focus();
  }
  return true;
}
