// Building elements, and what is shown above the page: toasts and alerts.

export const $ = (id) => document.getElementById(id);

/** Make an element. Properties that begin with "on" are listeners; null children are left out. */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && typeof value !== "string") node[name] = value;
    else node.setAttribute(name === "className" ? "class" : name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

export function avatar(name, id, isGroup = false) {
  const tint = Math.abs(id) % 6;
  return el("span", { className: `avatar tint${tint}${isGroup ? " group" : ""}`, "aria-hidden": "true" }, [...name][0] ?? "?");
}

export function toast(text) {
  const note = el("div", { className: "toast" }, text);
  $("toasts").append(note);
  setTimeout(() => note.remove(), Math.min(6000, 2200 + text.length * 40));
}

export function alertBox(text) {
  $("alert-text").textContent = text;
  if (!$("alert").open) $("alert").showModal();
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without a secure context or permission there is no clipboard API: the old way works everywhere.
    const field = el("textarea", { className: "visually-hidden", value: text });
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  toast("Copied");
}

/** Make something that is not a button work like one, by mouse and keyboard. */
export function onActivate(root, selector, act) {
  root.addEventListener("click", (event) => {
    const target = event.target.closest(selector);
    if (target && root.contains(target)) act(target, event);
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    if (!event.target.matches(selector) || event.target.tagName === "BUTTON") return;
    event.preventDefault();
    act(event.target, event);
  });
}
