// Put on record how this screen shows greys: the server keeps it with the case that is opened, or by itself.

import { call } from "./api.js";
import { record } from "./log.js";

/** Tell the server; rejects when it does not keep it. */
export async function tellDisplay(found) {
  const check = {
    device_pixel_ratio: devicePixelRatio,
    page_zoom: visualViewport?.scale ?? 1,
    screen_width: screen.width,
    screen_height: screen.height,
    colour_depth: screen.colorDepth,
    ...found,
  };
  record("display_check", check);
  const { displayChecksUrl } = document.querySelector("[data-display-checks-url]").dataset;
  return call("POST", displayChecksUrl, check);
}
