// Shown by the service worker in place of a page that could not be fetched.
import "miaohui/app";

const reload = () => location.reload();
document.querySelector("[data-reload]").addEventListener("click", reload);
addEventListener("online", reload);
