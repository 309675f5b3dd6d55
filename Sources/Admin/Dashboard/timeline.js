// What has happened of late: tables with what was added and removed, operators' orders, endpoints' health.
import { add, byId, fill, make } from "./dom.js";
import { edge, when } from "./edge.js";
import { clock, provenance, stamp, whole } from "./format.js";
import { ask } from "./link.js";

/** As many as the edge keeps. */
const KEPT = 1000;
const STEP = 100;
let limit = STEP;

const marks = {
  table: { installed: "▦" },
  endpoint: { down: "▼", up: "●", ejected: "▲", returned: "●" },
  problem: { appeared: "▲", gone: "✓" },
  order: {},
};
const tones = { down: "bad", ejected: "bad", appeared: "bad", up: "good", returned: "good", gone: "good" };

/** Takes events, the oldest first; tells whether any is new. */
export function takeEvents(list) {
  const last = edge.events[0]?.id ?? 0;
  const fresh = list.filter((event) => event.id > last).reverse();
  if (fresh.length === 0) return;
  edge.events = fresh.concat(edge.events).slice(0, KEPT);
  tell(fresh);
}

function tell(fresh) {
  if (byId("view-timeline").hidden) return;
  const kind = byId("timeline-kind").value;
  const list = byId("timeline-list");
  if (list.dataset.empty) return draw();
  const items = fresh.filter((event) => kind === "" || event.kind === kind).map(item);
  list.prepend(...items);
  while (list.children.length > limit) list.lastChild.remove();
  byId("timeline-more").hidden = edge.events.length <= list.children.length;
}

function item(event) {
  const mark = marks[event.kind]?.[event.what] ?? (event.kind === "order" ? "✎" : "•");
  const service = event.subject.split("/")[0];
  const isEndpoint = event.subject.includes("/") && (event.kind === "endpoint" || event.kind === "order");
  const generation = event.kind === "table" ? Number(event.subject.replace("table ", "")) : null;
  return make("li", { "data-kind": event.kind, "data-event": event.id },
    make("time", { datetime: stamp(event.time) }, clock(event.time)),
    make("span", { class: "badge", "data-tone": tones[event.what] ?? "" }, `${mark} ${event.kind}`),
    make("div", {},
      make("p", {}, make("strong", {}, isEndpoint && edge.services.has(service)
        ? make("a", { href: `#service/${encodeURIComponent(service)}` }, event.subject) : event.subject), ` ${event.what}`),
      event.detail && make("p", { class: "muted" }, event.detail),
      generation !== null && make("button", {
        type: "button", class: "small", "aria-expanded": "false", onclick: (click) => expand(click.currentTarget, generation),
      }, "What changed")));
}

/** Shows what differs from the table before, or hides it. */
async function expand(button, generation) {
  const shown = button.parentElement.querySelector(".difference");
  button.setAttribute("aria-expanded", String(!shown));
  if (shown) return shown.remove();
  const place = make("div", { class: "difference" }, "…");
  button.parentElement.append(place);
  try {
    const { generations } = await ask("generations");
    const before = generations.map((one) => one.generation).filter((number) => number < generation).sort((one, two) => two - one)[0];
    if (before === undefined || !generations.some((one) => one.generation === generation)) {
      fill(place, make("p", { class: "muted" }, "The table before it is not kept."));
      return;
    }
    const difference = await ask(`generations?from=${before}&to=${generation}`);
    fill(place, make("ul", {}, difference.changes.map(change)),
      difference.more_changes > 0 && make("p", {}, `and ${whole(difference.more_changes)} more`),
      difference.changes.length === 0 && make("p", { class: "muted" }, "Nothing that counts."));
  } catch (error) {
    fill(place, make("p", {}, error.message));
  }
}

function change(change) {
  const sign = { added: "+", removed: "−", changed: "~" }[change.kind] ?? "?";
  const tone = { added: "good", removed: "bad" }[change.kind];
  const from = change.now ?? change.before;
  return make("li", {}, make("span", { class: "sign", "data-tone": tone }, sign), make("span", { class: "unseen" }, change.kind),
    ` ${change.subject}`, change.details.length > 0 && `  ${change.details.join(", ")}`,
    from && make("span", { class: "muted" }, `  ${provenance(from.source, from.revision)}`));
}

function draw() {
  const kind = byId("timeline-kind").value;
  const all = edge.events.filter((event) => kind === "" || event.kind === kind);
  const list = byId("timeline-list");
  fill(list, all.slice(0, limit).map(item));
  list.dataset.empty = all.length === 0 ? "yes" : "";
  if (all.length === 0) add(list, [make("li", { class: "muted" }, "Nothing has happened yet.")]);
  byId("timeline-more").hidden = all.length <= limit;
}

export const timeline = {
  name: "timeline",
  title: "Timeline",
  start() {
    byId("timeline-kind").addEventListener("change", draw);
    byId("timeline-more").addEventListener("click", () => {
      limit += STEP;
      draw();
    });
    when("link", (word) => { if (word === "live" && !byId("view-timeline").hidden) draw(); });
  },
  show() {
    limit = STEP;
    draw();
  },
};
