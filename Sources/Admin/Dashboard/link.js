// The link to the edge: questions, orders, and the stream of what happens. Whether a token is needed the edge says itself.

const base = new URL(".", location.href);
let token = null;
try {
  token = sessionStorage.getItem("portico-token");
} catch {
  // Without storage the token is asked for again in each tab and after each reload.
}

/** A question that the edge has refused, with what would be right. */
export class Refusal extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

/** Set by main.js: shows the question for the token; gives a promise of it. */
export const asker = { ask: async (isWrong) => null };
let asking = null;

async function needToken(former) {
  // Several questions may meet it at once: one dialog is enough, and who comes late finds the answer.
  if (token !== former) return;
  asking ??= asker.ask(former !== null).then((value) => {
    token = value;
    asking = null;
    try {
      sessionStorage.setItem("portico-token", value);
    } catch {
      // See above.
    }
  });
  await asking;
}

async function request(path, options, headers) {
  for (;;) {
    const shown = token;
    const all = { ...headers };
    if (shown !== null) all.Authorization = `Bearer ${shown}`;
    const response = await fetch(new URL(path, base), { cache: "no-store", credentials: "omit", ...options, headers: all });
    if (response.status !== 401) return response;
    await needToken(shown);
  }
}

async function refusal(response) {
  let text = `${response.status} ${response.statusText}`;
  try {
    text = (await response.json()).error ?? text;
  } catch {
    // Not the API's own answer: its status has to do.
  }
  return new Refusal(response.status, text);
}

/** The JSON at a path of the API; throws a Refusal, or a TypeError where the edge cannot be reached. */
export async function ask(path, method = "GET") {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-Requested-With"] = "portico-dashboard";
  const response = await request(`api/v1/${path}`, { method }, headers);
  if (!response.ok) throw await refusal(response);
  return response.json();
}

/** A change. */
export const order = (path) => ask(path, "PUT");

/**
 * The stream of what happens. EventSource cannot show a token, so it is read by hand.
 *
 * `on.event(name, data)` for each event, `on.up(isFirst)` once it is heard, `on.down(reason, seconds)` when it is not and will be
 * tried again.
 */
export class Stream {
  /** Longer than this without a word, and the edge is away: it says something every two seconds. */
  static silence = 8000;

  constructor(on) {
    this.on = on;
    this.service = null;
    this.lastId = null;
    this.failures = 0;
    this.current = null;
    this.timer = null;
  }

  /** Listens from now on, or anew for another service: the old stream goes when the new one is there. */
  listen(service = this.service) {
    this.service = service;
    clearTimeout(this.timer);
    this.connect(this.current);
  }

  /** Listens no more until `listen`. */
  rest() {
    clearTimeout(this.timer);
    this.current?.abort();
    this.current = null;
  }

  async connect(former) {
    const mine = new AbortController();
    this.current = mine;
    let watchdog = null;
    const feed = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => mine.abort(), Stream.silence);
    };
    let reason = "it does not answer";
    try {
      feed();
      const headers = { Accept: "text/event-stream" };
      if (this.lastId !== null) headers["Last-Event-ID"] = String(this.lastId);
      const query = this.service === null ? "" : `&service=${encodeURIComponent(this.service)}`;
      const response = await request(`api/v1/stream?rates=true${query}`, { signal: mine.signal }, headers);
      if (!response.ok) throw await refusal(response);
      former?.abort();
      this.failures = 0;
      this.on.up();
      await this.read(response.body.pipeThrough(new TextDecoderStream()).getReader(), feed, mine);
      reason = "it has ended the connection";
    } catch (error) {
      if (error instanceof Refusal) reason = error.message;
    }
    clearTimeout(watchdog);
    former?.abort();
    if (this.current !== mine) return;
    const seconds = Math.min(10, 2 ** this.failures);
    this.failures += 1;
    this.on.down(reason, seconds);
    this.timer = setTimeout(() => this.connect(null), seconds * 1000);
  }

  async read(reader, feed, mine) {
    let text = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      feed();
      text += value;
      let end;
      while ((end = text.indexOf("\n\n")) >= 0) {
        const event = text.slice(0, end);
        text = text.slice(end + 2);
        if (this.current === mine) this.take(event);
      }
    }
  }

  take(event) {
    let name = "message";
    let data = "";
    for (const line of event.split("\n")) {
      if (line.startsWith("event: ")) name = line.slice(7);
      else if (line.startsWith("id: ")) this.lastId = Number(line.slice(4));
      else if (line.startsWith("data: ")) data += line.slice(6);
    }
    if (data) this.on.event(name, JSON.parse(data));
  }
}
