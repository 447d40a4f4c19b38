// Requests to the study's API. A refusal becomes an Error whose message is the server's own sentence.

export class Refusal extends Error {
  /** `code` is the server's word for the reason; "signed_out" when the session has ended. */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

function csrfToken() {
  // The cookie is asked first: signing in again in another tab changes it, but not the field of this page.
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  return cookie ? cookie[1] : document.querySelector("[name=csrfmiddlewaretoken]").value;
}

export async function call(method, url, body) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const response = await fetch(url, {
    method, headers, body: body === undefined ? undefined : JSON.stringify(body), cache: "no-store",
  });
  if (response.status >= 500) throw new TypeError(`the server answered ${response.status}`);
  const reply = await response.json().catch(() => ({}));
  if (response.ok) return reply;
  if (reply.code) throw new Refusal(reply.code, reply.detail);
  if (response.status === 401 || response.status === 403) {
    throw new Refusal("signed_out", "Your session has ended.");
  }
  throw new Refusal("bad_request", reply.detail || JSON.stringify(reply));
}

export const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

/** A random UUID; crypto.randomUUID itself exists on secure origins alone. */
export function uuid() {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;
  const hex = Array.from(b, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
