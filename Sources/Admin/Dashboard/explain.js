// Why a request goes where it goes: a form, and the answer to read from top to bottom.
import { byId, fill, make } from "./dom.js";
import { clock, duration, octets, provenance, several, share, stamp, whole } from "./format.js";
import { ask } from "./link.js";

const fields = ["url", "method", "client", "headers", "id"];
const field = (name) => byId(`explain-${name}`);

/** What the form says, as parameters of the API and of the page's address. */
function question() {
  const parameters = new URLSearchParams();
  for (const name of ["url", "method", "client", "id"]) {
    const value = field(name).value.trim();
    if (value) parameters.append(name, name === "method" ? value.toUpperCase() : value);
  }
  for (const line of field("headers").value.split("\n")) if (line.trim()) parameters.append("header", line.trim());
  // The API takes a request already made or one that might be: its id says everything.
  if (parameters.has("id")) for (const name of ["url", "method", "client", "header"]) parameters.delete(name);
  if (parameters.has("url") && !parameters.get("url").includes("://")) parameters.set("url", `http://${parameters.get("url")}`);
  return parameters;
}

// MARK: parts of an answer

const from = (origin) => make("td", { class: "muted", "data-title": "From" }, origin ? provenance(origin.source, origin.revision) : "–");

/** A table whose rows are lists of cells' texts or cells. */
function table(caption, titles, rows) {
  return make("div", { class: "box" }, make("table", { role: "table" }, make("caption", { class: "unseen" }, caption),
    make("thead", { role: "rowgroup" }, make("tr", { role: "row" },
      titles.map((title) => make("th", { scope: "col", role: "columnheader" }, title)))),
    make("tbody", { role: "rowgroup" }, rows.map((cells) => make("tr", { role: "row", class: cells.className },
      cells.map((cell, index) => {
        const element = cell instanceof HTMLTableCellElement ? cell : make("td", {}, cell);
        element.setAttribute("role", "cell");
        element.setAttribute("data-title", titles[index]);
        return element;
      }))))));
}

const badge = (text, tone) => make("span", { class: "badge", "data-tone": tone }, text);
const section = (title, ...children) => make("section", { class: "panel" }, make("h3", {}, title), children);

const outcomes = {
  forward: { mark: "●", word: "goes to", tone: "good" },
  redirect: { mark: "↪", word: "is redirected", tone: "" },
  refuse: { mark: "▲", word: "is refused", tone: "bad" },
  varies: { mark: "◆", word: "depends", tone: "warn" },
};

function outcome(outcome) {
  const { mark, word, tone } = outcomes[outcome.kind] ?? { mark: "?", word: outcome.kind, tone: "warn" };
  const status = outcome.status ? ` with ${outcome.status}` : "";
  return make("p", { class: "outcome" }, badge(`${mark} ${word}${status}`, tone), ` ${outcome.reason}`,
    outcome.location && [" → ", make("code", {}, outcome.location)], outcome.cause && make("span", { class: "muted" }, ` (${outcome.cause})`));
}

const gateMarks = { passes: ["✓ passes", "good"], stops: ["▲ stops it", "bad"], depends: ["◆ depends", "warn"] };

function gates(list) {
  return table("What is asked of it", ["Verdict", "What", "Who asks", "What there is to know", "From"], list.map((gate) => [
    make("td", {}, badge(...(gateMarks[gate.verdict] ?? [gate.verdict, "warn"]))), gate.name, gate.of, gate.detail, from(gate.provenance)]));
}

const verdicts = {
  taken: ["● taken", "good"], shadowed: ["◐ another is stronger", ""], method: ["▲ the method", "warn"], header: ["▲ a header", "warn"],
  path: ["▲ the path", "warn"], host: ["▲ the host", "warn"],
};

function candidates(explanation) {
  const rows = explanation.candidates.map((candidate) => [
    make("td", {}, badge(...(verdicts[candidate.verdict] ?? [candidate.verdict, "warn"]))), make("td", {}, make("strong", {}, candidate.route)),
    make("td", {}, make("code", {}, candidate.host)), make("td", {}, candidate.path ? make("code", {}, candidate.path) : "any"),
    candidate.reason, from(candidate.provenance)]);
  return [rows.length > 0 ? table("Routes that it might take", ["Verdict", "Route", "Host", "Path", "Why", "From"], rows)
    : make("p", {}, "No route comes near it."),
  explanation.more_candidates > 0 && make("p", { class: "muted" }, `and ${whole(explanation.more_candidates)} more that came close`)];
}

/** A list of terms: title and text, or nothing where there is none. */
function facts(list) {
  return make("dl", { class: "facts" }, list.filter(([, text]) => text !== null && text !== undefined && text !== "" && text !== false)
    .map(([title, text]) => make("div", {}, make("dt", {}, title), make("dd", {}, text))));
}

const named = (list) => list.map((item) => `${item.name}: ${item.value}`).join(", ");

function route(route) {
  return section(`By route ${route.name}`, facts([
    ["from", provenance(route.provenance.source, route.provenance.revision)],
    ["sends", route.target && make("code", {}, route.target)],
    ["rewrites", route.rewrites.join(", then ")],
    ["sets on the request", named(route.sets_request_fields)], ["removes from it", route.removes_request_fields.join(", ")],
    ["sets on the answer", named(route.sets_answer_fields)], ["removes from it", route.removes_answer_fields.join(", ")],
  ]));
}

const stateMarks = { in: ["● in", "good"], draining: ["◐ draining", "warn"], weightless: ["◌ weight 0", "warn"], down: ["▼ down", "bad"],
  ejected: ["▲ ejected", "bad"], unreachable: ["▼ unreachable", "bad"], full: ["■ full", "warn"] };

function asked(service) {
  return section(`To service ${service.name}`,
    service.share < 1 && make("p", {}, `${share(service.share)} of the route's requests fall to it.`), outcome(service.outcome),
    facts([
      ["balanced by", service.balance],
      ["tied by", service.affinities.map((tie) => `${tie.by}${tie.present ? "" : " (the request has none)"}${tie.endpoint ? `: ${tie.endpoint}` : ""}`).join(", ")],
    ]),
    service.gates.length > 0 && gates(service.gates),
    service.endpoints.length > 0 && table("Its endpoints", ["Endpoint", "Share", "State", "Weight", "In flight", "Latency", "Why", "From"],
      service.endpoints.map((endpoint) => Object.assign([
        make("td", {}, endpoint.share > 0 ? make("strong", {}, endpoint.address) : endpoint.address),
        share(endpoint.share), make("td", {}, badge(...(stateMarks[endpoint.state] ?? [endpoint.state, "warn"]))), whole(endpoint.weight),
        whole(endpoint.in_flight), duration(endpoint.latency ?? null),
        [endpoint.tier === "rotation" ? "" : endpoint.tier, endpoint.reason, endpoint.returns_after !== undefined && `returns in ${duration(endpoint.returns_after)}`]
          .filter(Boolean).join(", "), from(endpoint.provenance)], { className: endpoint.share > 0 ? "taken" : "idle" }))),
    service.more_endpoints > 0 && make("p", { class: "muted" }, `and ${several(service.more_endpoints, "endpoint")} more`),
    service.terms.length > 0 && make("details", {}, make("summary", {}, "Limits that apply"),
      table("Limits that apply", ["Setting", "Value", "Who says so", "From"],
        service.terms.map((term) => [term.name, term.value, term.of, from(term.provenance)]))));
}

/** A request already made: what it got, and what it waited for. */
function made(request) {
  const { timings } = request;
  const parts = [["before sending", timings.before_sending], ["– of it the password", timings.password],
    ["– of it the permission", timings.permission], ["– of it in line", timings.queue], ["– of it the connection", timings.connect],
    ["to the first byte", timings.first_byte], ["the body", timings.body], ["all", timings.total]].filter(([, seconds]) => seconds !== undefined);
  return section("The request that was made", make("p", { class: "outcome" },
    badge(String(request.status), request.status >= 500 ? "bad" : request.status >= 400 ? "warn" : "good"), " ", make("code", {}, request.line)),
  facts([
    ["when", make("time", { datetime: stamp(request.time) }, clock(request.time))], ["host", request.host], ["client", request.client],
    ["user", request.user], ["failed for", request.failure], ["route", request.route], ["service", request.service],
    ["endpoint", request.endpoint], ["listener", request.listener], ["retries", request.retries > 0 && whole(request.retries)],
    ["table", whole(request.generation)],
    ["received, sent", `${octets(request.received_bytes)}, ${octets(request.sent_bytes)}`],
  ]), table("How long it took", ["Part", "Time"], parts.map(([name, seconds]) => [name, duration(seconds)])),
  request.tries.length > 1 && table("Endpoints that were asked", ["Endpoint", "What came of it", "Status", "Began after", "Took"],
    request.tries.map((one) => [one.endpoint, one.outcome, one.status ?? "–", duration(one.began),
      duration(one.took) + (one.reused ? ", on a kept connection" : "")])));
}

/** Where it goes, in one sentence. */
function verdict(told) {
  const services = told.services.map((service) => service.name).join(" or ");
  const by = [told.outcome.kind === "forward" && services && `of service ${services}`, told.route && `by route ${told.route.name}`];
  const line = outcome(told.outcome);
  line.append(by.filter(Boolean).map((part) => `, ${part}`).join(""));
  return line;
}

const rules = {
  exact: "it is for this very name", wildcard: "its wildcard covers the name", default: "none is for the name: it is the default",
  refused: "none is for the name: the handshake is refused",
};

/** What the client is shown in the handshake, and whether it is for the host. */
function certificate(told) {
  const { shown, others } = told;
  return section("The certificate that the client is shown",
    make("p", { class: "outcome" }, told.rule === "refused" ? badge("▲ none", "bad") : told.trouble || !told.covers_host ? badge("◆ doubtful", "warn")
      : badge("✓ fits", "good"), ` ${rules[told.rule] ?? told.rule}`, told.trouble && `; ${told.trouble}`,
    !told.covers_host && "; it is not for the host, so the request gets 421"),
    facts([["name in the handshake", told.server_name || "none"],
      ["asked of the client", told.client_certificate === "none" ? null : `a certificate (${told.client_certificate})`]]),
    shown.length > 0 && table("Certificates that are shown", ["Name", "Hosts", "Key", "Until", "From"], shown.map((one) => [
      make("td", {}, make("strong", {}, one.name)), one.hosts.join(", "), one.key, one.until, from(one.provenance)])),
    others.length > 0 && facts(others.map((other) => [`not ${other.name}`, other.reason])));
}

function explanation(told) {
  const { request } = told;
  return [
    section(`${request.method} ${request.url}`, verdict(told), facts([
      ["host", request.host || "none"], ["path", request.path], ["query", request.query], ["listener", request.listener || "none"],
      ["over", request.secure ? "https" : "http"], ["client", request.client], ["table", whole(told.generation)],
      ["hosts tried", told.hosts.map((host) => host.pattern).join(", then ")],
    ]), told.notes.map((note) => make("p", { class: "muted" }, note))),
    told.certificate && certificate(told.certificate),
    section("Routes", candidates(told)),
    told.gates.length > 0 && section("What is asked of it", gates(told.gates)),
    told.route && route(told.route),
    told.services.map(asked),
  ];
}

let latest = 0;

async function run(parameters) {
  const answer = byId("explain-answer");
  const mine = ++latest;
  let told = null;
  answer.setAttribute("aria-busy", "true");
  try {
    told = await ask(`explain?${parameters}`);
    if (mine !== latest) return;
    const isMade = "request" in told && "timings" in told.request;
    const known = isMade ? told.explanation : told;
    fill(answer, isMade && made(told.request), known ? explanation(known) : make("p", {}, "What the table says of it is not known."));
    answer.dataset.outcome = known?.outcome.kind ?? "";
  } catch (error) {
    if (mine !== latest) return;
    answer.dataset.outcome = "error";
    // An edge of another version may answer what this page, loaded from a former one, does not know.
    if (told !== null) console.error(error);
    const text = told !== null ? `This page does not understand the edge's answer (${error.message}): load it anew.`
      : error instanceof TypeError ? "The edge does not answer." : error.message;
    fill(answer, make("p", { class: "panel", role: "alert" }, text));
  } finally {
    answer.removeAttribute("aria-busy");
  }
}

export const explain = {
  name: "explain",
  title: "Explain",
  start() {
    byId("explain-form").addEventListener("submit", (event) => {
      event.preventDefault();
      const parameters = question();
      if (!parameters.has("url") && !parameters.has("id")) return field("url").focus();
      const hash = `#explain?${parameters}`;
      if (location.hash === hash) run(parameters);
      else location.hash = hash;
    });
  },
  /** Shows the form as a link says, and the answer if it asks something. */
  show(_, parameters) {
    if ([...parameters].length === 0) return;
    for (const name of fields) field(name).value = name === "headers" ? parameters.getAll("header").join("\n") : parameters.get(name) ?? "";
    run(parameters);
  },
};
