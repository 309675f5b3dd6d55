// What is known of the edge: one place that the stream and answers write and that views read. Views say what they want to hear of.
import { History } from "./dom.js";

const listeners = new Map();

/** Calls `body` whenever something of that kind is new: info, totals, rates, problems, events, link. */
export function when(kind, body) {
  if (!listeners.has(kind)) listeners.set(kind, []);
  listeners.get(kind).push(body);
}

/** Tells that something of that kind is new. */
export function tell(kind, value) {
  for (const body of listeners.get(kind) ?? []) body(value);
}

export const edge = {
  info: null,
  totals: null,
  rates: null,
  problems: [],
  /** What has happened, the newest first. */
  events: [],
  /** By name: figures of the last span, and the rates' history. */
  services: new Map(),
  history: { rate: new History(), failures: new History() },
};

/** Services as the listing has them: names and endpoints, before there are rates. */
export function takeServices(list) {
  const named = new Set();
  for (const service of list) {
    named.add(service.name);
    const known = serviceOf(service.name);
    known.endpoints = service.endpoints;
    known.endpointsIn = service.endpoints_in;
    known.inFlight = service.in_flight;
  }
  forget(named);
  tell("rates");
}

/** An event of rates. */
export function takeRates(rates) {
  edge.rates = rates;
  edge.history.rate.push(rates.total.requests_per_second);
  edge.history.failures.push(rates.total.failures_per_second);
  const named = new Set();
  for (const service of rates.services) {
    named.add(service.name);
    const known = serviceOf(service.name);
    known.rate = service.requests_per_second;
    known.failures = service.failures_per_second;
    known.bytesOut = service.bytes_out_per_second;
    known.p50 = service.p50;
    known.p90 = service.p90;
    known.p99 = service.p99;
    known.inFlight = service.in_flight;
    known.endpoints = service.endpoints;
    known.endpointsIn = service.endpoints_in;
    known.history.push(service.requests_per_second);
  }
  forget(named);
  tell("rates", rates);
}

function serviceOf(name) {
  let service = edge.services.get(name);
  if (!service) {
    service = {
      name, rate: null, failures: null, bytesOut: null, p50: null, p90: null, p99: null, inFlight: 0, endpoints: 0, endpointsIn: 0,
      history: new History(),
    };
    edge.services.set(name, service);
  }
  return service;
}

function forget(named) {
  for (const name of edge.services.keys()) if (!named.has(name)) edge.services.delete(name);
}
