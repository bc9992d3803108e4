// The number on the cart's button.
export function showCartCount(lines) {
  for (const badge of document.querySelectorAll("[data-cart-count]")) {
    badge.textContent = lines;
    badge.hidden = lines === 0;
  }
}
