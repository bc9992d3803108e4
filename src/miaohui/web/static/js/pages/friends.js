// My people: follow, unblock, unmute, call.
import "miaohui/app";
import "miaohui/acts";
import "miaohui/follow_button";
