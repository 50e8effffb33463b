// What is new, asked for again and again in short requests that hold nobody up; and
// what the buttons ask for.

import { LANGUAGE, say } from "./words.js";

const TOKEN = document.querySelector('meta[name="sandbox-token"]').content;
const SOON = 250;
const LATELY = 1_000;
const QUIET = 2_500;
const HIDDEN = 20_000;
const SOON_FOR = 8_000;
const LATELY_FOR = 30_000;

let tag = "";
let timer = 0;
let isAsking = false;
let mustAskAgain = false;
let lastNews = performance.now();
let lastAct = -Infinity;
let looking = {};
let show = () => {};
let trouble = () => {};

export function listen(onNews, onTrouble) {
  show = onNews;
  trouble = onTrouble;
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) ask();
  });
  ask();
}

// Which phone and which order this tab looks at.
export function look(at) {
  looking = { ...looking, ...at };
  ask();
}

export async function ask() {
  if (isAsking) {
    mustAskAgain = true;
    return;
  }
  clearTimeout(timer);
  isAsking = true;
  try {
    const query = new URLSearchParams({ lang: LANGUAGE });
    for (const [name, value] of Object.entries(looking)) if (value) query.set(name, value);
    const answer = await fetch(`news?${query}`, {
      headers: tag ? { "If-None-Match": tag } : {},
      cache: "no-store",
    });
    if (answer.status === 200) {
      tag = answer.headers.get("ETag") ?? "";
      lastNews = performance.now();
      show(await answer.json());
      trouble("");
    } else if (answer.status === 304) trouble("");
    else trouble(say("The page cannot be served at the moment: it tries again by itself."));
  } catch {
    trouble(say("Sosik does not answer: is ./sosik up still running?"));
  }
  isAsking = false;
  if (mustAskAgain) {
    mustAskAgain = false;
    ask();
  } else timer = setTimeout(ask, pause());
}

function pause() {
  if (document.hidden) return HIDDEN;
  const now = performance.now();
  if (now - lastAct < SOON_FOR) return SOON;
  return now - lastNews < LATELY_FOR ? LATELY : QUIET;
}

// Press a button: answers what came of it, or null after telling why not.
export async function act(name, wish = {}) {
  lastAct = performance.now();
  try {
    const answer = await fetch(`acts/${name}?lang=${LANGUAGE}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Sandbox-Token": TOKEN },
      body: JSON.stringify(wish),
    });
    const said = await answer.json().catch(() => ({}));
    ask();
    if (answer.ok) return said;
    trouble(said.error ?? say("This did not work."), true);
  } catch {
    trouble(say("Sosik does not answer: is ./sosik up still running?"));
  }
  return null;
}

export async function open(kind, id) {
  const answer = await fetch(`${kind}/${encodeURIComponent(id)}?lang=${LANGUAGE}`);
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) return said;
  trouble(said.error ?? say("This did not work."), true);
  return null;
}
