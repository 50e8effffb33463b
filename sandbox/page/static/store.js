// The store: a cart, a checkout with its box, and what becomes of each order.

import { byId, keep, make } from "./dom.js";
import { act, look } from "./wire.js";
import { GOODS, country, money, say } from "./words.js";

const FIRST_CART = { "APR-SND": 1, "MUG-CEL": 2, "THR-CHA": 1 };
const cart = new Map();
const form = byId("checkout");
let left = null;
let showOrder = () => {};
let showPhone = () => {};

export function openStore(onOrder, onPhone) {
  showOrder = onOrder;
  showPhone = onPhone;
  form.addEventListener("click", (event) => {
    const { more, less, stock } = event.target.dataset;
    if (more) put(more, 1);
    if (less) put(less, -1);
    if (stock) act("stock", { sku: stock, sold_out: event.target.ariaPressed !== "true" });
  });
  form.addEventListener("change", showPrices);
  byId("buyer").addEventListener("change", chooseBuyer);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    placeOrder(wish());
  });
  byId("leave").addEventListener("click", leaveAtCheckout);
  byId("invoice").addEventListener("click", sendInvoice);
  byId("first-order").addEventListener("click", () => {
    const items = Object.entries(FIRST_CART).map(([sku, quantity]) => ({ sku, quantity }));
    placeOrder({ ...wish(), items, consent: true, payment: "paid" });
  });
  showPrices();
}

function put(sku, count) {
  const now = Math.max(0, Math.min(9, (cart.get(sku) ?? 0) + count));
  cart.set(sku, now);
  form.querySelector(`[data-count="${sku}"]`).value = now;
  form.querySelector(`[data-less="${sku}"]`).disabled = now === 0;
  showPrices();
}

const currency = () => form.elements.currency.value;

function showPrices() {
  const shown = currency();
  for (const price of form.querySelectorAll(".price")) {
    price.textContent = money(GOODS.prices[price.dataset.sku][shown], shown);
  }
  let total = 0;
  for (const [sku, count] of cart) total += count * GOODS.prices[sku][shown];
  const isEmpty = total === 0;
  byId("total").value = isEmpty ? "–" : money(total + GOODS.shipping[shown], shown);
  byId("place").disabled = isEmpty;
  byId("leave").disabled = isEmpty;
  byId("invoice").disabled = isEmpty;
}

function chooseBuyer() {
  const locale = byId("buyer").value;
  const wording = byId("wording");
  wording.textContent = GOODS.wordings[locale];
  wording.lang = locale;
  wording.dir = "auto";
  showPhone(byId("buyer").selectedOptions[0].dataset.phone);
}

function wish() {
  return {
    buyer: byId("buyer").value,
    currency: currency(),
    payment: form.elements.payment.value,
    consent: byId("consent").checked,
    items: [...cart].filter(([, count]) => count).map(([sku, quantity]) => ({ sku, quantity })),
  };
}

async function placeOrder(wanted) {
  const placed = await act("order", wanted);
  if (placed === null) return;
  empty();
  left = null;
  byId("left").hidden = true;
  showPhone(placed.phone ?? "");
  byId("said").textContent = say("Order %(name)s is placed.", { name: placed.name });
}

function empty() {
  for (const sku of cart.keys()) put(sku, -9);
}

async function leaveAtCheckout() {
  const started = await act("check_out", wish());
  if (started === null) return;
  left = { ...wish(), checkout: started.checkout };
  empty();
  const words = byId("left");
  words.hidden = false;
  words.replaceChildren(
    say("A checkout stands there, and nobody has paid. An hour later they are reminded of it, if they agreed to offers: see the phone."), " ",
    make("button", { type: "button", on: { click: () => placeOrder(left) } }, say("Pay it after all")),
  );
}

async function sendInvoice() {
  const drawn = await act("invoice", wish());
  if (drawn === null) return;
  empty();
  showPhone(drawn.phone ?? "");
  const words = byId("left");
  const end = (name) => async () => {
    if (await act(name, { draft: drawn.draft }) !== null) words.hidden = true;
  };
  words.hidden = false;
  words.replaceChildren(
    say("The invoice of %(name)s is sent. A day later they are reminded of it, if they agreed to offers: see the phone.", { name: drawn.name }), " ",
    make("button", { type: "button", on: { click: end("pay_invoice") } }, say("Pay the invoice")), " ",
    make("button", { type: "button", on: { click: end("drop_invoice") } }, say("Delete the draft")),
  );
}

export function showOrders(news) {
  byId("first-order-words").textContent = say("Place order %(name)s", {
    name: news.next_order ?? "…",
  });
  if (news.orders === null) return;
  for (const button of form.querySelectorAll("[data-stock]")) {
    button.ariaPressed = String(news.sold_out.includes(button.dataset.stock));
  }
  byId("first-order").classList.toggle("hint", news.orders.length === 0);
  byId("no-orders").hidden = news.orders.length > 0;
  for (const button of document.querySelectorAll("[data-needs-order]")) {
    button.disabled = news.orders.length === 0;
  }
  keep(byId("orders"), news.orders, (order) => order.id, orderCard);
}

function orderCard(order) {
  return make("li", { class: "order" },
    make("div", { class: "top" },
      make("button", {
        type: "button", class: "link name", "data-do": "show",
        on: { click: () => showOrder(order) },
      }, order.name),
      make("span", { class: "who" }, `${order.buyer}, ${country(order.country)}`),
      make("span", { class: "sum" }, money(order.total, order.currency)),
    ),
    make("p", { class: "things" },
      order.things.map((thing) => `${thing.quantity} × ${thing.title}`).join(", ")),
    make("p", { class: "marks" }, ...marks(order)),
    order.parcels.length ? way(order) : null,
    make("div", { class: "actions" }, ...buttons(order)),
  );
}

function marks(order) {
  const payment = {
    paid: ["good", say("paid")],
    pending: ["wait", order.gateway.startsWith("Cash") ? say("to be paid at the door") : say("not paid yet")],
    refunded: ["quiet", say("money back")],
    partially_refunded: ["quiet", say("some money back")],
    voided: ["quiet", say("never paid")],
  }[order.payment] ?? ["quiet", order.payment];
  const found = [payment];
  if (order.cancelled_at) found.push(["bad", say("cancelled")]);
  if (!order.agreed) found.push(["bad", say("did not say yes to WhatsApp")]);
  const where = {
    out_for_delivery: ["good", say("out for delivery")],
    attempted_delivery: ["wait", say("nobody was at home")],
    delivered: ["good", say("parcel delivered")],
    delayed: ["wait", say("delayed")],
    failure: ["bad", say("in trouble")],
    ready_for_pickup: ["good", say("ready for pickup")],
  }[order.status];
  if (where) found.push(where);
  return found.map(([tone, words]) => make("span", { class: `mark ${tone}` }, words));
}

function way(order) {
  const stops = order.route.map((stop) =>
    make("li", { class: stop.passed ? "passed" : "" },
      make("span", { title: country(stop.country) }, stop.name),
      make("span", { class: "hidden" }, stop.passed ? say("passed") : say("to come"))));
  const there = order.status === "delivered";
  stops.push(make("li", { class: there ? "passed" : "" }, make("span", {}, order.town),
    make("span", { class: "hidden" }, there ? say("passed") : say("to come"))));
  return make("ol", { class: "way", "aria-label": say("The parcel's way") }, ...stops);
}

function buttons(order) {
  const can = new Set(order.can);
  const button = (name, words, wanted, wish = {}, look = "") =>
    make("button", {
      type: "button", class: look, "data-do": wanted + (wish.status ?? ""),
      on: { click: () => act(name, { order: order.id, ...wish }) },
    }, words);
  const found = [];
  if (can.has("pay")) found.push(button("pay", say("The money comes"), "pay"));
  if (can.has("ship")) {
    found.push(button("ship", say("Ship it"), "ship", {}, "strong"));
    found.push(button("ship", say("Ship, number later"), "later", { later: true }));
  }
  if (can.has("scan")) {
    if (order.next_stop) {
      const { name, city, country } = order.next_stop;
      found.push(button("scan", say("Next scan: %(city)s", { city: name }),
        "next", { status: "in_transit", city, country }, "strong"));
    }
    const at = { city: order.city, country: order.country };
    const scan = (status, words) => found.push(button("scan", words, "scan", { status, ...at }));
    scan("out_for_delivery", say("Out for delivery"));
    scan("attempted_delivery", say("Nobody at home"));
    scan("delivered", say("Delivered"));
    scan("delayed", say("Delayed"));
    scan("ready_for_pickup", say("Ready for pickup"));
  }
  if (can.has("refund")) found.push(button("refund", say("Refund"), "refund"));
  if (can.has("cancel")) found.push(button("cancel", say("Cancel"), "cancel"));
  return found;
}

export function markShown(name) {
  for (const card of byId("orders").children) {
    card.classList.toggle("shown", card.querySelector(".name").textContent === name);
  }
}

