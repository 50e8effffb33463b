// The admin's side of the stand-in for App Bridge: it gives its app id tokens, and gives
// them to nobody else.
"use strict";

const frame = document.getElementById("app");

addEventListener("message", async (event) => {
  const isOurs = event.origin === frame.dataset.origin && event.source === frame.contentWindow;
  if (!isOurs || event.data !== "id_token" || event.ports.length !== 1) return;
  const answer = await fetch(`${location.pathname}/id_token`);
  const said = answer.ok ? await answer.json() : {};
  event.ports[0].postMessage(said.id_token ?? null);
});
