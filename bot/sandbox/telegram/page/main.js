// The page's beginning: one long poll, and everything drawn from what it brings.

import { get, post } from "./api.js";
import { leave, renderComposer, send, setReply, startComposer } from "./composer.js";
import { $, alertBox, avatar, toast } from "./dom.js";
import { openGroups, startGroups } from "./groups.js";
import { botLink, dropLink, linkInAddress, openedLink, openLink } from "./links.js";
import { refreshPanel, renderPanel, startPanel } from "./panel.js";
import { renderSidebar } from "./sidebar.js";
import { apply, become, markRead, select, selection, state } from "./state.js";
import { answered, renderThread, startThread } from "./thread.js";

const PATIENCE = 25;
const NARROW = matchMedia("(max-width: 1080px)");
let poll = new AbortController();
let panelOnly = false;

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function follow() {
  for (;;) {
    try {
      poll = new AbortController();
      const viewer = state.viewer;
      const wait = state.version ? PATIENCE : 0;
      const delta = await get(`/sandbox/page?viewer=${viewer}&since=${state.version}&epoch=${state.epoch}&timeout=${wait}`, poll.signal);
      $("connection").hidden = true;
      if (viewer === state.viewer) receive(delta);
    } catch (error) {
      if (error.name === "AbortError") continue;
      $("connection").hidden = false;
      await sleep(1000);
      if (error.message === "400") become(0);
    }
  }
}

function receive(delta) {
  panelOnly = delta.panel_only;
  $("app").dataset.mode = panelOnly ? "panel" : "chat";
  const first = !state.version;
  apply(delta);
  if (first) refreshPanel(panelOnly);
  if (!state.people.some((person) => person.id === state.viewer)) return changePerson(state.people[0].id);
  for (const answer of delta.answers) {
    answered(answer.query_id);
    // What was answered before this page looked is history: nobody waits for it.
    if (first) continue;
    if (answer.text && answer.show_alert) alertBox(answer.text);
    else if (answer.text) toast(answer.text);
  }
  render();
}

function render() {
  const { chat, topic } = selection();
  if (!panelOnly && chat) {
    if ($("app").dataset.view === "chat" || !matchMedia("(max-width: 720px)").matches) markRead(chat, topic);
    renderSidebar({ onPerson: changePerson, onChat: changeChat });
    renderHeader(chat, topic);
    renderThread({ onReply: (message) => setReply(message) });
    renderComposer();
  }
  renderPanel(panelOnly);
}

let typingEnds = 0;

function renderHeader(chat, topic) {
  const name = topic ? chat.topics.find((each) => each.id === topic)?.name : chat.is_forum ? "General" : null;
  $("chat-title").textContent = name ? `${chat.title}: ${name}` : chat.title;
  $("chat-avatar").replaceWith(Object.assign(avatar(chat.title, chat.kind === "private" ? state.bot.id : chat.id, chat.kind !== "private"), { id: "chat-avatar" }));
  const rest = chat.kind === "private" ? `bot, as ${state.people.find((person) => person.id === state.viewer)?.first_name}` : `${chat.members} members`;
  const away = chat.standing === "member" ? rest : "the bot is not in this group";
  $("chat-subtitle").textContent = chat.typing ? "typing…" : away;
  $("chat-subtitle").classList.toggle("typing", chat.typing);
  clearTimeout(typingEnds);
  if (chat.typing) {
    typingEnds = setTimeout(() => {
      $("chat-subtitle").textContent = away;
      $("chat-subtitle").classList.remove("typing");
    }, 5000);
  }
}

function changePerson(viewer) {
  become(viewer);
  leave();
  // Whoever opens a link meets the bot in private first.
  if (openedLink()) select(viewer, null);
  poll.abort();
}

function changeChat(chatId, topic) {
  leave();
  select(chatId, topic);
  $("app").dataset.view = "chat";
  render();
  $("messages").scrollTop = $("messages").scrollHeight;
  if (!matchMedia("(max-width: 720px)").matches) $("text").focus();
}

async function startBot() {
  const link = openedLink();
  if (link?.kind === "startgroup") return chooseGroup(link);
  if (!(await post(`/sandbox/users/${state.viewer}/start`, { parameter: link?.parameter ?? "" }))) return;
  dropLink();
  changeChat(state.viewer, null);
}

function showLink(link) {
  openLink(link);
  changeChat(state.viewer, null);
  if (link.kind === "startgroup") chooseGroup(link);
}

function chooseGroup(link = null) {
  openGroups({
    chosen: link,
    onDone: (chatId, followed) => {
      if (followed) dropLink();
      // The next news brings the group, if it is new; it is open then.
      changeChat(chatId ?? state.viewer, null);
    },
  });
}

async function newPerson() {
  const person = await post("/sandbox/users");
  if (person) changePerson(person.id);
}

function pasteLink(event) {
  event.preventDefault();
  const link = botLink($("link").value.trim());
  if (!link) return toast("This is no link of the bot.");
  $("link").value = "";
  showLink(link);
}

function togglePanel(open) {
  $("app").dataset.panel = open ? "open" : "closed";
  $("panel-toggle").setAttribute("aria-expanded", String(open));
  $("panel-toggle").setAttribute("aria-label", open ? "Hide panel" : "Show panel");
  if (open) {
    renderPanel(panelOnly);
    refreshPanel(panelOnly);
  }
}

function start() {
  openLink(linkInAddress());
  startThread({ onCommand: (text) => send(text), onLink: showLink });
  startComposer({ onStart: startBot });
  startGroups();
  $("new-person").addEventListener("click", newPerson);
  $("open-groups").addEventListener("click", () => chooseGroup());
  $("opener").addEventListener("submit", pasteLink);
  $("language").addEventListener("change", (event) => post(`/sandbox/users/${state.viewer}`, { language_code: event.target.value }));
  $("back").addEventListener("click", () => { $("app").dataset.view = "list"; render(); });
  $("panel-toggle").addEventListener("click", () => togglePanel($("app").dataset.panel !== "open"));
  $("panel-from-list").addEventListener("click", () => togglePanel(true));
  $("panel-close").addEventListener("click", () => { togglePanel(false); $("panel-toggle").focus(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && state.version) render(); });
  togglePanel(!NARROW.matches);
  startPanel(() => panelOnly);
  follow();
}

start();
