// One service: how it does, and its endpoints with what can be done to them.
import { byId, fill, make, setAttribute, setText } from "./dom.js";
import { edge, when } from "./edge.js";
import { clock, count, duration, octets, provenance, whole } from "./format.js";
import { ask } from "./link.js";
import { act } from "./orders.js";
import { drawFailures, standing } from "./services.js";
import { LiveTable, once, tone } from "./table.js";

/** States of endpoints: a mark, what it means, and a colour that only repeats it. */
const states = {
  in: { mark: "●", text: "in", tone: "good" },
  draining: { mark: "◐", text: "draining: nobody new", tone: "warn" },
  weightless: { mark: "◌", text: "weight 0: nobody new", tone: "warn" },
  down: { mark: "▼", text: "down: its checks fail", tone: "bad" },
  ejected: { mark: "▲", text: "ejected: it answers badly", tone: "bad" },
  disabled: { mark: "○", text: "disabled by an operator", tone: "warn" },
};

/** The endpoints of the service that is shown, by address. */
const endpoints = new Map();
let shown = null;

const others = (endpoint) =>
  [...endpoints.values()].filter((other) => other.state === "in" && other.address !== endpoint.address).length;

/** Why it is as it is. */
function why(endpoint) {
  const parts = [];
  if (endpoint.override) {
    const { state, weight, since } = endpoint.override;
    const said = [state, weight === null ? null : `weight ${weight}`].filter(Boolean).join(", ");
    parts.push(`by an operator since ${clock(since)}: ${said}`);
  }
  if (endpoint.trouble && (endpoint.state === "down" || endpoint.state === "ejected")) parts.push(endpoint.trouble);
  if (endpoint.backup) parts.push("backup");
  return parts.join("; ");
}

function button(verb, text) {
  return make("button", { type: "button", "data-order": verb }, text);
}

const table = new LiveTable({
  id: "endpoints",
  caption: "Endpoints of the service",
  nouns: ["endpoint", "endpoints"],
  empty: "The table has no endpoint of this service.",
  sort: "address",
  key: (endpoint) => endpoint.address,
  text: (endpoint) => `${endpoint.address} ${endpoint.state} ${endpoint.zone ?? ""} ${endpoint.source ?? ""} ${endpoint.trouble ?? ""}`,
  mark: (row, endpoint) => {
    setAttribute(row, "data-endpoint", endpoint.address);
    setAttribute(row, "data-state", endpoint.state);
  },
  columns: [
    {
      name: "address", title: "Address", isKey: true, value: (endpoint) => endpoint.address,
      draw: (cell, endpoint) => {
        setText(cell, endpoint.address);
        setAttribute(cell, "title", [endpoint.zone && `zone ${endpoint.zone}`, endpoint.protocol].filter(Boolean).join(", "));
      },
    },
    {
      name: "state", title: "State", value: (endpoint) => endpoint.state,
      draw: (cell, endpoint) => {
        const { mark, text, tone: colour } = states[endpoint.state] ?? { mark: "?", text: endpoint.state, tone: "warn" };
        const word = once(cell, () => make("span", { class: "state" }));
        setText(word, `${mark} ${text}`);
        tone(word, colour);
        cell.why ??= cell.appendChild(make("span", { class: "why" }));
        setText(cell.why, why(endpoint));
      },
    },
    {
      name: "rate", title: "Requests/s", numeric: true, value: (endpoint) => endpoint.rate,
      draw: (cell, endpoint) => setText(cell, count(endpoint.rate)),
    },
    {
      name: "failures", title: "Failures/s", numeric: true, hint: "Answers of 5xx, and tries that failed",
      value: (endpoint) => endpoint.failing, draw: (cell, endpoint) => drawFailures(cell, endpoint.failing),
    },
    {
      name: "mean", title: "Mean", numeric: true, hint: "How long its answered requests took", value: (endpoint) => endpoint.mean,
      draw: (cell, endpoint) => setText(cell, duration(endpoint.mean)),
    },
    {
      name: "in-flight", title: "In flight", numeric: true, value: (endpoint) => endpoint.in_flight ?? 0,
      draw: (cell, endpoint) => setText(cell, whole(endpoint.in_flight ?? 0)),
    },
    {
      name: "weight", title: "Weight", numeric: true, value: (endpoint) => endpoint.weight ?? null,
      draw: (cell, endpoint) => {
        const change = once(cell, () => button("weight", ""));
        setText(change, whole(endpoint.weight));
        change.disabled = endpoint.weight === undefined;
        setAttribute(change, "aria-label", `Weight ${endpoint.weight ?? "unknown"} of ${endpoint.address}: change it`);
      },
    },
    {
      name: "source", title: "From", value: (endpoint) => endpoint.source ?? "",
      draw: (cell, endpoint) => setText(cell, provenance(endpoint.source, endpoint.revision)),
    },
    {
      name: "orders", title: "Orders",
      draw: (cell, endpoint) => {
        if (!cell.buttons) {
          cell.buttons = { drain: button("drain", "Drain"), disable: button("disable", "Disable"), enable: button("enable", "Enable") };
          cell.append(...Object.values(cell.buttons));
        }
        const said = endpoint.override?.state ?? null;
        cell.buttons.drain.hidden = said !== null || endpoint.state === "draining";
        cell.buttons.disable.hidden = said === "disable";
        cell.buttons.enable.hidden = said === null;
        for (const [verb, element] of Object.entries(cell.buttons)) {
          setAttribute(element, "aria-label", `${element.textContent} ${endpoint.address}`);
          if (verb === "drain") element.disabled = endpoint.state === "disabled";
        }
      },
    },
  ],
});

table.body.addEventListener("click", (event) => {
  const verb = event.target.closest("[data-order]")?.dataset.order;
  const endpoint = endpoints.get(event.target.closest("tr")?.dataset.endpoint);
  if (verb && endpoint) act(verb, endpoint, others(endpoint));
});

let fetching = null;

/** Asks for all of it anew, once for many news. */
function refresh() {
  clearTimeout(fetching);
  fetching = setTimeout(load, 150);
}

async function load() {
  const name = shown;
  if (name === null) return;
  try {
    const query = encodeURIComponent(name);
    const [listing, details] = await Promise.all([ask(`endpoints?service=${query}`), ask(`services?name=${query}`)]);
    if (name !== shown) return;
    const former = new Map(endpoints);
    endpoints.clear();
    for (const endpoint of listing.endpoints) {
      const { rate = null, failing = null, mean = null } = former.get(endpoint.address) ?? {};
      endpoints.set(endpoint.address, { ...endpoint, rate, failing, mean });
    }
    service.details = details.services[0] ?? null;
    table.setRows([...endpoints.values()]);
    drawFigures();
  } catch {
    // The link says that the edge is away; what is shown stays until it is back.
  }
}

/** The endpoints' rates; those that are not told of do nothing. */
function takeRates(rates) {
  if (shown === null) return;
  drawFigures();
  if (!rates?.endpoints) return;
  for (const endpoint of endpoints.values()) [endpoint.rate, endpoint.failing, endpoint.mean] = [0, 0, null];
  for (const told of rates.endpoints) {
    const endpoint = endpoints.get(told.address);
    if (told.service !== shown) continue;
    if (!endpoint || endpoint.state !== told.state) refresh();
    if (!endpoint) continue;
    endpoint.rate = told.requests_per_second;
    endpoint.failing = told.failures_per_second;
    endpoint.mean = told.mean;
    endpoint.in_flight = told.in_flight;
  }
  table.setRows([...endpoints.values()]);
}

const figures = [
  ["Endpoints in", (live) => `${whole(live.endpointsIn)}/${whole(live.endpoints)} ${standing(live).mark} ${standing(live).word}`],
  ["Requests/s", (live) => count(live.rate)],
  ["Failures/s", (live) => count(live.failures)],
  ["p50", (live) => duration(live.p50)],
  ["p90", (live) => duration(live.p90)],
  ["p99", (live) => duration(live.p99)],
  ["In flight", (live) => whole(live.inFlight)],
  ["Sent/s", (live) => octets(live.bytesOut)],
  ["Waiting in line", (_, details) => whole(details?.queue_length)],
  ["Retries", (_, details) => whole(details?.retries)],
  ["Balanced by", (_, details) => details?.balance ?? "–"],
];
let cells = null;

function drawFigures() {
  const live = edge.services.get(shown);
  if (!cells) {
    cells = figures.map(() => make("dd"));
    fill(byId("service-figures"), figures.map(([title], index) => make("div", {}, make("dt", {}, title), cells[index])));
  }
  figures.forEach(([, text], index) => setText(cells[index], live ? text(live, service.details) : "–"));
  if (live) tone(cells[2], live.failures > 0 ? "bad" : "");
}

export const service = {
  name: "service",
  table,
  filter: "endpoints-filter",
  details: null,
  start() {
    byId("endpoints-table").append(table.element);
    byId("endpoints-filter").addEventListener("input", (event) => table.filter(event.target.value));
    when("rates", takeRates);
    when("event", (event) => {
      // A new table may change any service; an endpoint's news only its own.
      if (shown !== null && (event.kind === "table" || event.subject.startsWith(`${shown}/`))) refresh();
    });
    when("link", (word) => { if (word === "live") refresh(); });
  },
  /** Shows the service of a name. */
  show(name) {
    if (name !== shown) {
      shown = name;
      this.details = null;
      endpoints.clear();
      byId("endpoints-filter").value = "";
      table.words = [];
      table.page = 0;
      table.setRows([]);
    }
    fill(byId("title-service"), make("a", { href: "#services" }, "Services"), " / ", make("span", { id: "service-name" }, name));
    drawFigures();
    load();
  },
  hide() {
    shown = null;
  },
};
