// What opens behind a line: the facts, the decisions with what they saw, the bytes.

import { byId, make } from "./dom.js";
import { open } from "./wire.js";
import { day, precisely, say } from "./words.js";

const dialog = byId("story");
const body = byId("story-body");

export function openStories() {
  byId("close-story").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}

export async function tell(kind, id) {
  const story = await open(kind, id);
  if (story === null) return;
  byId("story-title").textContent = story.title;
  body.replaceChildren(...parts(story));
  body.scrollTop = 0;
  if (!dialog.open) dialog.showModal();
}

function parts(story) {
  const found = [facts(story.facts)];
  if (story.reason) found.push(reason(story.reason));
  if (story.made?.length) {
    found.push(make("h3", {}, say("What each automation made of it")),
      make("dl", { class: "facts" }, ...story.made.flatMap((each) =>
        [make("dt", {}, each.automation), make("dd", {}, each.what)])));
  }
  if (story.lines?.length) {
    found.push(make("h3", {}, say("Why: what was decided, and on what")),
      make("ol", { class: "decisions" }, ...story.lines.map(decision)));
  }
  if (story.text) {
    found.push(make("h3", {}, say("What the buyer reads")),
      make("blockquote", { dir: "auto" }, story.text));
  }
  if (story.errors?.length) {
    found.push(make("h3", {}, say("Meta's own words")), bytes(JSON.stringify(story.errors, null, 2)));
  }
  if (story.payload) {
    const words = story.lines ? say("What went to Meta") : say("What came");
    found.push(make("h3", {}, words), bytes(story.payload));
  }
  return found;
}

function facts(pairs) {
  return make("dl", { class: "facts" }, ...pairs.filter(([, value]) => value).flatMap(
    ([name, value, kind]) => [make("dt", {}, name), make("dd", {}, kind === "moment" ? moment(value) : value)]));
}

function moment(value) {
  const at = new Date(value);
  return `${day(at)}, ${precisely(at)}`;
}

// What a code means, and what can be done about it.
function reason(told) {
  return make("div", { class: "reason" },
    make("p", {}, told.sentence, " ", make("code", {}, told.code)),
    make("p", { class: "advice" }, told.advice));
}

function decision(line) {
  return make("li", {},
    make("time", { dateTime: line.at }, precisely(new Date(line.at))),
    make("div", {},
      make("p", {}, line.sentence),
      line.reason ? reason(line.reason) : null,
      line.checks.length
        ? make("dl", { class: "checks" }, ...line.checks.flatMap((check) => [
            make("dt", { class: check.objects ? "objects" : "" }, check.question),
            make("dd", { class: check.objects ? "objects" : "" }, check.saw)]))
        : null));
}

// JSON with its names, texts and numbers told apart by their looks.
function bytes(text) {
  const pieces = text.split(/("(?:[^"\\]|\\.)*"(?:\s*:)?|\b(?:true|false|null)\b|-?\b\d[\d.eE+-]*\b)/);
  return make("pre", { tabIndex: 0 }, make("code", {}, ...pieces.map((piece, place) => {
    if (place % 2 === 0) return piece;
    if (piece.startsWith('"')) return make("span", { class: piece.endsWith(":") ? "key" : "text" }, piece);
    return make("span", { class: "value" }, piece);
  })));
}
