// Call somebody: any button with data-call="<person id>" and data-call-kind="audio" or "video".
import { api } from "miaohui/api";
import { whileBusy } from "miaohui/elements";
import { sayProblem } from "miaohui/notices";

/** Let somebody's devices ring, and go to the call. */
export async function placeCall(personId, kind = "audio") {
  try {
    const call = await api("calls", { method: "POST", body: { person_id: personId, kind } });
    location.assign(`/calls/${call.id}`);
  } catch (problem) {
    if (problem.code === "already_in_a_call") location.assign(`/calls/${problem.data.call_id}`);
    else await sayProblem(problem);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-call]");
  if (button) whileBusy(button, () => placeCall(button.dataset.call, button.dataset.callKind));
});
