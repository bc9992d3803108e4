// The order of a product's pictures: dragged with a finger or the mouse, or moved by their arrows.
import { api } from "miaohui/api";
import { sayProblem } from "miaohui/notices";
import { t } from "miaohui/i18n";

/** The list with this one moved to another place. */
export function moved(list, from, to) {
  const rest = list.filter((_, place) => place !== from);
  return [...rest.slice(0, to), list[from], ...rest.slice(to)];
}

export class PictureOrder {
  constructor(box, status) {
    this.box = box;
    this.status = status;
    this.saved = this.ids;
    box.addEventListener("click", (event) => {
      const button = event.target.closest("[data-step]");
      if (button) this.step(button);
    });
    box.addEventListener("pointerdown", (event) => this.grab(event));
  }

  get figures() {
    return [...this.box.querySelectorAll("[data-picture]")];
  }

  get ids() {
    return this.figures.map((figure) => figure.dataset.picture);
  }

  step(button) {
    const figure = button.closest("[data-picture]");
    const from = this.figures.indexOf(figure);
    this.place(figure, from + Number(button.dataset.step));
    // At the end the arrow goes out; its neighbour keeps the focus.
    (button.disabled ? figure.querySelector("[data-step]:enabled") : button)?.focus();
    this.save();
  }

  place(figure, to) {
    const order = moved(this.figures, this.figures.indexOf(figure), to);
    this.box.replaceChildren(...order);
    this.name();
  }

  name() {
    const last = this.figures.length - 1;
    this.figures.forEach((figure, place) => {
      const [forward, back] = figure.querySelectorAll("[data-step]");
      figure.querySelector(".cover").hidden = place > 0;
      forward.disabled = place === 0;
      back.disabled = place === last;
      forward.setAttribute("aria-label", t("Move picture %(n)s forward", { n: place + 1 }));
      back.setAttribute("aria-label", t("Move picture %(n)s back", { n: place + 1 }));
      figure.querySelector("[data-send]").setAttribute("aria-label", t("Take away picture %(n)s", { n: place + 1 }));
    });
  }

  grab(event) {
    const figure = event.target.closest("[data-picture]");
    if (!figure || event.target.closest("button") || event.button !== 0 || this.figures.length < 2) return;
    event.preventDefault();
    figure.dataset.dragged = "";
    const follow = (move) => {
      const over = document.elementFromPoint(move.clientX, move.clientY)?.closest("[data-picture]");
      if (over && over !== figure && this.box.contains(over)) this.place(figure, this.figures.indexOf(over));
    };
    const letGo = () => {
      document.removeEventListener("pointermove", follow);
      delete figure.dataset.dragged;
      this.save();
    };
    document.addEventListener("pointermove", follow);
    document.addEventListener("pointerup", letGo, { once: true });
    document.addEventListener("pointercancel", letGo, { once: true });
  }

  async save() {
    const ids = this.ids;
    if (ids.join() === this.saved.join()) return;
    const before = this.saved;
    this.saved = ids;
    const [method, path] = this.box.dataset.pictures.split(" ");
    try {
      await api(path, { method, body: { picture_ids: ids } });
      this.status.textContent = t("The pictures are in this order now");
    } catch (problem) {
      this.saved = before;
      this.box.replaceChildren(...before.map((id) => this.figures.find((figure) => figure.dataset.picture === id)));
      this.name();
      await sayProblem(problem);
    }
  }
}
