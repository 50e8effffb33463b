// The phone: bubbles as WhatsApp draws them, and a line to write back.

import { byId, follow, keep, make, sign, withDays } from "./dom.js";
import { act, look } from "./wire.js";
import { LANGUAGE, clockOrLater, dayOnPhone, minutes, say } from "./words.js";

const talk = byId("talk");
const chat = byId("chat");
const owner = byId("owner");
const offers = byId("offers");
const end = follow(talk, byId("newer-bubbles"));
let known = new Set();
let openMessage = () => {};
let hasShown = false;
let heardAt = null;
let chosenAt = null;
let ahead = 0;

export function openPhone(onMessage) {
  openMessage = onMessage;
  owner.addEventListener("change", () => {
    hasShown = false;
    choose(owner.value);
  });
  byId("say").addEventListener("submit", async (event) => {
    event.preventDefault();
    const field = byId("saying");
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    await act("say", { phone: owner.value, text });
  });
  byId("basket").addEventListener("submit", async (event) => {
    event.preventDefault();
    const counts = [...new FormData(event.target)].map(([sku, count]) => [sku, Number(count)]);
    const items = Object.fromEntries(counts.filter(([, count]) => count > 0));
    await act("send_cart", { phone: owner.value, items });
  });
  offers.addEventListener("change", async () => {
    const done = await act("offers", { buyer: locale(), agrees: offers.checked });
    if (done === null) offers.checked = !offers.checked;
  });
  setInterval(countDown, 1_000);
  look({ phone: owner.value });
  showForm();
}

// Take up somebody's phone, by its number.
export function choose(number) {
  const digits = number.replace("+", "");
  if (![...owner.options].some((option) => option.value === digits)) return;
  if (owner.value === digits && hasShown) return;
  owner.value = digits;
  known = new Set();
  hasShown = false;
  chosenAt = heardAt;
  look({ phone: digits });
  showForm();
}

// Where whoever has this phone says yes to offers, in their language.
function showForm() {
  const form = byId("form");
  if (form === null) return;
  form.search = new URLSearchParams({ locale: locale() });
  byId("number").textContent = `+${owner.value}`;
}

// Have the newest bubble in view.
export const showNewestBubble = end.toEnd;

const locale = () => owner.selectedOptions[0].dataset.locale;

export function showPhone(news) {
  const now = new Date(news.now);
  ahead = now - Date.now();
  if (news.phones !== null) showOwners(news.phones);
  showOffers(news.offers, now);
  const items = withDays(news.bubbles, (at) => dayOnPhone(at, now, locale()));
  byId("no-chat").hidden = news.bubbles.length > 0;
  keep(chat, items, (item) => item.id, (item) => item.day ? dayLine(item) : bubbleOf(item));
  countDown();
  if (hasShown) end.grown();
  else end.toEnd();
  const arrived = news.bubbles.filter((bubble) => !bubble.is_reply && isFresh(bubble, now));
  if (arrived.length) {
    const newest = arrived.at(-1);
    byId("said").textContent = say("On the phone: %(what)s", { what: newest.header ?? newest.body });
  }
  known = new Set(news.bubbles.map((bubble) => bubble.id));
  heardAt = now;
  hasShown = true;
  return arrived.length;
}

// Of a phone that was just taken up, what has come since then; Meta tells whole seconds.
function isFresh(bubble, now) {
  if (hasShown) return !known.has(bubble.id);
  const at = new Date(bubble.at);
  return chosenAt !== null && at - chosenAt > -1000 && at <= now;
}

function showOwners(phones) {
  for (const phone of phones) {
    const option = [...owner.options].find((each) => each.value === phone.phone);
    if (option === undefined) continue;
    option.dataset.name ??= option.textContent;
    const words = phone.messages ? `${option.dataset.name} (${phone.messages})` : option.dataset.name;
    if (option.textContent !== words) option.textContent = words;
  }
}

// What was said about offers: once it is read it is so, not when it is pressed.
function showOffers(said, now) {
  offers.disabled = said === null;
  if (said === null) return;
  offers.checked = said.agreed;
  const time = said.at === null ? "" : clockOrLater(new Date(said.at), now);
  byId("offers-said").textContent = said.at === null
    ? say("Nothing was said about it: no offers are sent.")
    : said.agreed ? say("agreed at %(time)s", { time }) : say("taken back at %(time)s", { time });
}

function dayLine(item) {
  return make("li", { class: "day", lang: locale() }, make("span", {}, item.day));
}

const TICKS = {
  sending: ["wait", "", () => say("on its way")],
  unsure: ["wait", "doubt", () => say("nobody can tell whether it arrived")],
  sent: ["tick", "", () => say("sent")],
  delivered: ["ticks", "", () => say("delivered")],
  read: ["ticks", "blue", () => say("read")],
  failed: ["alert", "doubt", () => say("failed")],
};

function bubbleOf(bubble) {
  const [name, tone, words] = TICKS[bubble.ticks];
  const ticks = make("span", { class: `ticks ${tone}`, title: words() },
    sign(name), make("span", { class: "hidden" }, words()));
  const text = [
    bubble.deal ? make("span", { class: "deal", dir: "auto" },
      make("strong", {}, bubble.deal.text), make("span", { "data-ends-at": bubble.deal.ends_at })) : null,
    bubble.header ? make("strong", { class: "header", dir: "auto" }, bubble.header) : null,
    make("span", { class: "body", dir: "auto" }, ...linked(bubble.body ?? "")),
    bubble.footer ? make("span", { class: "footer", dir: "auto" }, bubble.footer) : null,
  ];
  const at = make("span", { class: "at" }, minutes(new Date(bubble.at)), ticks);
  const inside = make("div", { class: "bubble" }, ...text, at);
  if (bubble.message) {
    inside.append(make("button", {
      type: "button", class: "why", "data-do": "why", dir: "auto", lang: LANGUAGE,
      on: { click: () => openMessage("messages", bubble.message) },
    }, say("Why?")));
  }
  const buttons = bubble.buttons.map((button) => buttonOf(button, bubble));
  return make("li", {
    class: `message ${bubble.is_reply ? "reply" : ""} ${bubble.is_rtl ? "rtl" : ""}`,
    lang: (bubble.language ?? "").replace("_", "-") || undefined,
    dir: bubble.is_rtl ? "rtl" : undefined,
  }, inside, ...buttons);
}

// These open something of the catalog, which is no part of this page.
const OPENS = new Set(["catalog", "mpm", "spm"]);

// A code is copied, and an address is followed: neither says anything to the store.
function buttonOf(button, bubble) {
  if (button.kind === "url") {
    const [, code] = (button.url ?? "").match(OURS) ?? [];
    const leads = code ? { href: `/l/${code}`, target: "_blank", rel: "noreferrer" } : {};
    return make(code ? "a" : "span", { class: "answer", ...leads }, button.text);
  }
  if (OPENS.has(button.kind)) return make("span", { class: "answer" }, button.text);
  const isCode = button.kind === "copy_code";
  return make("button", {
    type: "button", class: "answer",
    on: { click: (event) => (isCode ? copy(button.code, event.currentTarget) : press(button, bubble)) },
  }, isCode ? say("Copy offer code") : button.text);
}

// Nothing is copied where the page was not opened safely; the code stands in the text, too.
async function copy(code, button) {
  await navigator.clipboard?.writeText(code).catch(() => {});
  button.textContent = say("Copied: %(code)s", { code });
}

function countDown() {
  const now = Date.now() + ahead;
  for (const each of chat.querySelectorAll("[data-ends-at]")) {
    const seconds = Math.floor((Number(each.dataset.endsAt) - now) / 1000);
    const parts = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map(Math.floor);
    const time = parts.map((part) => String(part).padStart(2, "0")).join(":");
    const words = seconds > 0 ? say("ends in %(time)s", { time }) : say("has ended");
    if (each.textContent !== words) each.textContent = words;
  }
}

const press = (button, bubble) => act("press", {
  phone: owner.value, text: button.text, context: bubble.id, button: button.name ?? undefined,
  payload: button.payload ?? undefined,
});

const OURS = /^https?:\/\/[^/]+\/l\/([0-9A-Za-z]+)$/;

// Addresses look like links, and most lead nowhere: their pages are simulated too. Ours
// lead by here, and on to the store's checkout.
function linked(text) {
  return text.split(/(https?:\/\/\S+|\*[^*\n]+\*)/).map((part) => {
    if (/^\*[^*]+\*$/.test(part)) return make("strong", {}, part.slice(1, -1));
    const [, code] = part.match(OURS) ?? [];
    if (code) return make("a", { class: "address", href: `/l/${code}`, target: "_blank", rel: "noreferrer" }, part);
    return part.startsWith("http")
      ? make("span", { class: "address", title: say("simulated: it leads nowhere") }, part)
      : part;
  });
}
