// Requests to the study's API. A refusal becomes an Error whose message is the server's own sentence.

export class Refusal extends Error {
  /** `code` is the server's word for the reason; "signed_out" when the session has ended. */
  constructor(code, message) {
    super(message);
    this.code = code;
  }

  /** True when the same request can go out again once the right person is signed in. */
  get needsSignIn() {
    return this.code === "signed_out" || this.code === "another_person";
  }

  /** True when the same request is taken once a pause ends or the study is back: what waits for it is kept. */
  get passes() {
    return this.code === "reader_paused" || this.code === "study_archived";
  }
}

const page = { person: "", session: "", csrf: "" };

/** The person whose page this is; requests are refused when somebody else is signed in by now. */
export function identify({ person, sessionUrl }) {
  Object.assign(page, { person, session: sessionUrl });
}

/** Ask who is signed in ('' for nobody); the token for writes comes along. */
export async function session() {
  const response = await fetch(page.session, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (!response.ok) throw new TypeError(String(response.status));
  const found = await response.json();
  page.csrf = found.csrf;
  return found.person;
}

/** Sign in as the page's own person, by `{ username, password }` or then `{ code }`; nobody else can. */
export async function signIn(proof) {
  await session();
  const found = await once("POST", page.session, { person: page.person, ...proof }, {}, false);
  page.csrf = found.csrf;
}

function csrfToken() {
  // The cookie is asked first: signing in again in another tab changes it, but not the field of this page.
  const cookie = document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/);
  return page.csrf || cookie?.[1] || document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
}

async function once(method, url, body, options, named = true) {
  const headers = { Accept: "application/json" };
  if (named && page.person) headers["X-Counterpart-Person"] = page.person;
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const response = await fetch(url, {
    method, headers, body: body === undefined ? undefined : JSON.stringify(body), cache: "no-store", ...options,
  });
  if (response.status >= 500 || response.status === 429) throw new TypeError(String(response.status));
  const reply = await response.json().catch(() => null);
  if (reply && response.ok) return reply;
  // A page from something between here and the server, such as a hospital's own sign-in, is no answer of ours.
  if (!reply && response.status !== 403) throw new TypeError(String(response.status));
  throw new Refusal(reply?.code || (response.status === 403 ? "csrf" : "bad_request"), reply?.detail || "");
}

export async function call(method, url, body, options = {}) {
  try {
    return await once(method, url, body, options);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "csrf" || !page.session) throw error;
    await session();
    return once(method, url, body, options);
  }
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
