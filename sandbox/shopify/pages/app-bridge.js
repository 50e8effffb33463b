// A stand-in for Shopify's App Bridge, as far as Sosik uses it: id tokens for the page and
// for what it fetches, and the way back from the page that gets a new one.
"use strict";

(() => {
  const admin = new URL(document.currentScript.src).origin;
  const apiKey = document.querySelector('meta[name="shopify-api-key"]').content;
  const query = new URLSearchParams(location.search);
  const plainFetch = window.fetch.bind(window);

  const idToken = () =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = (event) => resolve(event.data);
      parent.postMessage("id_token", admin, [port2]);
    });

  const withToken = async (input, init) => {
    const request = new Request(input, init);
    request.headers.set("Authorization", `Bearer ${await idToken()}`);
    return plainFetch(request);
  };

  window.fetch = async (input, init) => {
    const address = new URL(input instanceof Request ? input.url : input, location.href);
    if (address.origin !== location.origin) return plainFetch(input, init);
    const again = input instanceof Request ? input.clone() : input;
    const answer = await withToken(input, init);
    const isStale = answer.status === 401 &&
      answer.headers.get("X-Shopify-Retry-Invalid-Session-Request") === "1";
    return isStale ? withToken(again, init) : answer;
  };

  window.shopify = {
    config: { apiKey, shop: query.get("shop"), host: query.get("host"), locale: query.get("locale") },
    idToken,
  };

  const back = query.get("shopify-reload");
  if (back !== null) {
    const address = new URL(back, location.href);
    if (address.origin !== location.origin) return;
    idToken().then((token) => {
      address.searchParams.set("id_token", token);
      location.replace(address);
    });
  }
})();
