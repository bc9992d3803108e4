// Which channel an address belongs to, as the accounts API wants it.
export function channelOf(text) {
  return text.includes("@") ? "email" : "phone";
}
