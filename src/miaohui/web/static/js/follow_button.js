// <mh-follow>: the follow button of a profile.
import { whileBusy } from "miaohui/elements";
import { t } from "miaohui/i18n";
import { setFollowed } from "miaohui/feed/reactions";

class FollowButton extends HTMLElement {
  connectedCallback() {
    const person = { id: this.dataset.personId, followed: this.dataset.followed === "true" };
    const button = this.querySelector("button");
    const show = () => {
      button.classList.toggle("button--main", !person.followed);
      button.setAttribute("aria-pressed", String(person.followed));
      button.textContent = person.followed ? (this.dataset.followsYou === "true" ? t("Friends") : t("Following")) : t("Follow");
    };
    button.addEventListener("click", () => whileBusy(button, async () => {
      const done = setFollowed(person, !person.followed);
      show();
      await done;
      show();
    }));
  }
}

customElements.define("mh-follow", FollowButton);
