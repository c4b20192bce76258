// The messages of the open thread.

import { post } from "./api.js";
import { $, avatar, copy, el, icon, onActivate, toast } from "./dom.js";
import { clock, day, service, size } from "./format.js";
import { botLink } from "./links.js";
import { selection, state, thread } from "./state.js";

const busy = new Map();
let shownThread = "";
let shown = new Map();
let following = true;

/** Show the thread; nodes whose message did not change stay as they are. */
export function renderThread(handlers) {
  const { chat, topic } = selection();
  if (!chat) return;
  const key = `${state.epoch}/${state.viewer}/${chat.id}:${topic ?? ""}`;
  const box = $("messages");
  const atBottom = box.scrollHeight - box.scrollTop - box.clientHeight < 90;
  const moved = key !== shownThread;
  if (moved) shown = new Map();
  shownThread = key;
  const messages = thread(chat, topic);
  const nodes = [];
  messages.forEach((message, index) => {
    const before = messages[index - 1];
    const after = messages[index + 1];
    if (!before || day(before.date) !== day(message.date)) nodes.push(separator(message));
    nodes.push(nodeOf(message, chat, joins(before, message), joins(message, after), handlers));
  });
  if (!messages.length) nodes.push(welcome(chat));
  replace(box, nodes);
  following = moved || atBottom;
  if (following) toNewest();
  showToBottom();
}

function toNewest() {
  const box = $("messages");
  box.scrollTop = box.scrollHeight;
}

/** A photo has its height only now: who was at the newest message stays there. */
function grown() {
  if (following) toNewest();
}

const joins = (a, b) => Boolean(a && b && a.from.id === b.from.id && !Object.keys(a.service).length && !Object.keys(b.service).length && day(a.date) === day(b.date));

function replace(box, nodes) {
  nodes.forEach((node, index) => {
    if (box.children[index] !== node) box.insertBefore(node, box.children[index] ?? null);
  });
  while (box.children.length > nodes.length) box.lastChild.remove();
}

function separator(message) {
  const name = day(message.date);
  const key = `day ${name}`;
  if (!shown.has(key)) shown.set(key, { node: el("div", { className: "day", role: "separator", "aria-label": name }, name) });
  return shown.get(key).node;
}

function welcome(chat) {
  const text = chat.kind === "private" ? state.bot.description || "Write to the bot, or tap Start." : "No messages here yet.";
  return el("div", { className: "welcome" }, avatar(chat.title, chat.kind === "private" ? state.bot.id : chat.id, chat.kind !== "private"), el("strong", {}, chat.title), text);
}

function nodeOf(message, chat, joinsBefore, joinsAfter, handlers) {
  const signature = `${message.version}/${joinsBefore}/${joinsAfter}`;
  const old = shown.get(message.id);
  if (old?.signature === signature) return old.node;
  const node = Object.keys(message.service).length
    ? el("div", { className: "service" }, service(message))
    : bubble(message, chat, joinsBefore, joinsAfter, handlers);
  shown.set(message.id, { signature, node });
  return node;
}

function bubble(message, chat, joinsBefore, joinsAfter, handlers) {
  const mine = message.from.id === state.viewer;
  const classes = ["message", mine && "mine", !joinsBefore && "first", !joinsAfter && "last"].filter(Boolean);
  const body = el("div", { className: "body" });
  body.innerHTML = message.html;
  const stamp = el("span", { className: "stamp" }, message.edits ? "edited " : "", el("time", { datetime: message.date }, clock(message.date)));
  const inside = el("div", { className: "bubble", onclick: (event) => tapped(event, message, handlers) },
    chat.kind !== "private" && !mine && !joinsBefore ? el("span", { className: "author" }, message.from.name) : null,
    message.reply_to ? quote(message.reply_to) : null,
    message.photo ? el("img", { className: "photo", src: message.photo.url, alt: message.text || "Photo", onload: grown }) : null,
    message.document ? documentLink(message.document) : null,
    body, stamp);
  return el("article", { className: classes.join(" "), "data-message": String(message.id), "aria-label": `${message.from.name} at ${clock(message.date)}` },
    inside,
    el("button", { type: "button", className: "icon answer", "aria-label": "Reply", onclick: () => handlers.onReply(message) }, icon("reply")),
    message.buttons.length ? keyboard(message) : null);
}

function tapped(event, message, handlers) {
  const busyElsewhere = event.target.closest("a, button, .tap-copy, .spoiler") || String(getSelection());
  if (!busyElsewhere) handlers.onReply(message);
}

function quote(reply) {
  return el("button", { type: "button", className: "quote", "aria-label": `In reply to ${reply.name}: ${reply.text}`, onclick: () => jump(reply.id) },
    el("strong", {}, reply.name), el("span", {}, reply.text));
}

function jump(id) {
  const target = document.querySelector(`[data-message="${id}"]`);
  if (!target) return;
  target.scrollIntoView({ block: "center", behavior: "smooth" });
  target.classList.add("found");
  setTimeout(() => target.classList.remove("found"), 1300);
}

function documentLink(file) {
  return el("a", { className: "document", href: file.url, download: file.name, "aria-label": `Download ${file.name}` },
    el("span", {}, icon("file")), el("span", {}, el("b", {}, file.name), el("small", {}, size(file.size))));
}

function keyboard(message) {
  return el("div", { className: "keyboard", role: "group", "aria-label": "Buttons" },
    message.buttons.map((row) => el("div", { className: "row" }, row.map((button) => key(message, button)))));
}

function key(message, button) {
  const className = `key ${button.style ?? ""}`.trim();
  if (button.url) return el("a", { className, href: button.url, target: "_blank", rel: "noopener noreferrer" }, button.text, icon("link"));
  if (button.copy_text) {
    return el("button", { type: "button", className, onclick: () => copy(button.copy_text.text) }, button.text, icon("copy"));
  }
  return el("button", { type: "button", className, onclick: (event) => press(event.currentTarget, message, button) }, button.text);
}

async function press(node, message, button) {
  if (node.classList.contains("busy")) return;
  if (!button.callback_data) {
    toast("This kind of button does nothing here.");
    return;
  }
  node.classList.add("busy");
  const query = await post(`/sandbox/chats/${message.chat_id}/press`, { user_id: state.viewer, message_id: message.id, data: button.callback_data });
  if (!query) {
    node.classList.remove("busy");
    return;
  }
  busy.set(query.query_id, node);
  setTimeout(() => answered(query.query_id), 15000);
}

/** The bot answered a tap: the button rests. */
export function answered(queryId) {
  busy.get(queryId)?.classList.remove("busy");
  busy.delete(queryId);
}

function showToBottom() {
  const box = $("messages");
  $("to-bottom").hidden = box.scrollHeight - box.scrollTop - box.clientHeight < 160;
}

export function startThread({ onCommand, onLink }) {
  const box = $("messages");
  box.addEventListener("scroll", showToBottom, { passive: true });
  $("to-bottom").addEventListener("click", () => box.scrollTo({ top: box.scrollHeight, behavior: "smooth" }));
  onActivate(box, ".spoiler:not(.shown)", (node, event) => {
    node.classList.add("shown");
    node.removeAttribute("role");
    node.removeAttribute("aria-label");
    event.stopPropagation();
  });
  onActivate(box, ".tap-copy", (node) => {
    if (!node.closest(".spoiler:not(.shown)")) copy(node.textContent);
  });
  onActivate(box, ".command", (node) => onCommand(node.textContent));
  box.addEventListener("click", (event) => {
    const anchor = event.target.closest("a[href]");
    const link = anchor && botLink(anchor.href);
    if (!link) return;
    event.preventDefault();
    onLink(link);
  });
}
