// Being written.
import "miaohui/app";
