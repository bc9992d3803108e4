// The operators' console: every act is a button that says in its attributes what it does.
import "miaohui/acts";
import "miaohui/app";
import "miaohui/times";

// On a phone the shelves and the tabs scroll sideways: where one stands is to be seen.
for (const here of document.querySelectorAll(".console__list [aria-current], .category-bar [aria-current]")) here.scrollIntoView({ block: "nearest", inline: "center" });
