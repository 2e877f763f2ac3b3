// A person's initials on their colour, darkened until white can be read on it.

import { Icon, cx, html } from "./dom.js";

const channels = (color) => [0, 2, 4].map((at) => parseInt(color.slice(at, at + 2), 16));
const linear = (value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
const luminance = ([red, green, blue]) => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);

function readable(color) {
  let rgb = channels(/^[0-9a-f]{6}$/i.test(color) ? color : "5d6167");
  while (luminance(rgb) > 0.165) rgb = rgb.map((value) => Math.round(value * 0.9));
  return `rgb(${rgb.join(" ")})`;
}

export function Avatar({ who, app, small }) {
  const isApp = app || who?.is_bot;
  const name = who?.real_name || who?.name || "?";
  const initials = name.split(/\s+/).slice(0, 2).map((word) => [...word][0]).join("").toUpperCase();
  const looks = isApp ? {} : { background: readable(who?.color) };
  return html`<span class=${cx("avatar", small && "small", isApp && "is-app")} style=${looks} aria-hidden="true">${isApp ? html`<${Icon} name="box" />` : initials}</span>`;
}
