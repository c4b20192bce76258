// The left column: who looks, their language, their chats.

import { $, avatar, el } from "./dom.js";
import { clock } from "./format.js";
import { selection, state, thread, unread } from "./state.js";

export function renderSidebar({ onPerson, onChat }) {
  renderPeople(onPerson);
  const me = state.people.find((person) => person.id === state.viewer);
  $("language").value = me?.language_code ?? "en";
  renderChats(onChat);
}

function renderPeople(onPerson) {
  const shown = JSON.stringify([state.viewer, state.people]);
  if ($("people").dataset.shown === shown) return;
  const focused = $("people").contains(document.activeElement);
  $("people").dataset.shown = shown;
  $("people").replaceChildren(...state.people.map((person) => personButton(person, onPerson)));
  if (focused) $("people").querySelector('[aria-checked="true"]')?.focus();
}

function personButton(person, onPerson) {
  const chosen = person.id === state.viewer;
  const trouble = person.deactivated ? "deleted" : person.blocks_bot ? "blocks the bot" : null;
  const role = trouble ?? (person.note || (person.is_admin ? "admin" : "user"));
  return el("button", {
    type: "button", className: "person", role: "radio", "aria-checked": String(chosen), tabindex: chosen ? "0" : "-1",
    "aria-label": `${person.first_name}, ${role}`,
    onclick: () => onPerson(person.id),
    onkeydown: (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const at = state.people.indexOf(state.people.find((each) => each.id === person.id));
      onPerson(state.people[(at + step + state.people.length) % state.people.length].id);
    },
  }, avatar(person.first_name, person.id), el("span", {}, person.first_name, el("em", { title: role }, role)));
}

function renderChats(onChat) {
  const active = document.activeElement?.dataset?.thread;
  $("chats").replaceChildren(...state.chats.flatMap((chat) => chatRows(chat, onChat)));
  if (active) $("chats").querySelector(`[data-thread="${active}"]`)?.focus();
}

function chatRows(chat, onChat) {
  if (!chat.is_forum) return [row(chat, null, onChat, avatar(chat.title, chat.kind === "private" ? state.bot.id : chat.id, chat.kind !== "private"), chat.title)];
  const name = el("div", { className: "group-name" }, avatar(chat.title, chat.id, true),
    el("div", {}, el("span", {}, chat.title), el("small", {}, `${chat.members} members, topics`)));
  const topics = [{ id: null, name: "General" }, ...chat.topics];
  return [name, ...topics.map((topic) => row(chat, topic.id, onChat, el("span", { className: "hash", "aria-hidden": "true" }, "#"), topic.name))];
}

function row(chat, topic, onChat, picture, title) {
  const open = selection();
  const last = thread(chat, topic).at(-1);
  const count = unread(chat, topic);
  const current = open.chat?.id === chat.id && open.topic === topic;
  const preview = last ? (veiled(last) || last.document?.name || (last.photo ? "Photo" : "…")) : "No messages yet";
  return el("button", {
    type: "button", className: topic !== null || chat.is_forum ? "chat topic" : "chat", "aria-current": String(current),
    "data-thread": `${chat.id}:${topic ?? ""}`,
    "aria-label": `${chat.is_forum ? `${chat.title}: ` : ""}${title}${count ? `, ${count} unread` : ""}`,
    onclick: () => onChat(chat.id, topic),
  },
  picture,
  el("span", { className: "lines" }, el("span", { className: "name" }, title),
    chat.is_forum ? null : el("span", { className: "preview" }, preview)),
  el("span", { className: "meta" }, last ? el("time", {}, clock(last.date)) : null,
    count && !current ? el("span", { className: "badge" }, String(count)) : null));
}

/** A message in one line; what it hides is not told here either. */
function veiled(message) {
  let text = message.text;
  for (const { type, offset, length } of message.entities) {
    if (type === "spoiler") text = text.slice(0, offset) + "▒".repeat(length) + text.slice(offset + length);
  }
  return text;
}
