// Times, days and sizes for people.

const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hour12: false });
const DAY = new Intl.DateTimeFormat("en", { weekday: "long", day: "numeric", month: "long" });

export const clock = (iso) => TIME.format(new Date(iso));

export function day(iso) {
  const date = new Date(iso);
  const today = new Date();
  if (date.toDateString() === today.toDateString()) return "Today";
  today.setDate(today.getDate() - 1);
  return date.toDateString() === today.toDateString() ? "Yesterday" : DAY.format(date);
}

export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} kB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

const SERVICE = {
  forum_topic_created: (value) => `Topic “${value.name}” was opened`,
  new_chat_members: (value, who) => (value.some((member) => member.id === who.id) ? `${who.name} joined` : `${who.name} added ${value.map((member) => member.first_name).join(", ")}`),
  left_chat_member: (value, who) => (value.id === who.id ? `${who.name} left` : `${who.name} removed ${value.first_name}`),
  migrate_to_chat_id: () => "This group became a supergroup",
  migrate_from_chat_id: () => "This group was upgraded to a supergroup",
};

export function service(message) {
  const [kind, value] = Object.entries(message.service)[0];
  return SERVICE[kind]?.(value, message.from) ?? kind;
}
