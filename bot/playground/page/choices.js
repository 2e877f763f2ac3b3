// What the menus of Block Kit offer, and how a choice is written down: one table for all ten kinds of them.

import { html } from "./dom.js";
import { Avatar } from "./avatar.js";
import { plain } from "./mrkdwn.js";
import { person, state, titleOf } from "./store.js";

const KEYS = {
  static_select: "option", external_select: "option", users_select: "user", conversations_select: "conversation", channels_select: "channel",
};
const single = (element) => element.type.replace("multi_", "");
/** `selected_option`, `initial_users`…: the property this element keeps its choice, or its first choice, under. */
const property = (element, prefix) => `${prefix}_${KEYS[single(element)]}${element.type.startsWith("multi_") ? "s" : ""}`;

export const optionItem = (option) => ({ key: option.value, text: plain(option.text), hint: option.description && plain(option.description), kept: option });
export const personItem = (one) => ({ key: one.id, text: one.real_name, hint: `@${one.name}`, kept: one.id, icon: html`<${Avatar} who=${one} small />` });
const channelItem = (one) => ({ key: one.id, text: one.kind === "im" || one.kind === "mpim" ? titleOf(one) : `#${one.name}`, hint: one.topic || undefined, kept: one.id });
const placeItem = (id) => {
  const channel = state.channels.find((one) => one.id === id);
  return channel ? channelItem(channel) : { key: id, text: id, kept: id };
};

export const peopleItems = ({ bots = true } = {}) => state.people.filter((one) => (bots || !one.is_bot) && one.id !== "USLACKBOT").map(personItem);

function allowed({ filter }) {
  const include = filter?.include || ["im", "mpim", "private", "public"];
  return state.channels.filter((one) => include.includes(one.kind) && !one.is_archived && !(filter?.exclude_external_shared_channels && one.is_ext_shared) && !(filter?.exclude_bot_users && one.is_app));
}

/** The groups of items that a menu offers from the start; undefined where the app is asked for them. */
export function choicesFor(element) {
  switch (single(element)) {
    case "static_select":
      return (element.option_groups || [{ options: element.options || [] }]).map((group) => ({ label: group.label && plain(group.label), items: group.options.map(optionItem) }));
    case "users_select":
      return [{ items: peopleItems() }];
    case "conversations_select":
      return [{ items: allowed(element).map(channelItem) }];
    case "channels_select":
      return [{ items: state.channels.filter((one) => one.kind === "public" && !one.is_archived).map(channelItem) }];
    default:
      return undefined;
  }
}

/** What is chosen: `own` as the person left it, or as the element began. */
export function itemsOf(element, own) {
  let kept = own ? own[property(element, "selected")] : element[property(element, "initial")];
  if (!own && !kept && element.default_to_current_conversation && state.place) kept = element.type.startsWith("multi_") ? [state.place] : state.place;
  const all = [kept ?? []].flat();
  const kind = KEYS[single(element)];
  return all.map(kind === "option" ? optionItem : kind === "user" ? (id) => personItem(person(id) || { id, real_name: id, name: id }) : placeItem);
}

/** The value to send for what is chosen. */
export function fromItems(element, items) {
  const kept = items.map((item) => item.kept);
  return { [property(element, "selected")]: element.type.startsWith("multi_") ? kept : kept[0] ?? null };
}
