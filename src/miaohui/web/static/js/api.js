// The JSON API from our own pages. A refusal arrives as a Problem with words for people.
import { t } from "miaohui/i18n";

export class Problem extends Error {
  constructor({ status, code, title, detail, errors, data }) {
    super(detail || title);
    this.status = status;
    this.code = code;
    this.errors = errors ?? []; // [{pointer, detail}]
    this.data = data ?? {};
  }

  /** Nothing reached the server, or nothing came back: trying again can help. */
  get isOffline() {
    return this.status === 0;
  }
}

/**
 * api("videos/7/like", {method: "PUT"}); `body` is sent as JSON, `file` as it is. Answers the JSON or null.
 * `key` makes a repeated request give the first result (Idempotency-Key).
 */
export async function api(path, { method = "GET", body, file, key, signal, keepalive } = {}) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (file) headers["Content-Type"] = file.type;
  if (key) headers["Idempotency-Key"] = key;
  const content = body === undefined ? file : JSON.stringify(body);
  const response = await reach(`/api/v1/${path}`, { method, headers, body: content, signal, keepalive });
  if (response.status === 204) return null;
  const isJson = /\bjson\b/.test(response.headers.get("Content-Type") ?? "");
  const answer = isJson ? await response.json() : null;
  if (response.ok) return answer;
  throw new Problem({
    status: response.status,
    code: answer?.code ?? "unknown",
    title: answer?.title ?? brokenWords(),
    detail: answer?.detail,
    errors: answer?.errors,
    data: answer,
  });
}

/** A page of ours as a document, for what is to be taken out of it. */
export async function pageAt(address) {
  const response = await reach(address);
  if (!response.ok) throw new Problem({ status: response.status, code: "unknown", title: brokenWords() });
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

const brokenWords = () => t("Something broke on our side. Please try again.");

async function reach(address, options) {
  try {
    return await fetch(address, options);
  } catch (fault) {
    if (fault.name === "AbortError") throw fault;
    throw new Problem({ status: 0, code: "offline", title: t("No connection just now. Please try again.") });
  }
}
