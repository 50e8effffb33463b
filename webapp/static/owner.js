// What the pages of a store's owner do beyond htmx. Without a script they work as well,
// outside of the admin: links lead, and forms are sent.
"use strict";

(() => {
  // What is fetched is to be in the language of the page that asks.
  document.addEventListener("htmx:config:request", (event) => {
    event.detail.ctx.request.headers["Accept-Language"] = document.documentElement.lang;
  });

  // What renews itself by the clock does so for somebody who can see it.
  document.addEventListener("htmx:before:request", (event) => {
    if (document.hidden && event.target.hasAttribute?.("data-live")) event.preventDefault();
  });

  // Which button sent the form is part of what is said.
  document.addEventListener("submit", (event) => {
    const asks = event.target.dataset.asks;
    if (asks !== undefined && !confirm(asks)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, true);

  // A page that took the place of another is read from its beginning. One that renews a
  // part of itself leaves the reader where they are.
  document.addEventListener("htmx:after:swap", (event) => {
    if (event.detail.ctx?.target !== document.body) return;
    document.getElementById("content")?.focus({ preventScroll: true });
    scrollTo(0, 0);
    showPlace();
  });

  // Shopify's menu and links tell where they lead, and leave the way to us.
  document.addEventListener("shopify:navigate", (event) => {
    const href = event.target.getAttribute("href");
    if (href === null || new URL(href, location.href).origin !== location.origin) return;
    event.preventDefault();
    htmx.ajax("GET", href, { target: "body", swap: "innerHTML", push: "true" });
  });

  // A file is fetched, since the admin's frame has no cookie that a link could bring.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("a[data-file]");
    if (!link || !document.body.classList.contains("embedded")) return;
    event.preventDefault();
    const answer = await fetch(link.href);
    if (!answer.ok) return;
    const named = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "");
    const address = URL.createObjectURL(await answer.blob());
    const saved = document.createElement("a");
    saved.href = address;
    saved.download = named?.[1] ?? "sosik";
    saved.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  });

  // On a narrow screen the menu is a strip, of which a part can be seen.
  const showPlace = () =>
    document.querySelector('.menu [aria-current="page"]')?.scrollIntoView({ block: "nearest", inline: "center" });
  showPlace();
})();
