// The next video without a wait: its bundle is fetched while the present one is judged, and the page turns in place.

import { call } from "./api.js";

/**
 * Fetch the bundle of the next case into memory, and nowhere else; the server puts it on record and decides whether it
 * may be had. Resolves with {public_id, bytes}, or null.
 */
export async function fetchAhead(caseUrl, signal) {
  try {
    const { public_id: id, bundle_url: url } = await call("POST", `${caseUrl}ahead/`);
    if (!url) return null;
    const response = await fetch(url, { cache: "no-store", signal });
    return response.ok ? { public_id: id, bytes: await response.arrayBuffer() } : null;
  } catch {
    return null; // it is then fetched when its turn comes
  }
}

/** Put the page of the next case in this one's place; resolves with its viewer, or leaves for it in the plain way. */
export async function turnTo(url) {
  const response = await fetch(url, { cache: "no-store" }).catch(() => null);
  const html = response?.ok && !response.redirected ? await response.text() : "";
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.getElementById("viewer");
  if (!fresh) {
    location.assign(url);
    return null;
  }
  document.getElementById("viewer").replaceWith(document.adoptNode(fresh));
  document.title = page.title;
  history.pushState(null, "", url);
  document.getElementById("main").focus({ preventScroll: true });
  return fresh;
}

addEventListener("popstate", () => location.reload());
