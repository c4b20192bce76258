// Telegram's bad days, on demand.

import { post } from "./api.js";
import { el } from "./dom.js";
import { selection, state } from "./state.js";

const closed = new Set();

const fault = (kind, body = {}) => post(`/sandbox/faults/${kind}`, body);

export function renderFaults(body) {
  const { chat, topic } = selection();
  if (!chat) return;
  const me = state.people.find((person) => person.id === state.viewer);
  const shown = JSON.stringify(["faults", state.faults, state.rateLimits, me, { ...chat, typing: 0, commands: 0 }, topic]);
  if (body.dataset.shown === shown) return;
  body.dataset.shown = shown;
  const focus = document.activeElement?.dataset?.focus;
  body.replaceChildren(el("section", {}, el("h2", {}, "Going wrong now"), active()), ...groups(chat, topic, me));
  if (focus) body.querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.focus({ preventScroll: true });
}

function active() {
  const lines = state.faults.map(sentence);
  if (!lines.length) return el("p", { className: "empty" }, "Nothing. Telegram is having a good day.");
  return el("ul", { className: "active-faults" }, lines.map((line) => el("li", {}, line)));
}

function sentence({ kind, chat_id: chatId, seconds, how, delay, method, calls }) {
  const where = chatId ? `chat ${chatId}` : "every chat";
  const texts = {
    flood: `Flood wait in ${where}, up to ${seconds} s`,
    outage: how === "drop" ? `Connections break, up to ${seconds} s` : `Telegram answers 502, up to ${seconds} s`,
    slow: `Replies take ${delay} s longer, up to ${seconds} s`,
    "drop-reply": `The next ${calls === 1 ? "reply" : `${calls} replies`} to ${method === "*" ? "any call" : method} will be lost`,
  };
  return texts[kind] ?? kind;
}

function groups(chat, topic, me) {
  const isPrivate = chat.kind === "private";
  const away = chat.standing !== "member";
  const place = { chat_id: chat.id };
  return [
    group("The wire", [
      action("Break connections, 10 s", () => fault("outage", { how: "drop", seconds: 10 })),
      action("Answer 502, 10 s", () => fault("outage", { how: "status", seconds: 10 })),
      action("Slow replies, 30 s", () => fault("slow", { delay: 2, seconds: 30 })),
      action("Lose the next reply", () => fault("drop-reply", { calls: 1 })),
      action("Lose the next sendMessage reply", () => fault("drop-reply", { method: "sendMessage", calls: 1 })),
      action("Deliver the last update again", () => fault("redeliver", { count: 1 })),
    ]),
    group("Flood", [
      action("Flood wait in this chat, 10 s", () => fault("flood", { ...place, seconds: 10 })),
      action("Flood wait everywhere, 10 s", () => fault("flood", { seconds: 10 })),
    ], toggle("Enforce Telegram’s sending limits", state.rateLimits, (on) => fault("rate-limits", { on }))),
    group(`This person: ${me?.first_name ?? ""}`, [
      me?.blocks_bot
        ? action("Unblock the bot", () => fault("unblock", { user_id: me.id }))
        : action("Block the bot", () => fault("block", { user_id: me.id })),
      me?.deactivated
        ? action("Restore the account", () => fault("reactivate", { user_id: me.id }))
        : action("Delete the account", () => fault("deactivate", { user_id: me.id })),
    ], null, "person"),
    group(isPrivate ? "Groups" : `This group: ${chat.title}`, [
      isPrivate ? null : away
        ? action("Add the bot", () => fault("restore", { ...place, user_id: state.viewer }))
        : action("Remove the bot", () => fault("kick", { ...place, user_id: state.viewer })),
      chat.kind === "group" && !chat.migrated_to ? action("Upgrade to a supergroup", () => fault("migrate", place)) : null,
      topic ? action("Delete this topic", () => fault("delete-topic", { ...place, topic })) : null,
      chat.is_forum ? action("Open a topic", () => post(`/sandbox/chats/${chat.id}/topics`, { user_id: state.viewer, name: "Shop" })) : null,
      action("New plain group", () => post("/sandbox/chats", { title: "Weekend Players", kind: "group" })),
    ], null, "group"),
    el("div", { className: "actions" }, el("h2", { className: "visually-hidden" }, "Everything"),
      action("End all faults", () => fault("clear")), action("Reset this Telegram", () => post("/sandbox/reset"))),
  ];
}

function group(title, actions, extra = null, key = title) {
  return el("details", { open: !closed.has(key), ontoggle: (event) => (event.target.open ? closed.delete(key) : closed.add(key)) },
    el("summary", { "data-focus": `group ${key}` }, title),
    el("div", { className: "switches" }, el("div", { className: "actions" }, actions), extra));
}

function action(label, act) {
  return el("button", { type: "button", className: "action", "data-focus": `fault ${label}`, onclick: act }, label);
}

function toggle(label, value, set) {
  return el("label", { className: "switch" }, el("span", {}, label),
    el("input", { type: "checkbox", role: "switch", checked: value, onchange: (event) => set(event.target.checked) }));
}
