// Joins the editor, the levers and the buttons of the page to the server.  Figures and HTML are made there.
import * as CM from "nicegui-codemirror";

const setMarks = CM.StateEffect.define();
const setLit = CM.StateEffect.define();
const ERROR = CM.Decoration.mark({ class: "mark-error" });
const WARNING = CM.Decoration.mark({ class: "mark-warning" });
const LIT = CM.Decoration.line({ class: "line-lit" });

function field(effect) {
  return CM.StateField.define({
    create: () => CM.Decoration.none,
    update(set, change) {
      set = set.map(change.changes);
      for (const each of change.effects) if (each.is(effect)) set = each.value;
      return set;
    },
    provide: (self) => CM.EditorView.decorations.from(self),
  });
}

const PRACTICE = 8;

let view = null;
let said = [];
let tour = { steps: [] };
let cursorTimer = 0;
let chart = null;
let drawing = null;
let ahead = null;
let shownAhead = 0;
const prefix = location.pathname.replace(/\/$/, "");
let sent = 0;
const send = (what) => emitEvent("studio", { ...what, number: ++sent });

async function complete(context) {
  const word = context.matchBefore(/[\w.-]*/);
  if (!context.explicit && (!word || word.from === word.to)) return null;
  const text = context.state.sliceDoc(0, context.pos);
  const answer = await fetch(prefix + "/complete", { method: "POST", body: text });
  if (!answer.ok) return null;
  return { from: word ? word.from : context.pos, options: await answer.json(), validFor: /^[\w.-]*$/ };
}

// The finding under the pointer, as plain text.
const hover = CM.hoverTooltip((editor, at) => {
  const found = said.filter((mark) => mark.from <= at && at <= mark.to);
  if (!found.length) return null;
  return {
    pos: found[0].from,
    end: found[0].to,
    create() {
      const dom = document.createElement("div");
      dom.className = "mark-tip";
      dom.textContent = found.map((mark) => mark.text).join("\n");
      return { dom };
    },
  };
});

function cursorMoved(update) {
  if (!update.selectionSet && !update.docChanged) return;
  clearTimeout(cursorTimer);
  cursorTimer = setTimeout(() => send({ do: "cursor", line: line() }), 120);
}

const line = () => view.state.doc.lineAt(view.state.selection.main.head).number;

// Columns are counted in characters, the editor counts UTF-16 units.
function unit(text, characters) {
  let units = 0;
  for (const sign of text) {
    if (characters-- <= 0) break;
    units += sign.length;
  }
  return units;
}

function place(doc, row, column, length) {
  if (row > doc.lines) return null;
  const here = doc.line(row);
  const from = here.from + Math.min(unit(here.text, column - 1), here.length);
  const to = here.from + Math.min(unit(here.text, column - 1 + length), here.length);
  return from < to ? { from, to } : here.from < here.to ? { from: here.from, to: here.to } : null;
}

// The editor's colours follow the text's nesting by recursion, and for good end where that overflows.
const NESTED = 200;

function nestsTooDeep(text) {
  let depth = 0;
  for (const [sign] of text.matchAll(/[[\]{}]/g)) {
    depth += sign === "[" || sign === "{" ? 1 : -1;
    if (depth > NESTED) return true;
  }
  return new RegExp(`(?:[-?][ \\t]+){${NESTED}}`).test(text);
}

// Takes the colours from such a text in the very change that brings it (or brings them), and gives them back after it.
// Not in the change that ends it: one that brings colours has the text before it parsed too.
function coloursOf(component) {
  const config = component.languageConfig;
  const deep = (state) => nestsTooDeep(state.doc.toString());
  const none = (state) => config.get(state).length === 0;
  let colours = null;
  const taken = CM.EditorState.transactionExtender.of((change) => {
    const brought = change.effects.find((effect) => effect.value?.compartment === config);
    if (!brought && !change.docChanged) return null;
    const now = brought ? brought.value.extension : config.get(change.startState);
    if (now.length !== 0) colours = now;
    const bad = nestsTooDeep(change.newDoc.toString()) || (none(change.startState) && deep(change.startState));
    const wanted = colours && !bad ? colours : [];
    return wanted.length === now.length ? null : { effects: config.reconfigure(wanted) };
  });
  const given = CM.EditorView.updateListener.of(({ docChanged, state, view }) => {
    if (!docChanged || !colours || !none(state) || deep(state)) return;
    setTimeout(() => none(view.state) && view.dispatch({ effects: config.reconfigure(colours) }));
  });
  return [taken, given];
}

function put(texts) {
  for (const [id, text] of texts) {
    const element = document.getElementById(id);
    if (element && element.textContent !== text) element.textContent = text;
    if (element && element.tagName === "OUTPUT") element.previousElementSibling.setAttribute("aria-valuetext", text);
  }
}

// The figures of a step of the cap, where they are known and all else is as they are known for: at once, however
// busy the machine is.  The server says the same a little later, and the rest with it.
function showAhead(slider) {
  const { lever, text, others, steps, baseline } = ahead || {};
  if (slider.dataset.lever !== lever || document.getElementById("baseline").value !== baseline) return;
  const moved = (each) => each !== slider && others[each.dataset.lever] !== Number(each.value);
  if ([...document.querySelectorAll("input[data-lever]")].some(moved) || studio.fingerprint() !== text) return;
  const texts = steps[Number(slider.value)];
  if (!texts) return;
  put(texts);
  shownAhead = sent;
}

// What a browser does for the first times takes it longer than a step may: the chart is drawn with both its lines
// some times while nothing else is to be done.  Nothing of it is seen: what was there is there again at once.
function practise(left) {
  if (!left || !chart) return;
  const lines = chart.getOption().series.map(({ data }) => ({ data }));
  chart.setOption({ series: lines.map(() => lines[0]) });
  chart.setOption({ series: lines });
  requestIdleCallback(() => practise(left - 1));
}

function draw() {
  const now = (chart = getElement(drawing.id)?.chart);
  if (!now) return setTimeout(() => requestAnimationFrame(draw), 20);
  const { frame, lines } = drawing;
  drawing = null;
  if (frame) frame.tooltip.valueFormatter = (value) => (value == null ? "" : value.toFixed(2));
  now.setOption({ ...frame, series: lines.map((data, at) => ({ ...frame?.series[at], ...(data && { data }) })) });
}

window.studio = {
  setup(id, steps) {
    tour = steps;
    const wait = () => {
      const component = getElement(Number(id.slice(1)));
      if (!component || !component.editor) return setTimeout(wait, 20);
      if (view === component.editor) return;
      view = component.editor;
      const extra = [
        field(setMarks),
        field(setLit),
        hover,
        coloursOf(component),
        CM.EditorView.updateListener.of(cursorMoved),
        CM.EditorState.languageData.of(() => [{ autocomplete: complete }]),
        CM.EditorView.contentAttributes.of({ "aria-label": "YAML" }),
      ];
      view.dispatch({ effects: CM.StateEffect.appendConfig.of(extra) });
      window.studio.view = view;
      document.body.dataset.ready = "yes";
    };
    wait();
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    const tell = () => send({ do: "dark", dark: document.body.classList.contains("body--dark") });
    dark.addEventListener("change", () => setTimeout(tell, 50));
    tell();
  },
  // Adler-32 of the text: what an answer about it is known by.
  fingerprint() {
    let low = 1;
    let high = 0;
    for (const byte of new TextEncoder().encode(view.state.doc.toString())) {
      low = (low + byte) % 65521;
      high = (high + low) % 65521;
    }
    return high * 65536 + low;
  },
  // What is shown is busy, ready or waits for a person; the last thing it heard; is a cap dragged over a sweep?
  state([kind, heard, drags]) { Object.assign(document.body.dataset, { state: kind, heard, drags }); },
  // Is all that is on the page of what a person did last?
  rested() {
    const { state, heard, read } = document.body.dataset;
    return state === "ready" && this.heard() && read === String(this.fingerprint());
  },
  heard() { return Number(document.body.dataset.heard) === sent; },
  // Findings of a text; of another one than this the next answer is on its way.
  marks(found, fingerprint) {
    if (!view || this.fingerprint() !== fingerprint) return;
    const doc = view.state.doc;
    said = [];
    for (const [row, column, length, severity, text] of found) {
      const at = place(doc, row, column, length);
      if (at) said.push({ ...at, severity, text });
    }
    const ranges = said.map((mark) => (mark.severity === "error" ? ERROR : WARNING).range(mark.from, mark.to));
    view.dispatch({ effects: setMarks.of(CM.Decoration.set(ranges, true)) });
    document.body.dataset.read = String(fingerprint);
  },
  lit(row) {
    if (!view || row < 1 || row > view.state.doc.lines) return;
    const at = view.state.doc.line(row);
    view.dispatch({
      effects: [setLit.of(CM.Decoration.set([LIT.range(at.from)])), CM.EditorView.scrollIntoView(at.from, { y: "center" })],
    });
  },
  jump(row, column) {
    if (!view || row < 1 || row > view.state.doc.lines) return;
    const here = view.state.doc.line(row);
    const at = here.from + Math.min(unit(here.text, column - 1), here.length);
    view.dispatch({ selection: { anchor: at }, effects: CM.EditorView.scrollIntoView(at, { y: "center" }) });
    view.focus();
  },
  // Texts of figures and levers; of what was done before what is shown ahead of the server they come too late.
  patch(texts, number) { if (number >= shownAhead) put(texts); },
  ahead(known) {
    if (!ahead) requestIdleCallback(() => practise(PRACTICE));
    ahead = known;
  },
  // The frame of the chart (null: as it is) and new points of its lines (null: as they are), drawn with the next
  // picture of the screen.
  chart([id, frame, moved]) {
    if (!drawing) requestAnimationFrame(draw);
    const lines = drawing ? moved.map((each, at) => each || drawing.lines[at]) : moved;
    drawing = { id, frame: frame || drawing?.frame, lines };
  },
  // Which panel is chosen; the tabs themselves stay, with the focus on one of them.
  chosen(tab) { for (const each of document.querySelectorAll("#tabs button")) each.setAttribute("aria-selected", each.dataset.tab === tab); },
  described(id, words) { document.getElementById("c" + id)?.setAttribute("aria-label", words); },
  ways([back, forth, changed, moved]) {
    const set = (id, on) => { const element = document.getElementById(id); if (element) element.disabled = !on; };
    set("undo", back);
    set("redo", forth);
    set("save", changed);
    set("write", moved);
  },
  // The clause of the deepest path that is said, and all below it.
  light(path) {
    const clauses = [...document.querySelectorAll(".clause")];
    let wanted = path;
    let hit = [];
    while (wanted && !hit.length) {
      hit = clauses.filter((each) => each.dataset.path === wanted || each.dataset.path.startsWith(wanted + ".") || each.dataset.path.startsWith(wanted + "["));
      wanted = wanted.replace(/(\.[^.[]+|\[\d+\]|^[^.[]+)$/, "");
    }
    for (const each of clauses) each.classList.toggle("clause-lit", hit.includes(each));
    if (hit.length) hit[0].scrollIntoView({ block: "nearest" });
  },
  note(text, kind) {
    const box = document.createElement("div");
    box.className = "note " + kind;
    box.setAttribute("role", "status");
    box.textContent = text;
    document.body.append(box);
    setTimeout(() => box.remove(), 5000);
  },
  // The address (null: it would be too long) with the last thing heard and the text it is of.
  address(query, kept) {
    if (query !== null) history.replaceState(null, "", query);
    document.body.dataset.kept = kept.join();
  },
  // Does a reload open what a person did last?
  kept() { return document.body.dataset.kept === [sent, this.fingerprint()].join(); },
  async copy(query, text) {
    await navigator.clipboard.writeText(location.origin + location.pathname + query);
    window.studio.note(text, "info");
  },
};

// --- the tour -------------------------------------------------------------------------------------

const SECONDS = 12;
let tourTimer = 0;
function step(number) {
  clearTimeout(tourTimer);
  document.querySelectorAll(".toured").forEach((each) => each.classList.remove("toured"));
  document.getElementById("tour-box")?.remove();
  const now = tour.steps[number];
  if (!now) return;
  const target = document.querySelector({ editor: ".left", figures: ".figures-box", levers: ".levers-box", tabs: "#tabs", take: "#take" }[now.id]);
  target?.classList.add("toured");
  target?.scrollIntoView({ block: "center" });
  const box = document.createElement("div");
  box.id = "tour-box";
  // Beside what it is about.
  if (now.id !== "editor") box.style.cssText = "left: 1rem; right: auto";
  box.setAttribute("role", "dialog");
  const text = document.createElement("p");
  text.textContent = `${number + 1}/${tour.steps.length}  ${now.text}`;
  const next = document.createElement("button");
  next.textContent = number + 1 < tour.steps.length ? tour.next : tour.close;
  next.onclick = () => step(number + 1);
  const close = document.createElement("button");
  close.textContent = tour.close;
  close.onclick = () => step(-1);
  box.append(text, next, ...(number + 1 < tour.steps.length ? [close] : []));
  document.body.append(box);
  next.focus();
  tourTimer = setTimeout(() => step(number + 1), SECONDS * 1000);
}

// --- what a person does ---------------------------------------------------------------------------

document.addEventListener("input", (event) => {
  const lever = event.target.dataset?.lever;
  if (!lever) return;
  send({ do: "lever", lever, place: Number(event.target.value) });
  showAhead(event.target);
});
document.addEventListener("change", (event) => {
  const what = event.target.dataset?.do;
  if (what && event.target.tagName === "SELECT") send({ do: what, value: event.target.value });
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-do]");
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target) || button) menu.open = false;
  if (!button) return;
  const what = { ...button.dataset };
  if (what.do === "jump") return window.studio.jump(Number(what.line), Number(what.column));
  if (what.do === "tour") return step(0);
  if (what.from) {
    const input = document.getElementById(what.from);
    what[input.dataset.field] = input.value;
  }
  send(what);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.id === "ask") return document.querySelector("[data-from=ask]").click();
  if (event.key === "Escape") return step(-1);
  const command = event.ctrlKey || event.metaKey;
  const typing = event.target.closest?.(".cm-editor, input[type=text], input[type=date]");
  if (command && event.key === "s") { event.preventDefault(); send({ do: "save" }); }
  else if (command && !typing && (event.key === "z" || event.key === "y")) {
    event.preventDefault();
    send({ do: event.key === "y" || event.shiftKey ? "redo" : "undo" });
  } else if (event.key === "F8" && view && said.length) {
    event.preventDefault();
    const at = view.state.selection.main.head;
    const next = said.find((mark) => mark.from > at) || said[0];
    view.dispatch({ selection: { anchor: next.from }, effects: CM.EditorView.scrollIntoView(next.from, { y: "center" }) });
    view.focus();
  } else if (event.altKey && /^[1-8]$/.test(event.key)) {
    event.preventDefault();
    document.querySelectorAll("#tabs button")[Number(event.key) - 1]?.click();
  } else if (event.target.getAttribute?.("role") === "tab" && ["ArrowLeft", "ArrowRight"].includes(event.key)) {
    const all = [...document.querySelectorAll("#tabs button")];
    const at = (all.indexOf(event.target) + (event.key === "ArrowRight" ? 1 : all.length - 1)) % all.length;
    all[at].click();
    all[at].focus();
  }
});
