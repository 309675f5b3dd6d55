// Making and changing elements. Whatever comes from the edge is put in as text, never as markup: names are anybody's octets.

// What would turn the text around it, or not be seen: control characters, and those that set the direction of writing.
const unseen = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** The text with such characters as what they are: a name cannot show itself as another. */
const visible = (text) => text.replace(unseen, (character) => `\\u{${character.codePointAt(0).toString(16)}}`);

/** The element of an id. */
export const byId = (id) => document.getElementById(id);

/** An element with attributes (`on...` are listeners, nothing where the value is null or false) and children: elements or text. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  add(element, children);
  return element;
}

/** Adds children: elements, text, lists of them; nothing for null and false. */
export function add(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : visible(String(child)));
  }
  return element;
}

/** Puts children in place of what is there. */
export function fill(element, ...children) {
  element.replaceChildren();
  return add(element, children);
}

/** Sets text if it is another: an element that does not change costs nothing. */
export function setText(element, text) {
  if (element.shown === text) return;
  element.shown = text;
  element.textContent = visible(text);
}

/** Sets an attribute if it is another. */
export function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** Says something to those who listen rather than look. */
export function announce(text) {
  byId("announce").textContent = text;
}

const tenth = (number) => Math.round(number * 10) / 10;

const SVG = "http://www.w3.org/2000/svg";

/** A line of the last two minutes, which only repeats what figures say: nothing for those who listen. */
export class Spark {
  constructor(width = 88, height = 20) {
    this.width = width;
    this.height = height;
    this.element = document.createElementNS(SVG, "svg");
    this.element.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.element.setAttribute("class", "sparkline");
    this.element.setAttribute("aria-hidden", "true");
    this.area = document.createElementNS(SVG, "path");
    this.area.setAttribute("class", "area");
    this.line = document.createElementNS(SVG, "path");
    this.line.setAttribute("class", "line");
    this.element.append(this.area, this.line);
  }

  /** Draws a history, by its own maximum. */
  draw(history) {
    const { values, next, count } = history;
    let most = 0;
    for (let index = 0; index < count; index++) most = Math.max(most, values[index]);
    if (most === 0) {
      setAttribute(this.line, "d", "");
      setAttribute(this.area, "d", "");
      return;
    }
    const size = values.length;
    const step = this.width / (size - 1);
    let path = "";
    for (let index = 0; index < count; index++) {
      const value = values[(next - count + index + size) % size];
      const x = (size - count + index) * step;
      const y = this.height - 1 - (value / most) * (this.height - 3);
      path += `${index ? "L" : "M"}${tenth(x)} ${tenth(y)}`;
    }
    this.line.setAttribute("d", path);
    const begin = tenth((size - count) * step);
    this.area.setAttribute("d", `${path}L${this.width} ${this.height}L${begin} ${this.height}Z`);
  }
}

/** The last values of a figure, the oldest giving way. */
export class History {
  constructor(size = 60) {
    this.values = new Float32Array(size);
    this.next = 0;
    this.count = 0;
  }

  push(value) {
    this.values[this.next] = value;
    this.next = (this.next + 1) % this.values.length;
    this.count = Math.min(this.count + 1, this.values.length);
  }
}
