// What a page knows of the person's conversations, and what each pushed event changes in it.
// Without DOM; tests/talk/messaging/device.py follows the same rules, and proves them.
const MOST_UNREAD = 100;

export class TalkState {
  constructor(me, { conversations, chosen, messages }) {
    this.me = me;
    this.conversations = new Map(conversations.map((one) => [one.id, one]));
    this.messages = new Map(); // conversation id -> Map(number -> message); only those that were opened
    this.more = new Map(); // conversation id -> whether there are earlier ones
    if (chosen) {
      this.conversations.set(chosen.id, chosen);
      this.lay(chosen.id, messages);
    }
  }

  /** Conversations, the one that changed last first. */
  listed(folder) {
    return [...this.conversations.values()]
      .filter((one) => one.folder === folder)
      .sort((one, other) => other.changed_at.localeCompare(one.changed_at) || other.id.localeCompare(one.id));
  }

  /** Lay a loaded page of messages to those that are here. */
  lay(conversationId, { items, more }, { earlier = true } = {}) {
    const known = this.messages.get(conversationId) ?? new Map();
    for (const one of items) known.set(one.seq, one);
    this.messages.set(conversationId, known);
    if (earlier) this.more.set(conversationId, more);
  }

  messagesOf(conversationId) {
    return [...(this.messages.get(conversationId)?.values() ?? [])].sort((one, other) => one.seq - other.seq);
  }

  /** Apply an event; answers the ids of the conversations that look different now. */
  apply(event, data) {
    switch (event) {
      case "conversation": return this.#put(data.conversation);
      case "conversation_gone": return this.#drop(data.conversation_id);
      case "message":
      case "message_changed":
      case "recalled": return this.#write(event, data.message);
      case "read": return this.#read(data);
      default: return [];
    }
  }

  #put(one) {
    if (one.folder === "declined" || (one.folder === "requests" && one.last_seq === 0)) return this.#drop(one.id);
    this.conversations.set(one.id, one);
    return [one.id];
  }

  #drop(id) {
    this.conversations.delete(id);
    this.messages.delete(id);
    this.more.delete(id);
    return [id];
  }

  #write(event, one) {
    const place = this.conversations.get(one.conversation_id);
    if (!place) return [];
    const known = this.messages.get(place.id);
    known?.set(one.seq, one);
    if (one.recalled) for (const other of known?.values() ?? []) forgetQuote(other, one.id);
    if (event === "message" && one.seq > place.last_seq) {
      place.last_seq = one.seq;
      place.changed_at = one.sent_at;
      if (one.sender_id === this.me) {
        place.read_seq = one.seq;
        place.unread = 0;
      } else {
        place.unread = Math.min(place.unread + 1, MOST_UNREAD);
        if (place.kind === "direct" && place.state === "open") place.seen_seq = one.seq;
      }
    }
    if (!place.last_message || one.seq >= place.last_message.seq) place.last_message = one;
    else if (one.recalled) forgetQuote(place.last_message, one.id);
    return [place.id];
  }

  #read({ conversation_id: id, reader_id: reader, seq, unread }) {
    const place = this.conversations.get(id);
    if (!place) return [];
    if (reader === this.me) Object.assign(place, { read_seq: seq, unread });
    else if (place.kind === "direct") place.seen_seq = seq;
    return [id];
  }
}

function forgetQuote(message, id) {
  if (message.reply_to?.id === id) Object.assign(message.reply_to, { recalled: true, excerpt: null });
}
