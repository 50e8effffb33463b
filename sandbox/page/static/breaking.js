// Breaking things, moving time, and a busy day.

import { byId } from "./dom.js";
import { act } from "./wire.js";
import { clock, day, say } from "./words.js";

const face = byId("clock");
let ahead = 0; // how far the sandbox's clock is before this machine's
let newestOrder = null;

export function openBreaking() {
  for (const button of document.querySelectorAll("[data-act]")) {
    button.addEventListener("click", () => act(button.dataset.act, { order: newestOrder ?? "" }));
  }
  byId("meta").addEventListener("change", (event) => act("meta", { how: event.target.value }));
  for (const button of document.querySelectorAll("[data-travel]")) {
    button.addEventListener("click", () => act("travel", { time: button.dataset.travel }));
  }
  byId("home").addEventListener("click", () => act("home"));
  byId("rush").addEventListener("click", () => act("rush", { rate: Number(byId("rate").value) }));
  byId("end-rush").addEventListener("click", () => act("end_rush"));
  setInterval(tick, 1_000);
}

function tick() {
  const now = new Date(Date.now() + ahead);
  face.dateTime = now.toISOString();
  face.textContent = `${day(now)}, ${clock(now)}`;
}

export function showBreaking(news) {
  ahead = new Date(news.now) - Date.now();
  tick();
  newestOrder = news.orders?.[0]?.id ?? newestOrder;
  const offset = byId("offset");
  offset.hidden = news.offset === 0;
  byId("home").hidden = news.offset === 0;
  const hours = Math.round(news.offset / 3600);
  offset.textContent = hours % 24 === 0
    ? say("%(days)s d ahead", { days: hours / 24 })
    : say("%(hours)s h ahead", { hours });
  if (news.meta !== null) {
    for (const radio of document.getElementsByName("meta")) {
      const isIt = radio.value === news.meta;
      if (radio.checked !== isIt) radio.checked = isIt;
    }
    byId("break").classList.toggle("broken", news.meta !== "well");
  }
  showRush(news);
}

function showRush(news) {
  const rush = news.rush;
  if (!rush) return;
  byId("rush").hidden = rush.on;
  byId("end-rush").hidden = !rush.on;
  const words = byId("pace");
  words.hidden = rush.placed === 0;
  if (rush.placed === 0) return;
  const sent = news.pace?.sent ?? 0;
  words.textContent = say("%(placed)s of %(wanted)s orders placed · %(sent)s messages taken in the last minute, half of them within %(median)s s, 95 of 100 within %(p95)s s", {
    placed: rush.placed, wanted: rush.wanted, sent,
    median: news.pace?.median ?? "–", p95: news.pace?.p95 ?? "–",
  });
}
