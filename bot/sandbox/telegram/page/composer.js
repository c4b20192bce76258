// Writing: text, replies (also the ones a bot asks for), commands, files.

import { post } from "./api.js";
import { $, el } from "./dom.js";
import { dropLink, linkText, openedLink } from "./links.js";
import { selection, state, thread } from "./state.js";

const MOST_IN_A_MESSAGE = 4096;

let replyTo = null;
let asked = new Set();

export function setReply(message, { focus = true, placeholder = "" } = {}) {
  replyTo = message;
  $("reply-bar").hidden = !message;
  if (message) {
    $("reply-name").textContent = `Reply to ${message.from.name}`;
    $("reply-text").textContent = message.text || message.document?.name || "Photo";
  }
  $("text").placeholder = placeholder || "Message";
  if (message && focus) $("text").focus({ preventScroll: true });
}

/** Follow what changed: the start button, the answer a bot waits for, a reply whose message is gone. */
export function renderComposer() {
  const { chat, topic } = selection();
  if (!chat) return;
  const link = chat.kind === "private" ? openedLink() : null;
  const canStart = chat.kind === "private" && (!chat.started || chat.blocked || Boolean(link));
  $("start").hidden = !canStart;
  $("start").textContent = link?.kind === "startgroup" ? "Add to a group" : chat.blocked ? "Unblock and restart" : "Start";
  renderLink(link);
  document.querySelector("#composer .line").hidden = canStart;
  const messages = thread(chat, topic);
  if (replyTo && !messages.some((message) => message.id === replyTo.id)) setReply(null);
  const last = messages.filter((message) => message.from.is_bot).at(-1);
  const answered = last && messages.some((message) => message.id > last.id && message.from.id === state.viewer);
  const key = last && `${state.epoch}/${state.viewer}/${chat.id}/${last.id}`;
  if (last?.force_reply && !answered && !asked.has(key) && isAsked(last, chat)) {
    asked.add(key);
    setReply(last, { placeholder: last.force_reply.placeholder });
  }
}

function renderLink(link) {
  $("link-bar").hidden = !link;
  if (!link) return;
  const me = state.people.find((person) => person.id === state.viewer);
  $("link-text").textContent = linkText(link);
  $("link-hint").textContent = `Opened as ${me?.first_name}. Anybody on the left can open it instead.`;
}

/** A selective question is for the person replied to or mentioned by name. */
function isAsked(message, chat) {
  if (!message.force_reply.selective || chat.kind === "private") return true;
  const me = state.people.find((person) => person.id === state.viewer);
  const mentioned = me?.username && message.text.toLowerCase().includes(`@${me.username.toLowerCase()}`);
  const named = message.entities.some((entity) => entity.user?.id === state.viewer);
  return message.reply_to?.from_id === state.viewer || Boolean(mentioned) || named;
}

/** The person or thread changed: nothing half-written moves along. */
export function leave() {
  asked = new Set();
  setReply(null);
  closeCommands();
}

export async function send(text, extra = {}) {
  const { chat, topic } = selection();
  if (!chat || (!text.trim() && !extra.document && !extra.photo)) return null;
  const body = { user_id: state.viewer, text, topic, reply_to: replyTo?.id ?? null, ...extra };
  const sent = await post(`/sandbox/chats/${chat.id}/messages`, body);
  if (sent) {
    setReply(null);
    $("messages").scrollTop = $("messages").scrollHeight;
  }
  return sent;
}

/** What one message cannot hold goes out as several, as Telegram's own apps send it; no character is cut in two. */
function pieces(text) {
  const found = [""];
  for (const character of text) {
    if (found.at(-1).length + character.length > MOST_IN_A_MESSAGE) found.push("");
    found[found.length - 1] += character;
  }
  return found.filter((piece) => piece.trim());
}

async function submit() {
  const field = $("text");
  const waiting = pieces(field.value);
  field.value = "";
  while (waiting.length && (await send(waiting[0]))) waiting.shift();
  if (waiting.length) field.value = waiting.join("");
  closeCommands();
}

async function sendFile(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  const upload = { name: file.name, mime_type: file.type, content_base64: btoa(binary) };
  const kind = file.type.startsWith("image/") ? "photo" : "document";
  if (await send($("text").value, { [kind]: upload })) $("text").value = "";
}

function closeCommands() {
  $("command-list").hidden = true;
  $("commands").setAttribute("aria-expanded", "false");
}

function openCommands(filter = "") {
  const commands = (selection().chat?.commands ?? []).filter(({ command }) => command.startsWith(filter));
  if (filter && !commands.length) {
    closeCommands();
    return;
  }
  const items = commands.map(({ command, description }) =>
    el("button", { type: "button", role: "menuitem", onclick: () => choose(command) }, el("b", {}, `/${command}`), el("span", {}, description)));
  $("command-list").replaceChildren(...(items.length ? items : [el("p", {}, "The bot offers no commands here.")]));
  $("command-list").hidden = false;
  $("commands").setAttribute("aria-expanded", "true");
}

async function choose(command) {
  closeCommands();
  $("text").value = "";
  setReply(null);
  await send(`/${command}`);
  $("text").focus();
}

function moveInCommands(event) {
  const items = [...$("command-list").children];
  const at = items.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") {
    closeCommands();
    $("commands").focus();
  } else if (step && items.length) {
    event.preventDefault();
    items[(at + step + items.length) % items.length].focus();
  }
}

export function startComposer({ onStart }) {
  $("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  $("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    } else if (event.key === "Escape") {
      if ($("command-list").hidden) setReply(null);
      closeCommands();
    } else if (event.key === "ArrowUp" && !$("command-list").hidden) {
      event.preventDefault();
      $("command-list").lastElementChild.focus();
    }
  });
  $("text").addEventListener("input", () => {
    const typed = /^\/(\w*)$/.exec($("text").value);
    if (typed) openCommands(typed[1]);
    else closeCommands();
  });
  $("commands").addEventListener("click", () => {
    if (!$("command-list").hidden) return closeCommands();
    openCommands();
    $("command-list").querySelector("button")?.focus();
  });
  $("command-list").addEventListener("keydown", moveInCommands);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#composer")) closeCommands();
  });
  $("reply-cancel").addEventListener("click", () => setReply(null));
  $("start").addEventListener("click", () => onStart());
  $("link-drop").addEventListener("click", () => {
    dropLink();
    renderComposer();
  });
  $("file").addEventListener("change", async () => {
    const [file] = $("file").files;
    if (file) await sendFile(file);
    $("file").value = "";
  });
}
