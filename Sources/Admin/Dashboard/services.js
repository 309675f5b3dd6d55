// All services, and the worst problems above them.
import { byId, make, setAttribute, setText, Spark } from "./dom.js";
import { edge, when } from "./edge.js";
import { count, duration, whole } from "./format.js";
import { LiveTable, once, tone } from "./table.js";

/** How a service stands by its endpoints: never told by colour alone. */
export function standing(service) {
  if (service.endpoints === 0) return { mark: "○", word: "none", tone: "bad" };
  if (service.endpointsIn === 0) return { mark: "▼", word: "all out", tone: "bad" };
  if (service.endpointsIn < service.endpoints) return { mark: "◐", word: "some out", tone: "warn" };
  return { mark: "●", word: "all in", tone: "good" };
}

/** A cell of failures: plain where there are none. */
export function drawFailures(cell, number) {
  setText(cell, count(number));
  tone(cell, number > 0 ? "bad" : "");
}

const table = new LiveTable({
  id: "services",
  caption: "Services",
  nouns: ["service", "services"],
  empty: "The table has no services yet: they appear as soon as the store has endpoints.",
  sort: "name",
  key: (service) => service.name,
  mark: (row, service) => setAttribute(row, "data-service", service.name),
  columns: [
    {
      name: "name", title: "Service", isKey: true, value: (service) => service.name,
      draw: (cell, service) => {
        const link = once(cell, () => make("a", {}));
        setText(link, service.name);
        setAttribute(link, "href", `#service/${encodeURIComponent(service.name)}`);
      },
    },
    {
      name: "endpoints", title: "Endpoints in", numeric: true, hint: "Endpoints that get new requests, of all; sorted by those that do not",
      value: (service) => service.endpoints - service.endpointsIn,
      draw: (cell, service) => {
        const { mark, word, tone: colour } = standing(service);
        setText(cell, `${whole(service.endpointsIn)}/${whole(service.endpoints)} ${mark}`);
        setAttribute(cell, "title", word);
        tone(cell, colour === "good" ? "" : colour);
      },
    },
    {
      name: "rate", title: "Requests/s", numeric: true, value: (service) => service.rate,
      draw: (cell, service) => setText(cell, count(service.rate)),
    },
    {
      name: "history", title: "2 min",
      draw: (cell, service) => {
        if (!cell.spark) cell.append((cell.spark = new Spark()).element);
        cell.spark.draw(service.history);
      },
    },
    {
      name: "failures", title: "Failures/s", numeric: true, hint: "Answers of 5xx", value: (service) => service.failures,
      draw: (cell, service) => drawFailures(cell, service.failures),
    },
    {
      name: "p50", title: "p50", numeric: true, hint: "Half of the requests took no longer", value: (service) => service.p50,
      draw: (cell, service) => setText(cell, duration(service.p50)),
    },
    {
      name: "p99", title: "p99", numeric: true, hint: "99 of 100 requests took no longer", value: (service) => service.p99,
      draw: (cell, service) => setText(cell, duration(service.p99)),
    },
    {
      name: "in-flight", title: "In flight", numeric: true, value: (service) => service.inFlight,
      draw: (cell, service) => setText(cell, whole(service.inFlight)),
    },
  ],
});

export const services = {
  name: "services",
  title: "Services",
  table,
  filter: "services-filter",
  start() {
    byId("services-table").append(table.element);
    byId("services-filter").addEventListener("input", (event) => table.filter(event.target.value));
    when("rates", () => {
      setText(byId("count-services"), whole(edge.services.size));
      if (!byId("view-services").hidden) table.setRows([...edge.services.values()]);
    });
  },
  show() {
    table.setRows([...edge.services.values()]);
  },
};
