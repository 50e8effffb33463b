// The trace: each line is what happened, and opens what stands behind it.

import { byId, follow, keep, make, sign, withDays } from "./dom.js";
import { look } from "./wire.js";
import { clockOrLater, day, precisely, say } from "./words.js";

const list = byId("lines");
const showAll = byId("show-all");
const end = follow(list, byId("newer-lines"));
let open = () => {};
let seen = new Set();
let hasShown = false;

export function openTrace(onOpen) {
  open = onOpen;
  showAll.addEventListener("click", () => only(null));
}

// Show the lines of one order, or of all.
export function only(order) {
  byId("showing").textContent = order
    ? say("Only %(name)s, %(who)s", { name: order.name, who: order.buyer })
    : say("All orders");
  showAll.hidden = order === null;
  hasShown = false;
  look({ order: order?.id ?? "" });
}

// Have the newest line in view.
export const showNewestLine = end.toEnd;

export function showLines(news) {
  byId("no-lines").hidden = news.lines.length > 0;
  const items = withDays(news.lines, day, new Date(news.now).toDateString());
  keep(list, items, (item) => item.id, (item) =>
    item.day ? dayLine(item) : row(item, hasShown && !seen.has(item.id)));
  seen = new Set(news.lines.map((line) => line.id));
  if (hasShown) end.grown();
  else end.toEnd();
  hasShown = true;
}

const dayLine = (item) => make("li", { class: "day" }, make("span", {}, item.day));

function detail(line) {
  if (!line.until) return line.detail;
  const time = clockOrLater(new Date(line.until), new Date(line.at));
  const words = say("Looked at again at %(time)s.", { time });
  return `${line.detail} ${words}`;
}

function row(line, isFresh) {
  const at = new Date(line.at);
  const inside = [
    make("time", { dateTime: line.at }, precisely(at)),
    sign(line.kind, "sign"),
    make("span", { class: "title" }, line.title),
    line.order ? make("span", { class: "of" }, line.order) : null,
    line.detail || line.until ? make("span", { class: "detail" }, detail(line)) : null,
  ];
  const look = `line ${line.tone} ${line.kind}`;
  const content = line.opens
    ? make("button", {
        type: "button", class: look, "data-do": "open",
        on: { click: () => open(...line.opens) },
      }, ...inside)
    : make("div", { class: look }, ...inside);
  const item = make("li", { class: isFresh ? "fresh" : "" }, content);
  item.addEventListener("animationend", () => item.classList.remove("fresh"));
  return item;
}
