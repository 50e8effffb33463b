// The store's checkout, to which the link in a reminder leads: what was left is bought.

const buy = document.getElementById("buy");
const said = document.getElementById("said");
const TOKEN = document.querySelector('meta[name="sandbox-token"]').content;

buy.addEventListener("click", async () => {
  buy.disabled = true;
  try {
    const answer = await fetch(`/sandbox/acts/order?lang=${document.documentElement.lang}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Sandbox-Token": TOKEN },
      body: buy.dataset.wish,
    });
    const told = await answer.json();
    said.textContent = answer.ok ? buy.dataset.bought.replace("%(name)s", told.name) : told.error;
  } catch {
    buy.disabled = false;
    said.textContent = buy.dataset.failed;
  }
});
