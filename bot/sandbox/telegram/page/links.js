// Links that open the bot, and the one that was opened but not followed yet.

import { state } from "./state.js";

const HOSTS = new Set(["t.me", "www.t.me", "telegram.me"]);

/** What a link of this bot asks for: {kind: "start" | "startgroup", parameter}; null for any other link. */
export function botLink(text) {
  let url;
  try {
    url = new URL(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`);
  } catch {
    return null;
  }
  const inApp = /^tg:\/\/resolve\b/i.test(url.href);
  if (!inApp && !HOSTS.has(url.hostname)) return null;
  const bot = inApp ? url.searchParams.get("domain") : url.pathname.replaceAll("/", "");
  if (bot?.toLowerCase() !== state.bot.username.toLowerCase()) return null;
  return asked(url.searchParams) ?? { kind: "start", parameter: "" };
}

/** What a query asks for, or null. */
function asked(query) {
  const kind = ["startgroup", "start"].find((name) => query.has(name));
  return kind ? { kind, parameter: query.get(kind) } : null;
}

let opened = null;

/** The link that waits for somebody to follow it. It stays when the person changes: that is how it is handed on. */
export const openedLink = () => opened;

export function openLink(link) {
  opened = link;
}

export function dropLink() {
  opened = null;
}

/** A link in the page's own address, as in /?start=TOKEN. */
export function linkInAddress() {
  const link = asked(new URLSearchParams(location.search));
  if (link) history.replaceState(null, "", "/");
  return link;
}

export function linkText({ kind, parameter }) {
  return `t.me/${state.bot.username}?${kind}=${parameter}`;
}
