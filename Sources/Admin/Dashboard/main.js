// The page as a whole: which view is shown, the top line, keys, colours, and the link to the edge.
import { announce, byId, setText, Spark } from "./dom.js";
import { edge, takeRates, takeServices, tell, when } from "./edge.js";
import { explain } from "./explain.js";
import { clock, count, duration, span, whole } from "./format.js";
import { ask, asker, Stream } from "./link.js";
import { certificates, listeners } from "./listeners.js";
import { startOrders } from "./orders.js";
import { problems } from "./problems.js";
import { service } from "./service.js";
import { services } from "./services.js";
import { takeEvents, timeline } from "./timeline.js";
import { tone } from "./table.js";

const views = [services, problems, explain, timeline, certificates, listeners, service];
/** As the keys 1 to 6 and the links have them. */
const numbered = views.slice(0, 6);
let current = null;

// MARK: views

/** Shows what the address says: `#service/NAME`, `#explain?url=...`, `#timeline`. */
function route() {
  const [path, query = ""] = location.hash.slice(1).split(/\?(.*)/s);
  const [name, rest = ""] = path.split(/\/(.*)/s);
  const view = views.find((candidate) => candidate.name === name) ?? services;
  let subject = rest;
  try {
    subject = decodeURIComponent(rest);
  } catch {
    // Not percent-encoded: it is meant as it stands.
  }
  for (const other of views) byId(`view-${other.name}`).hidden = other !== view;
  document.body.dataset.view = view.name;
  for (const link of document.querySelectorAll("nav a")) {
    const isHere = link.dataset.view === (view === service ? "services" : view.name);
    if (isHere) {
      link.setAttribute("aria-current", "page");
      link.scrollIntoView({ block: "nearest", inline: "nearest" });
    } else {
      link.removeAttribute("aria-current");
    }
  }
  if (current === service && view !== service) service.hide();
  const isFirst = current === null;
  current = view;
  view.show(subject, new URLSearchParams(query));
  listenFor(view === service ? subject : null);
  title();
  if (!isFirst) byId(`title-${view.name}`).focus({ preventScroll: false });
}

function title() {
  const what = current === service ? byId("service-name").textContent : current?.title;
  const wrong = edge.problems.filter((problem) => problem.severity === "warning").length;
  document.title = [wrong > 0 && `(${wrong})`, what, location.host, "Portico"].filter(Boolean).join(" · ");
}

// MARK: the top line

const sparks = { rate: new Spark(72, 14), failures: new Spark(72, 14) };

function drawTotals() {
  const total = edge.rates?.total;
  if (total) {
    setText(byId("figure-rate"), count(total.requests_per_second));
    setText(byId("figure-failures"), count(total.failures_per_second));
    tone(byId("figure-failures"), total.failures_per_second > 0 ? "bad" : "");
    setText(byId("figure-p50"), duration(total.p50));
    setText(byId("figure-p99"), duration(total.p99));
    setText(byId("figure-in-flight"), whole(total.in_flight));
    sparks.rate.draw(edge.history.rate);
    sparks.failures.draw(edge.history.failures);
  }
  if (edge.totals) setText(byId("figure-connections"), whole(edge.totals.connections));
}

function drawInfo() {
  const { info } = edge;
  if (!info) return;
  setText(byId("host"), location.host);
  setText(byId("version"), `${info.version}, up ${span(Date.now() / 1000 - info.started_at)}${info.draining ? ", draining" : ""}`);
  const generation = edge.totals?.generation ?? info.table.generation;
  const age = span(Date.now() / 1000 - info.table.installed_at);
  setText(byId("figure-table"), info.ready || info.table.generation > 0 ? `${whole(generation)}, ${age} old` : "none yet");
  byId("figure-table").title = `in force since ${clock(info.table.installed_at)}`;
  const store = byId("figure-store");
  setText(store, info.store.available ? `● ${info.store.name}` : `▲ away: ${info.store.name}`);
  store.title = info.store.outage ?? "";
  tone(store, info.store.available ? "" : "bad");
}

// MARK: the link

/** The last service's name that the stream tells of. */
let heard = null;
let isListening = false;

function listenFor(name) {
  if (isListening && heard === name) return;
  heard = name;
  if (isListening) stream.listen(name);
  else stream.service = name;
}

const refreshInfo = soon(async () => {
  const former = edge.info?.started_at;
  edge.info = await ask("info");
  if (former !== undefined && former !== edge.info.started_at) {
    // Another process: its events begin anew.
    edge.events = [];
    await refreshEvents();
  }
  tell("info");
});
const refreshProblems = soon(async () => {
  edge.problems = (await ask("problems")).problems;
  tell("problems");
});
const refreshEvents = async () => takeEvents((await ask("events")).events);

/** Many calls at once are one a little later; a failure is the link's to tell. */
function soon(body) {
  let timer = null;
  return () => {
    timer ??= setTimeout(async () => {
      timer = null;
      await body().catch(() => {});
    }, 100);
  };
}

let awaySince = null;
let countdown = null;

const stream = new Stream({
  up() {
    clearInterval(countdown);
    document.body.dataset.link = "live";
    byId("away").hidden = true;
    if (awaySince !== null) announce("The edge answers again.");
    awaySince = null;
    refreshInfo();
    refreshProblems();
    tell("link", "live");
  },
  down(reason, seconds) {
    awaySince ??= Date.now() / 1000;
    document.body.dataset.link = "lost";
    byId("away").hidden = false;
    const until = Date.now() + seconds * 1000;
    // What changes each second is not to be read out each second.
    const text = `The edge has not been heard since ${clock(awaySince)}: ${reason}. What is shown is as it was then.`;
    byId("away").replaceChildren(text, Object.assign(document.createElement("span"), { ariaHidden: "true" }));
    clearInterval(countdown);
    const show = () => {
      byId("away").lastChild.textContent = ` Next try in ${Math.max(0, Math.ceil((until - Date.now()) / 1000))} s.`;
    };
    show();
    countdown = setInterval(show, 1000);
    tell("link", "lost");
  },
  event(name, data) {
    if (name === "rates") return takeRates(data);
    if (name === "totals") {
      const former = edge.totals;
      edge.totals = data;
      if (former && (former.generation !== data.generation || former.problems !== data.problems)) refreshProblems();
      return tell("totals");
    }
    takeEvents([data]);
    refreshProblems();
    if (name === "table") refreshInfo();
    tell("event", data);
  },
});

async function connect() {
  try {
    await refreshEvents();
    stream.lastId = edge.events[0]?.id ?? 0;
    takeServices((await ask("services")).services);
  } catch {
    // The stream tries it again, and says so.
  }
  isListening = true;
  stream.listen(heard);
}

// A page that nobody looks at costs the edge nothing.
let resting = null;
document.addEventListener("visibilitychange", () => {
  clearTimeout(resting);
  if (document.hidden) resting = setTimeout(() => stream.rest(), 60_000);
  else if (isListening && stream.current === null) stream.listen(heard);
});

asker.ask = (isWrong) => new Promise((resolve) => {
  const dialog = byId("token");
  byId("token-wrong").hidden = !isWrong;
  byId("token-value").value = "";
  dialog.addEventListener("close", () => resolve(byId("token-value").value), { once: true });
  if (!dialog.open) dialog.showModal();
});
byId("token").addEventListener("cancel", (event) => event.preventDefault());

// MARK: colours

const themes = { auto: ["◐", "as the system says"], light: ["○", "light"], dark: ["●", "dark"] };

function setTheme(name) {
  document.documentElement.dataset.theme = name;
  const [mark, text] = themes[name];
  byId("theme").textContent = mark;
  byId("theme").setAttribute("aria-label", `Colours: ${text}`);
  byId("theme").title = `Colours: ${text}`;
}

function turnTheme() {
  const names = Object.keys(themes);
  const name = names[(names.indexOf(document.documentElement.dataset.theme) + 1) % names.length];
  setTheme(name);
  announce(`Colours: ${themes[name][1]}`);
  try {
    localStorage.setItem("portico-theme", name);
  } catch {
    // It holds for this page then.
  }
}

// MARK: keys

const typing = (element) => element.matches("input, textarea, select, [contenteditable]");

function key(event) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
  if (document.querySelector("dialog[open]")) return;
  const filter = current?.filter ? byId(current.filter) : null;
  if (typing(event.target)) {
    if (event.key === "Escape") {
      if (event.target === filter && filter.value) {
        filter.value = "";
        current.table.filter("");
      } else {
        event.target.blur();
      }
    } else if (event.target === filter && (event.key === "ArrowDown" || event.key === "Enter")) {
      event.preventDefault();
      current.table.enter();
    }
    return;
  }
  const view = numbered[Number(event.key) - 1];
  if (view) location.hash = view.name;
  else if (event.key === "/") (filter ?? byId("explain-url")).focus();
  else if (event.key === "?") byId("help").showModal();
  else if (event.key === "t") turnTheme();
  else if (event.key === "[") current.table?.turn(-1);
  else if (event.key === "]") current.table?.turn(1);
  else if (event.key === "ArrowDown" && current.table && !current.table.body.contains(event.target)) current.table.enter();
  else if (event.key === "Escape" && !byId("toast").hidden) byId("toast").hidden = true;
  else if (event.key === "Escape" && current === service) location.hash = "services";
  else return;
  event.preventDefault();
}

// MARK: the start

for (const view of views) view.start?.();
startOrders();
when("rates", drawTotals);
when("totals", () => {
  drawTotals();
  drawInfo();
});
when("info", drawInfo);
when("problems", title);
setTheme(document.documentElement.dataset.theme);
byId("theme").addEventListener("click", turnTheme);
byId("help-open").addEventListener("click", () => byId("help").showModal());
byId("spark-rate").append(sparks.rate.element);
byId("spark-failures").append(sparks.failures.element);
document.addEventListener("keydown", key);
addEventListener("hashchange", route);
// What grows bad without an event, as certificates and ages do.
setInterval(() => {
  if (document.hidden || document.body.dataset.link !== "live") return;
  refreshInfo();
  refreshProblems();
}, 10_000);
route();
connect();
