// Where the edge listens, and the certificates that it shows.
import { byId, make, setAttribute, setText } from "./dom.js";
import { when } from "./edge.js";
import { date, octets, several, span, whole } from "./format.js";
import { ask } from "./link.js";
import { LiveTable, once, tone } from "./table.js";

const DAY = 86_400;
const left = (certificate) => certificate.not_after - Date.now() / 1000;

/** How a certificate stands: as the problems list counts it, less than a tenth of its life left, of long ones three weeks. */
function standing(certificate) {
  const seconds = left(certificate);
  const ahead = certificate.not_before - Date.now() / 1000;
  if (ahead > 0) return { text: `▲ not good for another ${span(ahead)}`, tone: "bad" };
  if (seconds < 0) return { text: `▲ ended ${span(-seconds)} ago`, tone: "bad" };
  const isNear = seconds < Math.min(21 * DAY, (certificate.not_after - certificate.not_before) / 10);
  const text = seconds < 2 * DAY ? `${span(seconds)} left` : `${several(Math.floor(seconds / DAY), "day")} left`;
  return isNear ? { text: `▲ ${text}`, tone: "bad" } : { text: `● ${text}`, tone: "good" };
}

const certificateTable = new LiveTable({
  id: "certificates",
  caption: "Certificates in force",
  nouns: ["certificate", "certificates"],
  empty: "No listener of this edge speaks TLS.",
  sort: "left",
  key: (certificate) => `${certificate.fingerprint} ${certificate.name} ${certificate.source}`,
  mark: (row, certificate) => setAttribute(row, "data-certificate", certificate.name),
  columns: [
    { name: "name", title: "Name", value: (certificate) => certificate.name },
    { name: "hosts", title: "Hosts", value: (certificate) => certificate.hosts.join(", ") },
    {
      name: "left", title: "Time left", value: left,
      draw: (cell, certificate) => {
        const { text, tone: colour } = standing(certificate);
        const word = once(cell, () => make("span", { class: "state" }));
        setText(word, text);
        tone(word, colour);
      },
    },
    { name: "until", title: "Until", value: (certificate) => date(certificate.not_after) },
    { name: "key", title: "Key", value: (certificate) => certificate.key },
    {
      name: "stapled", title: "Stapled until", value: (certificate) => certificate.stapled_until ?? null,
      draw: (cell, certificate) => setText(cell, certificate.stapled_until ? date(certificate.stapled_until) : "–"),
    },
    { name: "listeners", title: "Listeners", value: (certificate) => certificate.listeners.join(", ") },
    {
      name: "source", title: "From", value: (certificate) => certificate.source,
      draw: (cell, certificate) => {
        setText(cell, certificate.former ? `${certificate.source} (a former one, for the new one cannot be used)` : certificate.source);
        setAttribute(cell, "title", certificate.fingerprint);
      },
    },
  ],
});

const listenerTable = new LiveTable({
  id: "listeners",
  caption: "Listeners",
  nouns: ["listener", "listeners"],
  sort: "name",
  key: (listener) => listener.name,
  mark: (row, listener) => setAttribute(row, "data-listener", listener.name),
  columns: [
    { name: "name", title: "Name", value: (listener) => listener.name },
    { name: "address", title: "Address", value: (listener) => listener.address },
    { name: "protocol", title: "Protocol", value: (listener) => listener.protocol + (listener.http2 ? ", HTTP/2" : "") },
    {
      name: "settings", title: "Settings",
      value: (listener) => [listener.tls && "TLS", listener.proxy_protocol && "PROXY protocol",
        listener.redirects_to_https && "redirects to https"].filter(Boolean).join(", ") || "–",
    },
    { name: "requests", title: "Requests", numeric: true, value: (listener) => listener.requests,
      draw: (cell, listener) => setText(cell, whole(listener.requests)) },
    { name: "failed", title: "5xx", numeric: true, value: (listener) => listener.responses["5xx"],
      draw: (cell, listener) => setText(cell, whole(listener.responses["5xx"])) },
    { name: "received", title: "Received", numeric: true, value: (listener) => listener.received_bytes,
      draw: (cell, listener) => setText(cell, octets(listener.received_bytes)) },
    { name: "sent", title: "Sent", numeric: true, value: (listener) => listener.sent_bytes,
      draw: (cell, listener) => setText(cell, octets(listener.sent_bytes)) },
  ],
});

/** A view of a listing that is asked for when it is opened, and now and then while it is. */
function listing(name, title, table) {
  const load = async () => {
    try {
      table.setRows((await ask(name))[name]);
    } catch {
      // The link says that the edge is away; what is shown stays.
    }
  };
  const isShown = () => !byId(`view-${name}`).hidden;
  return {
    name, title, table,
    start() {
      byId(`${name}-table`).append(table.element);
      setInterval(() => { if (isShown() && !document.hidden) load(); }, 5000);
      when("link", (word) => { if (word === "live" && isShown()) load(); });
    },
    show: load,
  };
}

export const certificates = listing("certificates", "Certificates", certificateTable);
export const listeners = listing("listeners", "Listeners", listenerTable);
