// What is wrong, since when, and what would be right: first of all wherever there is any.
import { announce, byId, fill, make, setText } from "./dom.js";
import { edge, when } from "./edge.js";
import { clock, provenance, several, span, stamp, whole } from "./format.js";

/** So many are drawn; who has more of them mends these first. */
const DRAWN = 200;
const ON_FRONT = 5;

/** Where somebody looks next: the service of an endpoint, the certificates, the listeners. */
function target(problem) {
  const [kind, name] = problem.subject.split(/ (.*)/s);
  if (kind === "service") return `#service/${encodeURIComponent(name.split(": ")[0])}`;
  if (kind === "endpoint") return `#service/${encodeURIComponent(name.split("/")[0])}`;
  return { certificate: "#certificates", listener: "#listeners" }[kind] ?? null;
}

function item(problem) {
  const isWarning = problem.severity === "warning";
  const href = target(problem);
  const now = Date.now() / 1000;
  return make("li", { "data-severity": problem.severity },
    make("span", { class: "badge", "data-tone": isWarning ? "bad" : "warn" }, isWarning ? "▲ warning" : "◆ notice"),
    make("div", {},
      make("p", { class: "subject" }, href ? make("a", { href }, problem.subject) : problem.subject),
      make("p", {}, problem.reason),
      make("p", { class: "muted" }, "since ", make("time", { datetime: stamp(problem.since), title: clock(problem.since) },
        clock(problem.since)), " (", make("span", { class: "age", "data-since": problem.since }, span(now - problem.since)), ")", problem.source && `, ${provenance(problem.source, problem.revision)}`)));
}

/** Warnings first, the newest first of each. */
const ordered = (list) => list.toSorted((one, two) =>
  (one.severity === "warning" ? 0 : 1) - (two.severity === "warning" ? 0 : 1) || two.since - one.since);

/** Problems grow old, though nothing else of them changes. */
function age() {
  for (const element of document.querySelectorAll(".problems .age")) setText(element, span(Date.now() / 1000 - element.dataset.since));
}

let former = null;

function draw() {
  const problems = ordered(edge.problems);
  const warnings = problems.filter((problem) => problem.severity === "warning");
  const verdict = byId("verdict");
  // Of an edge that is not heard nobody knows how it is.
  const isLost = document.body.dataset.link === "lost";
  const text = isLost ? "Not heard" : problems.length === 0 ? "All well" : warnings.length === 0
    ? several(problems.length, "notice") : several(warnings.length, "problem");
  setText(verdict, `${isLost || warnings.length > 0 ? "▲" : problems.length > 0 ? "◆" : "✓"} ${text}`);
  verdict.dataset.problems = problems.length;
  verdict.dataset.tone = isLost || warnings.length > 0 ? "bad" : problems.length > 0 ? "warn" : "good";
  setText(byId("count-problems"), problems.length > 0 ? whole(problems.length) : "");
  if (former !== null && former !== text) announce(text);
  former = text;
  const more = problems.length - DRAWN;
  fill(byId("problem-list"), problems.slice(0, DRAWN).map(item), more > 0 && make("li", {}, `and ${whole(more)} more`),
    problems.length === 0 && make("li", { class: "muted" }, "There is none: everything is as it was written."));
  // The front page shows what is wrong; what operators have said themselves they find in the view.
  byId("worst").hidden = warnings.length === 0;
  fill(byId("worst-list"), warnings.slice(0, ON_FRONT).map(item));
  fill(byId("worst-more"), problems.length > Math.min(warnings.length, ON_FRONT)
    && make("a", { href: "#problems" }, `All ${whole(problems.length)}`));
}

export const problems = {
  name: "problems",
  title: "Problems",
  start() {
    when("link", draw);
    when("problems", () => {
      // Drawing it anew would take focus and selection away: only if it is another list.
      const text = JSON.stringify(edge.problems);
      if (text === this.text) return age();
      this.text = text;
      draw();
    });
  },
  show() {
    if (this.text) draw();
  },
};
