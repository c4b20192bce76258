// Groups: choosing one for the bot, making, joining and leaving them.

import { post } from "./api.js";
import { $, avatar, el } from "./dom.js";
import { linkText } from "./links.js";
import { state } from "./state.js";

let link = null;
let done = () => {};

/** Show the groups of this person: to manage them, or to choose the one that a link adds the bot to. */
export function openGroups({ chosen = null, onDone }) {
  link = chosen;
  done = onDone;
  $("groups-title").textContent = link ? `Add ${state.bot.first_name} to a group` : "Groups";
  $("groups-hint").textContent = link ? linkText(link) : "";
  $("group-bot").closest("label").hidden = Boolean(link);
  $("groups-list").replaceChildren(...rows());
  if (!$("groups").open) $("groups").showModal();
}

function rows() {
  const mine = state.chats.filter((chat) => chat.kind !== "private" && !chat.migrated_to);
  if (link) return mine.map((chat) => row(chat, "Add here", () => follow(chat.id)));
  return [
    ...mine.map((chat) => row(chat, "Leave", () => act(`/sandbox/chats/${chat.id}/leave`, null))),
    ...state.joinable.map((chat) => row(chat, "Join", () => act(`/sandbox/chats/${chat.id}/join`, chat.id))),
  ];
}

function row(chat, label, onclick) {
  return el("button", { type: "button", className: "group-row", "aria-label": `${label}: ${chat.title}`, onclick },
    avatar(chat.title, chat.id, true), el("span", {}, chat.title), el("em", {}, label));
}

async function act(path, chatId) {
  if (await post(path, { user_id: state.viewer })) finish(chatId);
}

async function follow(chatId) {
  const sent = await post(`/sandbox/users/${state.viewer}/startgroup`, { chat_id: chatId, parameter: link.parameter });
  if (sent) finish(chatId);
}

async function make() {
  const topics = $("group-topics").checked;
  const made = await post("/sandbox/chats", {
    title: $("group-name").value.trim(), kind: topics ? "supergroup" : "group", is_forum: topics,
    members: [state.viewer], bot: !link && $("group-bot").checked,
  });
  if (!made) return;
  $("group-name").value = "";
  if (link) await follow(made.id);
  else finish(made.id);
}

function finish(chatId) {
  $("groups").close();
  done(chatId, Boolean(link));
}

export function startGroups() {
  $("new-group").addEventListener("submit", (event) => {
    event.preventDefault();
    make();
  });
  $("groups-close").addEventListener("click", () => $("groups").close());
}
