// The list of everybody in the demo town: one tap, and the visitor is that person.
import "miaohui/app";
import { offerToEnter } from "miaohui/enter_as";

offerToEnter(document, () => location.assign("/"));
