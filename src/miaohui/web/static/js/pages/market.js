// The market.
import "miaohui/app";
import { growOnDemand } from "miaohui/more";

growOnDemand(".goods-grid");
