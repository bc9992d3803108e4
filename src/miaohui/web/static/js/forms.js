// Puts a refusal beside the field that it is about.

/** Fields of refusals that name no field themselves. */
const FIELD_OF_CODE = {
  address_taken: "address", invalid_address: "address", code_not_sent: "address",
  wrong_code: "code", code_expired: "code",
  wrong_password: "password", weak_password: "password",
  invalid_nickname: "nickname", invalid_birth_date: "birth_date", too_young: "birth_date",
  handle_taken: "handle", handle_reserved: "handle", invalid_handle: "handle", handle_changed_too_often: "handle",
  invalid_bio: "bio", unreadable_picture: "avatar",
};

/** Clear all errors of a form. */
export function clearErrors(form) {
  for (const line of form.querySelectorAll("[data-error]")) line.textContent = "";
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

/** Show a Problem: each error at its field, what fits no field at `[data-error="form"]` or the last line there is. */
export function showErrors(form, problem) {
  const shown = problem.errors.filter(({ pointer, detail }) => put(form, pointer.split("/").at(-1), detail));
  if (shown.length > 0 || put(form, FIELD_OF_CODE[problem.code], problem.message)) return;
  const rest = form.querySelector('[data-error="form"]') ?? [...form.querySelectorAll("[data-error]")].at(-1);
  rest.textContent = problem.message;
}

function put(form, name, text) {
  const line = name && form.querySelector(`[data-error="${CSS.escape(name)}"]`);
  if (!line) return false;
  line.textContent = text;
  const input = form.elements?.[name];
  input?.setAttribute("aria-invalid", "true");
  input?.focus();
  return true;
}
