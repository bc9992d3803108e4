// My orders.
import "miaohui/app";
import "miaohui/times";
