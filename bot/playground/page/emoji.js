// Emoji by their codes: the ones people use, not all of them. A code that is not here stays as it was written.

const table = await fetch("emoji.txt").then((answer) => answer.text());
const EMOJI = new Map(table.trim().split("\n").map((line) => line.split(" ")));

/** The characters of an emoji code, without its colons; undefined when it is not known here. */
export const emoji = (name) => EMOJI.get(name.split("::")[0]);

/** `text` with every code that is known replaced. */
export const withEmoji = (text) => String(text ?? "").replace(/:([a-z0-9_+'-]+)(?:::skin-tone-\d)?:/g, (code, name) => emoji(name) ?? code);

/** Names and characters whose name contains `query`. */
export const findEmoji = (query) => [...EMOJI].filter(([name]) => name.includes(query.toLowerCase().replaceAll(":", "")));

export const USUAL = ["+1", "eyes", "white_check_mark", "heart", "tada", "joy", "raised_hands", "ticket"];
