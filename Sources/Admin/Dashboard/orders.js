// What an operator does to an endpoint: said beforehand, done, and easily taken back.
import { announce, byId, fill, make } from "./dom.js";
import { order, Refusal } from "./link.js";

const path = (endpoint, verb) =>
  `endpoints/${encodeURIComponent(endpoint.service)}/${encodeURIComponent(endpoint.address)}/${verb}`;

/** Asks whether it shall be; gives the button's word: yes, no or auto. */
function confirm(title, text, button, weight = null) {
  const dialog = byId("confirm");
  byId("confirm-title").textContent = title;
  fill(byId("confirm-text"), text.filter(Boolean).map((line) => make("p", {}, line)));
  byId("confirm-yes").textContent = button;
  byId("confirm-weight-label").hidden = weight === null;
  byId("confirm-auto").hidden = weight === null || !weight.isOwn;
  byId("confirm-weight").required = weight !== null;
  byId("confirm-weight").value = weight?.now ?? "";
  return new Promise((resolve) => {
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
    dialog.showModal();
    (weight === null ? byId("confirm-no") : byId("confirm-weight")).focus();
  });
}

/** What becomes of the others' requests. */
function consequence(endpoint, others) {
  if (endpoint.state !== "in") return "It gets no new requests as it is.";
  if (others === 0) return "It is the last one that takes requests: its service will answer 503.";
  return others === 1 ? "The other one that is in takes its share." : `The ${others} others that are in take its share.`;
}

const until = "It stands until it is taken back or the endpoint goes from the store, and is kept over restarts. It is this edge's alone.";

/** Drains, disables or enables an endpoint, or gives it another weight; `others`: endpoints of its service that are in besides it. */
export async function act(verb, endpoint, others) {
  const { service, address } = endpoint;
  const former = endpoint.override ?? { state: null, weight: null };
  const name = `${address} of ${service}`;
  if (verb === "weight") {
    const answer = await confirm(`Weight of ${address}?`, [
      `It gets requests of ${service} in proportion to its weight, which is ${endpoint.weight} now; with 0 it gets none.`, until,
    ], "Set the weight", { now: endpoint.weight, isOwn: former.weight !== null });
    const value = answer === "auto" ? "auto" : byId("confirm-weight").value;
    if (answer === "no" || value === "") return;
    await carryOut(endpoint, `weight?value=${value}`, answer === "auto" ? `${name} has the store's weight again.` : `${name} has weight ${value}.`,
      `weight?value=${former.weight ?? "auto"}`);
    return;
  }
  const words = {
    drain: {
      title: `Drain ${address}?`, button: "Drain", done: `${name} is drained.`,
      text: [`${service} sends nobody new to it. What is under way there goes on, and so does whom a cookie keeps there.`,
        consequence(endpoint, others), until],
    },
    disable: {
      title: `Disable ${address}?`, button: "Disable", done: `${name} is disabled.`,
      text: [`It is as if its key were gone from the store: nobody new, sticky or not. What is under way there may end.`,
        consequence(endpoint, others), until],
    },
    enable: {
      title: `Enable ${address}?`, button: "Enable", done: `${name} is as the store says.`,
      text: [`What was said of it (${former.state ?? "nothing"}) is taken back: it gets new requests of ${service} if the store and its checks let it.`],
    },
  }[verb];
  if (await confirm(words.title, words.text, words.button) !== "yes") return;
  await carryOut(endpoint, verb, words.done, former.state ?? "enable");
}

/** Does it, says what came of it, and how to take it back. */
async function carryOut(endpoint, verb, done, undo) {
  try {
    await order(path(endpoint, verb));
    toast(done, undo === null ? null : () => carryOut(endpoint, undo, "It is as it was.", null));
  } catch (error) {
    toast(error instanceof Refusal ? `Not done: ${error.message}` : "Not done: the edge does not answer.");
  }
}

let closing = null;

/** Says what was done, for half a minute if there is something to take back. */
export function toast(text, undo = null) {
  clearTimeout(closing);
  byId("toast").hidden = false;
  byId("toast-text").textContent = text;
  byId("undo").hidden = undo === null;
  byId("undo").onclick = () => {
    byId("toast").hidden = true;
    undo();
  };
  if (undo === null) announce(text);
  closing = setTimeout(() => { byId("toast").hidden = true; }, undo === null ? 8000 : 30_000);
}

/** To be called once. */
export function startOrders() {
  // These submit nothing: the Enter key in the form means what it asks.
  byId("confirm-no").addEventListener("click", () => byId("confirm").close("no"));
  byId("confirm-auto").addEventListener("click", () => byId("confirm").close("auto"));
  byId("toast-close").addEventListener("click", () => { byId("toast").hidden = true; });
}
