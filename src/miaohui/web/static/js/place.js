// Where this device is, asked for only when somebody acts.
import { t } from "miaohui/i18n";

/** {latitude, longitude}; fails with words for people. */
export function whereAmI() {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) {
      reject(new Error(t("This browser cannot tell where it is. A venue's code works without.")));
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ latitude: coords.latitude, longitude: coords.longitude }),
      () => reject(new Error(t("Without your consent to use the location only a venue's code works."))),
      { enableHighAccuracy: false, maximumAge: 60_000, timeout: 10_000 },
    );
  });
}

/** The words of a distance bucket. */
export function distanceWords(bucket) {
  return {
    under_1: t("within 1 km"), under_3: t("within 3 km"), under_10: t("within 10 km"), under_30: t("within 30 km"),
  }[bucket] ?? t("further away");
}
