// The page: its parts, what is new for each, and tabs where there is no room for three.

import { openBreaking, showBreaking } from "./breaking.js";
import { byId } from "./dom.js";
import { choose, openPhone, showNewestBubble, showPhone } from "./phone.js";
import { markShown, openStore, showOrders } from "./store.js";
import { openStories, tell } from "./story.js";
import { only, openTrace, showLines, showNewestLine } from "./trace.js";
import { listen } from "./wire.js";
import { say } from "./words.js";

const tabs = [...document.querySelectorAll('[role="tab"]')];
const parts = tabs.map((tab) => byId(tab.getAttribute("aria-controls")));
let unseen = 0;

function showPart(place) {
  tabs.forEach((tab, each) => {
    const isIt = each === place;
    tab.setAttribute("aria-selected", String(isIt));
    tab.tabIndex = isIt ? 0 : -1;
    parts[each].classList.toggle("chosen", isIt);
  });
  if (tabs[place].id === "tab-phone") {
    count(0);
    showNewestBubble();
  }
  if (tabs[place].id === "tab-trace") showNewestLine();
  // Where one part fills the screen, its newest is at its end.
  if (place > 0) parts[place].scrollIntoView({ block: "end" });
}

function count(messages) {
  unseen = messages;
  const mark = byId("unseen");
  mark.hidden = unseen === 0;
  mark.textContent = unseen;
}

function openTabs() {
  tabs.forEach((tab, place) => {
    tab.addEventListener("click", () => showPart(place));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const last = tabs.length - 1;
      const to = { Home: 0, End: last }[event.key] ?? (step && (place + step + tabs.length) % tabs.length);
      if (to === undefined) return;
      event.preventDefault();
      showPart(to);
      tabs[to].focus();
    });
  });
  showPart(0);
}

function showNews(news) {
  showBreaking(news);
  showOrders(news);
  const fresh = showPhone(news);
  if (fresh && tabs[1].getAttribute("aria-selected") === "false") count(unseen + fresh);
  showLines(news);
  document.body.dataset.shop = news.shop;
  if (news.shop === "new") showTrouble(say("The simulated store is being connected."));
}

let forgets = 0;

// Told until the next good news; a refusal stays for some seconds.
function showTrouble(words, isRefusal = false) {
  const place = byId("trouble");
  if (!words && forgets > performance.now()) return;
  if (isRefusal) forgets = performance.now() + 6_000;
  if (place.textContent !== words) place.textContent = words;
  place.hidden = !words;
}

openTabs();
openStories();
openTrace(tell);
openStore((order) => {
  only(order);
  markShown(order.name);
  choose(order.phone ?? "");
  showPart(2);
}, choose);
openPhone(tell);
openBreaking();
listen(showNews, showTrouble);
