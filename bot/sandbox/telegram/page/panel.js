// The right column: suppliers, and what can go wrong with Telegram.

import { get, post } from "./api.js";
import { $, el } from "./dom.js";
import { clock } from "./format.js";
import { renderFaults } from "./faults.js";
import { state } from "./state.js";

const EVERY = 1500;
const FAULTS = "telegram";
let chosen = "";
let panels = [];
let opened = new Set();

export function renderPanel(panelOnly = false) {
  if (!state.version) return;
  const tabs = [...state.suppliers, ...(panelOnly ? [] : [FAULTS])];
  if (!tabs.includes(chosen)) chosen = tabs[0] ?? "";
  const titles = tabs.map((name) => [name, name === FAULTS ? "Telegram" : panels.find((each) => each.name === name)?.panel?.title ?? name]);
  const shown = JSON.stringify([titles, chosen]);
  if ($("tabs").dataset.shown !== shown) {
    $("tabs").dataset.shown = shown;
    $("tabs").replaceChildren(...titles.map(([name, title]) => el("button", {
      type: "button", role: "tab", "aria-selected": String(name === chosen), onclick: () => open(name, panelOnly),
    }, title)));
  }
  if (chosen === FAULTS) renderFaults($("panel-body"));
  else renderSupplier();
}

function open(name, panelOnly) {
  chosen = name;
  delete $("panel-body").dataset.shown;
  $("panel-body").replaceChildren();
  renderPanel(panelOnly);
}

export function startPanel(panelOnly) {
  const again = async () => {
    await refreshPanel(panelOnly());
    setTimeout(again, EVERY);
  };
  again();
}

/** Ask the suppliers how they are, if anybody is looking. */
export async function refreshPanel(panelOnly) {
  if (document.hidden || !$("panel").getClientRects().length || !state.suppliers.length) return;
  try {
    panels = (await get("/panel/suppliers")).suppliers;
  } catch {
    // The page already says that the sandbox does not answer; the next round tries again.
    return;
  }
  renderPanel(panelOnly);
}

function renderSupplier() {
  const body = $("panel-body");
  const entry = panels.find((each) => each.name === chosen);
  if (!entry) return;
  // A person who is typing a number or choosing from a list is not interrupted by fresh data.
  if (body.contains(document.activeElement) && document.activeElement.matches("input:not([role=switch]), select")) return;
  const shown = JSON.stringify(entry);
  if (body.dataset.shown === shown) return;
  body.dataset.shown = shown;
  const focus = document.activeElement?.dataset?.focus;
  const scrolled = body.querySelector(".orders-frame")?.scrollTop ?? 0;
  body.replaceChildren(...(entry.available ? sections(entry) : [el("p", { className: "empty" }, "This supplier’s sandbox does not answer.")]));
  if (focus) body.querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.focus({ preventScroll: true });
  const frame = body.querySelector(".orders-frame");
  if (frame) frame.scrollTop = scrolled;
}

function sections({ name, panel }) {
  const send = async (path, body) => {
    const answer = await post(`/panel/suppliers/${name}${path}`, body);
    // What was refused must not stay in its field as if it held.
    if (!answer) delete $("panel-body").dataset.shown;
    await refreshPanel($("app").dataset.mode === "panel");
  };
  return [
    el("section", {}, el("dl", { className: "facts" }, (panel.facts ?? []).map(fact))),
    el("section", {}, el("h2", {}, "Orders at the supplier"), orders(panel.orders ?? [], send)),
    el("section", {}, el("h2", {}, "Behaviour"), groups(panel.switches ?? [], send)),
  ];
}

function fact({ label, value }) {
  return el("div", { className: String(value).length > 24 ? "wide" : "" }, el("dt", {}, label), el("dd", {}, String(value)));
}

function orders(list, send) {
  if (!list.length) return el("p", { className: "empty" }, "No orders yet. Order something in the chat.");
  const head = el("thead", { className: "visually-hidden" }, el("tr", {}, el("th", { scope: "col" }, "Order"), el("th", { scope: "col" }, "Status and price")));
  return el("div", { className: "orders-frame", tabindex: "0", role: "region", "aria-label": "Orders" },
    el("table", { className: "orders" }, head, list.map((order) => orderRows(order, send))));
}

const TONES = [[/^(completed|delivered|success)/, "good"], [/^(failed|rejected|cancel|error)/, "bad"], [/^(partial|pending|processing|held|on_review)/, "open"]];
const tone = (status) => TONES.find(([pattern]) => pattern.test(status))?.[1] ?? "";

function orderRows(order, send) {
  const refund = Number(order.refund) ? el("small", {}, `refund ${order.refund}`) : null;
  const when = order.created_at ? clock(order.created_at) : "";
  return el("tbody", {},
    el("tr", {},
      el("th", { scope: "row" }, el("b", {}, `${order.item}`), el("small", {}, [`× ${order.quantity}`, order.reference, when].filter(Boolean).join(" · "))),
      el("td", {}, el("span", { className: `pill ${tone(order.status)}` }, order.status), el("small", {}, String(order.price)), refund)),
    order.actions?.length ? el("tr", {}, el("td", { colspan: "2" }, el("div", { className: "actions" },
      order.actions.map((action) => actionButton(action, send, `${order.id}/${action.label}`))))) : null);
}

function actionButton({ label, path, body, help }, send, focus) {
  const harm = /^(fail|reset|drop|lose)/i.test(label);
  return el("button", { type: "button", className: `action${harm ? " harm" : ""}`, title: help, "data-focus": focus, onclick: () => send(path, body ?? {}) }, label);
}

function groups(switches, send) {
  const byGroup = new Map();
  for (const each of switches) {
    const group = each.group ?? "Switches";
    byGroup.set(group, [...(byGroup.get(group) ?? []), each]);
  }
  return [...byGroup].map(([group, members], index) => details(group, members, send, index === 0));
}

function details(group, members, send, first) {
  const key = `${chosen}/${group}`;
  if (first && !opened.has(`seen ${chosen}`)) opened.add(key).add(`seen ${chosen}`);
  const actions = members.filter((each) => each.kind === "action");
  return el("details", { open: opened.has(key), ontoggle: (event) => (event.target.open ? opened.add(key) : opened.delete(key)) },
    el("summary", { "data-focus": key }, group),
    el("div", { className: "switches" },
      members.filter((each) => each.kind !== "action").map((each) => control(each, send)),
      actions.length ? el("div", { className: "actions" }, actions.map((each) => actionButton(each, send, `action ${each.name}`))) : null));
}

function control(item, send) {
  const set = (value) => send(item.path, { ...(item.body ?? {}), name: item.name, value });
  const shared = { "data-focus": `switch ${item.name}` };
  let input;
  if (item.kind === "toggle") {
    input = el("input", { ...shared, type: "checkbox", role: "switch", checked: Boolean(item.value), onchange: (event) => set(event.target.checked) });
  } else if (item.kind === "choice") {
    input = el("select", { ...shared, onchange: (event) => { event.target.blur(); set(event.target.value); } },
      (item.choices ?? []).map((choice) => el("option", { value: String(choice), selected: choice === item.value }, String(choice).replaceAll("_", " "))));
  } else {
    input = el("input", { ...shared, type: "number", step: "any", value: String(item.value ?? ""), onchange: (event) => { event.target.blur(); set(Number(event.target.value)); } });
  }
  return el("label", { className: "switch" }, el("span", {}, item.label), input, item.help ? el("small", {}, item.help) : null);
}
