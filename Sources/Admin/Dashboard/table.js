// A table that bears ten thousand rows: it filters and sorts all of them, and draws a page of fifty. Rows and cells are kept and
// only changed where they differ, so that two seconds' news takes a few milliseconds and neither focus nor selection is lost.
import { add, announce, make, setAttribute, setText } from "./dom.js";
import { several, whole } from "./format.js";

const PAGE = 50;
const collator = new Intl.Collator("en", { numeric: true });

export class LiveTable {
  /**
   * - `id`, `caption`: of the table; `nouns`: what its rows are called, one and many.
   * - `columns`: each `{name, title, numeric, value(row), draw(cell, row), hint, isKey}`; `value` is sorted by, and shown if there is
   *   no `draw`; `isKey`: it is the row's key.
   * - `key(row)`: tells rows apart; `text(row)`: what the filter looks through; `mark(element, row)`: sets a row's attributes.
   * - `sort`: the column's name, with `-` for the greatest first; `empty`: what is said where there is no row.
   */
  constructor(options) {
    Object.assign(this, { mark: () => {}, text: options.key, empty: "There is none.", ...options });
    this.rows = [];
    this.shown = new Map();
    this.order = [];
    /** Keys' places among all, by the alphabet: made when a key is new, for comparing names is dear. */
    this.ranks = new Map();
    this.page = 0;
    this.words = [];
    this.setSort(options.sort);
    this.heads = this.columns.map((column) => this.head(column));
    // Roles are said because cards on narrow screens take the table's display, and with it its meaning, away.
    this.body = make("tbody", { role: "rowgroup", onkeydown: (event) => this.walk(event) });
    this.table = make("table", { id: this.id, role: "table" }, make("caption", { class: "unseen" }, this.caption),
      make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, this.heads)), this.body);
    this.note = make("p", { class: "note" });
    this.before = make("button", { type: "button", onclick: () => this.turn(-1), "aria-label": "The page before" }, "‹");
    this.after = make("button", { type: "button", onclick: () => this.turn(1), "aria-label": "The next page" }, "›");
    this.where = make("span", {});
    this.pager = make("p", { class: "pager", hidden: true }, this.before, this.where, this.after);
    this.element = make("div", { class: "box" }, this.table, this.note, this.pager);
    this.drawHeads();
  }

  head(column) {
    const button = make("button", { type: "button", title: column.hint, onclick: () => this.sortBy(column) }, column.title);
    return make("th", { scope: "col", role: "columnheader", class: column.numeric && "number", "data-column": column.name },
      column.value ? button : make("span", {}, column.title));
  }

  // MARK: what is shown

  setRows(rows) {
    this.rows = rows;
    if (rows.length !== this.ranks.size || !rows.every((row) => this.ranks.has(this.key(row)))) {
      const keys = rows.map((row) => this.key(row)).sort(collator.compare);
      this.ranks = new Map(keys.map((key, index) => [key, index]));
    }
    this.arrange();
  }

  filter(text) {
    this.words = text.toLowerCase().split(/\s+/).filter(Boolean);
    this.page = 0;
    this.arrange(true);
    announce(several(this.order.length, ...this.nouns));
  }

  setSort(sort) {
    this.falling = sort.startsWith("-");
    this.sorted = this.columns.find((column) => column.name === sort.replace("-", ""));
  }

  sortBy(column) {
    this.falling = this.sorted === column ? !this.falling : Boolean(column.numeric);
    this.sorted = column;
    this.page = 0;
    this.drawHeads();
    this.arrange(true);
  }

  drawHeads() {
    this.columns.forEach((column, index) => {
      if (column.value) {
        const order = column !== this.sorted ? "none" : this.falling ? "descending" : "ascending";
        this.heads[index].setAttribute("aria-sort", order);
      }
    });
  }

  /** Whether somebody is at a row: then rows stay where they are, or the click would meet another. */
  get isHeld() {
    return this.body.contains(document.activeElement) || this.body.matches(":hover");
  }

  /** Filters and sorts, and draws the page; `mayMove`: even if somebody is at a row. */
  arrange(mayMove = false) {
    const { words } = this;
    const chosen = words.length === 0 ? this.rows.slice() : this.rows.filter((row) => {
      const text = this.text(row).toLowerCase();
      return words.every((word) => text.includes(word));
    });
    if (!mayMove && this.isHeld && this.places) {
      const last = this.places.size;
      const pairs = chosen.map((row) => [this.places.get(this.key(row)) ?? last, row]).sort((one, two) => one[0] - two[0]);
      pairs.forEach(([, row], index) => { chosen[index] = row; });
    } else {
      this.sortRows(chosen);
    }
    this.order = chosen;
    this.places = new Map(chosen.map((row, index) => [this.key(row), index]));
    this.draw();
  }

  sortRows(rows) {
    // By their places among all, without comparing anything.
    const placed = new Array(this.ranks.size);
    for (const row of rows) placed[this.ranks.get(this.key(row))] = row;
    let next = 0;
    for (const row of placed) if (row !== undefined) rows[next++] = row;
    const { value, isKey } = this.sorted;
    const sign = this.falling ? -1 : 1;
    if (isKey) {
      if (this.falling) rows.reverse();
      return;
    }
    const values = new Map(rows.map((row) => [row, value(row)]));
    // The sort is stable: rows that are alike stay in the order of their names.
    rows.sort((one, two) => {
      const [first, second] = [values.get(one), values.get(two)];
      if (first === second) return 0;
      // What is not known stands last, whichever way it goes.
      if (first === null || second === null) return first === null ? 1 : -1;
      return sign * (typeof first === "string" ? collator.compare(first, second) : first - second);
    });
  }

  turn(by) {
    const pages = Math.max(1, Math.ceil(this.order.length / PAGE));
    const page = Math.min(pages - 1, Math.max(0, this.page + by));
    if (page === this.page) return;
    this.page = page;
    this.draw();
    announce(this.where.textContent);
    this.element.scrollIntoView({ block: "nearest" });
  }

  draw() {
    const pages = Math.max(1, Math.ceil(this.order.length / PAGE));
    this.page = Math.min(this.page, pages - 1);
    const rows = this.order.slice(this.page * PAGE, (this.page + 1) * PAGE);
    const former = this.shown;
    this.shown = new Map();
    let place = this.body.firstChild;
    for (const row of rows) {
      const key = this.key(row);
      const line = former.get(key) ?? this.line(row);
      former.delete(key);
      this.shown.set(key, line);
      this.update(line, row);
      if (line.element === place) place = place.nextSibling;
      else this.body.insertBefore(line.element, place);
    }
    for (const line of former.values()) line.element.remove();
    setText(this.note, rows.length > 0 ? "" : this.rows.length > 0 ? "Nothing is like that." : this.empty);
    this.note.hidden = rows.length > 0;
    this.table.hidden = rows.length === 0;
    this.pager.hidden = pages === 1;
    setText(this.where, `${whole(this.page * PAGE + 1)} to ${whole(this.page * PAGE + rows.length)} of ${whole(this.order.length)}`);
    this.before.disabled = this.page === 0;
    this.after.disabled = this.page === pages - 1;
  }

  line(row) {
    const cells = this.columns.map((column) => make("td", {
      role: "cell", class: column.numeric && "number", "data-column": column.name, "data-title": column.title,
    }));
    return { element: add(make("tr", { role: "row" }), cells), cells, row };
  }

  update(line, row) {
    this.mark(line.element, row);
    this.columns.forEach((column, index) => {
      if (column.draw) column.draw(line.cells[index], row);
      else setText(line.cells[index], String(column.value(row)));
    });
  }

  // MARK: keys

  /** Where a row takes the focus. */
  static target(row) {
    return row?.querySelector("a, button:not([disabled])") ?? null;
  }

  /** Focus on the first row. */
  enter() {
    LiveTable.target(this.body.firstElementChild)?.focus();
  }

  walk(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.matches("input, select")) return;
    const row = event.target.closest("tr");
    const next = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling, Home: this.body.firstElementChild,
      End: this.body.lastElementChild }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    if (next === null) return;
    // The same button of the next row, if it has one.
    const order = event.target.dataset.order;
    const same = order && next.querySelector(`[data-order="${order}"]:not([disabled])`);
    (same ?? LiveTable.target(next))?.focus();
  }
}

/** A cell's one element, made at first. */
export function once(cell, makeIt) {
  cell.inside ??= cell.appendChild(makeIt());
  return cell.inside;
}

/** Marks a cell or leaves it plain. */
export const tone = (element, word) => setAttribute(element, "data-tone", word ?? "");
