// Most pages of a shop's console do nothing but what their forms and buttons say.
import "miaohui/app";
import "miaohui/console";
import "miaohui/times";
