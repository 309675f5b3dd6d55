// Figures and times as people read them. All are as wide as need be and no wider: columns line up by tabular figures.

const NONE = "–";

/** 0, 0.5, 12.3, 845, 12.4k: with a tenth where it tells something, so that columns line up. */
export function count(number) {
  if (number === null || number === undefined) return NONE;
  if (number === 0) return "0";
  if (number < 0.05) return "<0.1";
  if (number < 100) return number.toFixed(1);
  if (number < 10_000) return String(Math.round(number));
  for (const [size, letter] of [[1e9, "G"], [1e6, "M"], [1e3, "k"]]) {
    if (number >= size) return `${(number / size).toPrecision(3)}${letter}`;
  }
  return String(Math.round(number));
}

const trim = (text) => text.replace(/\.0$/, "");

/** A number with its thousands apart. */
export const whole = (number) => (number === null || number === undefined ? NONE : number.toLocaleString("en").replaceAll(",", " "));

/** Seconds as a duration: 0.3 ms, 12 ms, 1.5 s. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return NONE;
  if (seconds < 0.001) return `${(seconds * 1000).toFixed(2)} ms`;
  if (seconds < 0.01) return `${trim((seconds * 1000).toFixed(1))} ms`;
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  return seconds < 100 ? `${trim(seconds.toFixed(1))} s` : `${Math.round(seconds)} s`;
}

/** How long something is: 12 s, 5 min, 3 h, 12 d. */
export function span(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 90) return `${whole} s`;
  if (whole < 5400) return `${Math.round(whole / 60)} min`;
  if (whole < 129_600) return `${Math.round(whole / 3600)} h`;
  return `${Math.round(whole / 86_400)} d`;
}

/** Octets: 0 B, 512 B, 1.2 MB. */
export function octets(number) {
  if (number === null || number === undefined) return NONE;
  for (const [size, unit] of [[1e12, "TB"], [1e9, "GB"], [1e6, "MB"], [1e3, "kB"]]) {
    if (number >= size) return `${(number / size).toPrecision(3)} ${unit}`;
  }
  return `${Math.round(number)} B`;
}

/** A share of 1: 75 %. */
export function share(part) {
  const percent = part * 100;
  return `${percent > 0 && percent < 1 ? percent.toFixed(1) : Math.round(percent)} %`;
}

const two = (number) => String(number).padStart(2, "0");

/** The time of day, with the date where it is another day. */
export function clock(seconds) {
  const time = new Date(seconds * 1000);
  const text = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
  return time.toDateString() === new Date().toDateString() ? text : `${date(seconds)} ${text}`;
}

/** The date: 2026-11-26. */
export function date(seconds) {
  const time = new Date(seconds * 1000);
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

/** What machines read of a time. */
export const stamp = (seconds) => new Date(seconds * 1000).toISOString();

/** Where something came from: its file and line, or its key and revision. */
export function provenance(source, revision) {
  if (!source) return NONE;
  return revision ? `${source} @${revision}` : source;
}

/** "1 problem", "3 problems". */
export const several = (number, noun, nouns = `${noun}s`) => `${whole(number)} ${number === 1 ? noun : nouns}`;
