// What the page knows: the last delta, messages by chat, who looks, what is read.

const stored = (key, fallback) => {
  try {
    return JSON.parse(sessionStorage.getItem(key)) ?? fallback;
  } catch {
    return fallback;
  }
};

export const state = {
  viewer: stored("viewer", 0),
  version: 0,
  epoch: 0,
  bot: null,
  people: [],
  chats: [],
  joinable: [],
  faults: [],
  suppliers: [],
  rateLimits: false,
  messages: new Map(),
  selected: stored("selected", {}),
  read: stored("read", {}),
};

export const threadKey = (chatId, topic) => `${chatId}:${topic ?? ""}`;

export function apply(delta) {
  if (delta.epoch !== state.epoch) {
    state.messages.clear();
    if (state.epoch) state.read = {};
  }
  Object.assign(state, {
    version: delta.version,
    epoch: delta.epoch,
    bot: delta.bot,
    people: delta.people,
    chats: delta.chats,
    joinable: delta.joinable,
    faults: delta.faults,
    suppliers: delta.suppliers,
    rateLimits: delta.rate_limits,
  });
  for (const message of delta.messages) {
    if (!state.messages.has(message.chat_id)) state.messages.set(message.chat_id, new Map());
    const chat = state.messages.get(message.chat_id);
    if (message.deleted) chat.delete(message.id);
    else chat.set(message.id, message);
    if (chat.size > 500) chat.delete(chat.keys().next().value);
  }
}

export function forget() {
  state.version = 0;
  state.messages.clear();
}

export function become(viewer) {
  state.viewer = viewer;
  sessionStorage.setItem("viewer", JSON.stringify(viewer));
  forget();
}

/** The open thread of the present person: {chat, topic}; their private chat to begin with. */
export function selection() {
  const [chatId, topic] = (state.selected[state.viewer] ?? threadKey(state.viewer)).split(":");
  const chat = state.chats.find((each) => String(each.id) === chatId) ?? state.chats[0];
  const known = chat?.topics.some((each) => String(each.id) === topic);
  return { chat, topic: known ? Number(topic) : null };
}

export function select(chatId, topic) {
  state.selected[state.viewer] = threadKey(chatId, topic);
  sessionStorage.setItem("selected", JSON.stringify(state.selected));
}

export function thread(chat, topic) {
  const all = [...(state.messages.get(chat.id)?.values() ?? [])];
  return all.filter((message) => (message.topic ?? null) === (topic ?? null)).sort((a, b) => a.id - b.id);
}

const readKey = (chat, topic) => `${state.viewer}/${threadKey(chat.id, topic)}`;

export function unread(chat, topic) {
  const seen = state.read[readKey(chat, topic)] ?? 0;
  const fresh = (m) => m.id > seen && m.from.id !== state.viewer && !Object.keys(m.service).length;
  return thread(chat, topic).filter(fresh).length;
}

export function markRead(chat, topic) {
  const last = thread(chat, topic).at(-1);
  if (!last || document.hidden) return;
  state.read[readKey(chat, topic)] = last.id;
  sessionStorage.setItem("read", JSON.stringify(state.read));
}
