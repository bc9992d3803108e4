// A shop's sponsored shakes: the form speaks of kilometres, hours and whole amounts.
import { api } from "miaohui/api";
import "miaohui/app";
import { goOn } from "miaohui/console";
import { whileBusy } from "miaohui/elements";
import { clearErrors, showErrors } from "miaohui/forms";
import { t } from "miaohui/i18n";
import { say } from "miaohui/notices";
import "miaohui/times";

const DAY = 24 * 60;
const form = document.querySelector("[data-sponsorship]");
const minor = (text) => Math.round(Number(text) * 100);
const moment = (text) => new Date(text).toISOString();

function minuteOf(text) {
  const [hour, minute] = text.split(":").map(Number);
  return hour * 60 + minute;
}

function hoursOf(said) {
  const [from_minute, until_minute] = [minuteOf(said.get("from_minute")), minuteOf(said.get("until_minute"))];
  return from_minute === until_minute ? { from_minute: 0, until_minute: DAY } : { from_minute, until_minute };
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearErrors(form);
  const said = new FormData(form);
  const body = {
    name: said.get("name").trim(),
    words: said.get("words").trim(),
    latitude: Number(said.get("latitude")),
    longitude: Number(said.get("longitude")),
    radius_m: Math.round(Number(said.get("radius_m")) * 1000),
    ...hoursOf(said),
    interests: said.get("interests").split(/[,，、]/).map((one) => one.trim()).filter(Boolean),
    from_minor: minor(said.get("from_minor")),
    off_minor: minor(said.get("off_minor")),
    valid_days: Number(said.get("valid_days")),
    starts_at: moment(said.get("starts_at")),
    ends_at: moment(said.get("ends_at")),
  };
  whileBusy(event.submitter, async () => {
    try {
      goOn(form, await api(form.dataset.sponsorship, { method: "POST", body }));
    } catch (problem) {
      showErrors(form, problem);
    }
  });
});

const here = document.querySelector("[data-here]");
here.addEventListener("click", () => whileBusy(here, () => new Promise((resolve) => {
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    form.elements.latitude.value = coords.latitude.toFixed(4);
    form.elements.longitude.value = coords.longitude.toFixed(4);
    resolve();
  }, () => {
    say(t("Your device did not say where it is"), { bad: true });
    resolve();
  });
})));
