// The operator's view of the queues. Everything that comes from Redis goes into the
// page through `textContent` or `encodeURIComponent`, and through nothing else.
"use strict";

(() => {
  const main = document.querySelector("main");
  const { view, poll } = main.dataset;
  // Not relative: an address with a password in it must not be fetched from.
  const base = location.origin + main.dataset.base;
  const notice = document.getElementById("notice");
  const byId = (id) => document.getElementById(id);
  const path = (...parts) => base + parts.map(encodeURIComponent).join("/");

  const jobPage = (id) => path("0", "view", "job", id);
  const jobsPage = (queue, registry, perPage, order, page) =>
    path("0", "view", "jobs", queue, registry, perPage, order, page);

  // Making parts of the page

  function element(tag, content, classes) {
    const made = document.createElement(tag);
    if (classes) made.className = classes;
    for (const part of [content].flat()) {
      if (part === null || part === undefined) continue;
      made.append(part instanceof Node ? part : document.createTextNode(String(part)));
    }
    return made;
  }

  function link(url, content) {
    const made = element("a", content);
    made.href = url;
    return made;
  }

  function button(content, action) {
    const made = element("button", content);
    made.type = "button";
    made.addEventListener("click", action);
    return made;
  }

  function moment(iso) {
    const at = new Date(iso ?? NaN);
    if (Number.isNaN(at.getTime())) return element("span", iso ?? "-");
    const made = element("time", `${ago(at)} (${at.toLocaleString()})`);
    made.dateTime = at.toISOString();
    return made;
  }

  function ago(at) {
    const seconds = Math.round((Date.now() - at.getTime()) / 1000);
    const size = Math.abs(seconds);
    const [count, unit] =
      size < 60 ? [size, "s"] : size < 3600 ? [Math.round(size / 60), "min"]
      : size < 172800 ? [Math.round(size / 3600), "h"] : [Math.round(size / 86400), "days"];
    return seconds < 0 ? `in ${count} ${unit}` : `${count} ${unit} ago`;
  }

  function fill(rows, nothing) {
    const body = main.querySelector("tbody");
    const columns = main.querySelectorAll("thead th").length;
    if (rows.length === 0) {
      const cell = element("td", nothing);
      cell.colSpan = columns;
      rows = [element("tr", cell)];
    }
    body.replaceChildren(...rows);
  }

  // Asking

  async function ask(url) {
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
    return answer.json();
  }

  async function order(url, done) {
    const answer = await fetch(url, { method: "POST", credentials: "same-origin" });
    notice.textContent = answer.ok ? done : `The server answered ${answer.status}.`;
    if (answer.ok) await show();
  }

  const requeue = (id) => order(path("job", id, "requeue"), `Requeued ${id}.`);

  // The four pages

  const views = {
    async queues() {
      const { queues } = await ask(path("0", "data", "queues.json"));
      const registries = [...main.querySelectorAll("th[data-registry]")];
      fill(queues.map((queue) => element("tr", [
        element("td", queue.name),
        ...registries.map((head) => {
          const registry = head.dataset.registry;
          const url = jobsPage(queue.name, registry, 25, "dsc", 1);
          return element("td", link(url, queue.jobs[registry]), "number");
        }),
      ])), "No queues.");
    },

    async jobs() {
      const { queue, registry, perPage, order: sorted, page } = main.dataset;
      const list = path("0", "data", "jobs", queue, registry, perPage, sorted, `${page}.json`);
      const { jobs, pagination } = await ask(list);
      fill(jobs.map((job) => element("tr", [
        element("td", [
          element("div", job.description),
          link(jobPage(job.id), job.id),
          job.exc_info ? element("pre", job.exc_info) : null,
        ]),
        element("td", moment(job.created_at)),
        element("td", registry === "failed" ? button("Requeue", () => requeue(job.id)) : null),
      ])), "No jobs.");
      const pages = (pagination.pages_in_window ?? []).map(({ number }) => {
        const made = link(jobsPage(queue, registry, perPage, sorted, number), number);
        if (number === pagination.current_page) made.setAttribute("aria-current", "page");
        return made;
      });
      byId("pages").replaceChildren(...pages);
    },

    async job() {
      const job = await ask(path("0", "data", "job", `${main.dataset.job}.json`));
      const dependencies = (job.depends_on ?? []).map((id, at) => element("li", [
        job.depends_on_status[at] === "active" ? link(jobPage(id), id) : `${id} (gone)`,
      ]));
      const told = [
        ["State", job.status],
        ["Description", job.description],
        ["Queue", job.origin],
        ["Created", moment(job.created_at)],
        ["Queued", moment(job.enqueued_at)],
        ["Started", moment(job.started_at)],
        ["Ended", moment(job.ended_at)],
        ["Result", element("pre", JSON.stringify(job.result, null, 2))],
        ["Metadata", element("pre", job.metadata)],
        ["Depends on", dependencies.length ? element("ul", dependencies) : "-"],
        ["Exception", element("pre", job.exc_info ?? "-")],
      ];
      main.querySelector("dl").replaceChildren(
        ...told.flatMap(([term, value]) => [element("dt", term), element("dd", value)]),
      );
      byId("requeue").hidden = job.status !== "failed";
    },

    async workers() {
      const { workers } = await ask(path("0", "data", "workers.json"));
      fill(workers.map((worker) => {
        const job = worker.current_job;
        return element("tr", [
          element("td", [
            element("div", worker.name),
            element("div", `RQ ${worker.version}, Python ${worker.python_version}`, "faint"),
          ]),
          element("td", worker.state),
          element("td", job === "idle" ? "-" : link(jobPage(job.job_id), job.call_string)),
          element("td", worker.queues.join(", ")),
          element("td", worker.successful_job_count, "number"),
          element("td", worker.failed_job_count, "number"),
          element("td", moment(worker.last_heartbeat)),
        ]);
      }), "No workers.");
    },
  };

  // What a person may do

  function choose() {
    const url = jobsPage(
      byId("queue").value || "lanes", byId("registry").value,
      byId("per-page").value || "25", byId("order").value, 1,
    );
    location.assign(url);
  }

  function wire() {
    for (const id of ["queue", "registry", "per-page", "order"]) {
      byId(id)?.addEventListener("change", choose);
    }
    const { queue, job } = main.dataset;
    byId("requeue")?.addEventListener("click", () => requeue(job));
    byId("compact")?.addEventListener("click", () => order(path("queue", queue, "compact"), "Compacted."));
    byId("requeue-all")?.addEventListener("click", () => {
      if (confirm("Requeue all failed jobs of this queue?")) {
        order(path("requeue", queue), "Requeued all.");
      }
    });
  }

  async function show() {
    try {
      await views[view]();
      main.dataset.loaded = "yes";
    } catch (error) {
      notice.textContent = error.message;
    }
  }

  async function keepShowing() {
    if (byId("refresh").checked && !document.hidden) await show();
    setTimeout(keepShowing, Number(poll));
  }

  wire();
  show().then(() => setTimeout(keepShowing, Number(poll)));
})();
