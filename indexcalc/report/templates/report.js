"use strict";
// Adds to a report what pictures and tables cannot do: crosshair, zoom, log scale, and the ledger of a name.
(() => {
  const root = document.documentElement;
  const perCent = root.lang === "ko" ? "%" : "\u00a0%";
  const day = (n) => new Date(n * 864e5).toISOString().slice(0, 10);
  const element = (tag, text, kind) => {
    const made = document.createElement(tag);
    if (text !== undefined && text !== null) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };
  const svgElement = (tag, attributes, text) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  };

  // --- the scheme ---------------------------------------------------------------------------------
  const scheme = document.getElementById("scheme");
  scheme.hidden = false;
  scheme.addEventListener("click", () => {
    const dark = root.dataset.scheme ? root.dataset.scheme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.scheme = dark ? "light" : "dark";
  });
  addEventListener("beforeprint", () => document.querySelectorAll("details.run, details.earlier").forEach((part) => { part.open = true; }));

  // --- data ---------------------------------------------------------------------------------------
  const unpack = async (text) => {
    const bytes = Uint8Array.from(atob(text.trim()), (sign) => sign.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  };
  // Parts of the page that are packed into it: put in their place where they are opened, or all for paper.
  for (const packed of document.querySelectorAll("script.later")) {
    const fold = packed.closest("details");
    unpack(packed.textContent).then((html) => {
      const put = () => {
        if (!packed.isConnected) return;
        packed.insertAdjacentHTML("afterend", html);
        packed.remove();
      };
      fold.addEventListener("toggle", put, { once: true });
      addEventListener("beforeprint", put);
      if (fold.open) put();
    });
  }
  const summed = (steps) => {
    let total = 0;
    return steps.map((step) => (total += step));
  };

  // --- charts -------------------------------------------------------------------------------------
  const numberText = (value, unit) => value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 }).replace("-", "−") + (unit === "%" ? perCent : "");

  const roundSteps = (low, high, n) => {
    const raw = (high - low) / n || 1;
    const size = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 2.5, 5, 10].map((part) => part * size).find((part) => part >= raw * 0.999);
    const first = Math.floor(low / step + 1e-9);
    const last = Math.ceil(high / step - 1e-9);
    const decimals = Math.max(0, -Math.floor(Math.log10(step)) + (step / size === 2.5 ? 1 : 0));
    return Array.from({ length: last - first + 1 }, (_, at) => [(first + at) * step, ((first + at) * step + 0).toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals })]);
  };
  const logSteps = (low, high) => {
    const steps = [];
    for (let power = Math.floor(Math.log10(low)) - 1; power <= Math.log10(high) + 1; power += 1) {
      for (const part of [1, 2, 5]) {
        const value = part * 10 ** power;
        if (value >= low && value <= high) steps.push([value, value.toLocaleString("en-US")]);
      }
    }
    return steps;
  };

  // Of each series the steps between its known values, in units of its last decimal.
  const valuesOf = (data) => Object.fromEntries(Object.entries(data.values).map(([name, steps]) => {
    const unit = 10 ** data.decimals[name];
    let total = 0;
    return [name, steps.map((step) => (step === null ? null : (total += step) / unit))];
  }));

  const chart = (figure, data) => {
    const days = summed(data.days);
    const names = Object.keys(data.values);
    const values = valuesOf(data);
    const state = { from: 0, to: days.length - 1, log: false };
    const picture = figure.querySelector(".picture");
    const readout = element("div", undefined, "readout");
    readout.hidden = true;
    picture.append(readout);
    picture.tabIndex = 0;
    let cursor = days.length - 1;

    const drawn = () => [...picture.querySelectorAll("svg")].find((svg) => getComputedStyle(svg).display !== "none");
    const box = (svg) => JSON.parse(svg.dataset.meta);
    const scales = (svg) => {
      const at = box(svg);
      let low = Infinity;
      let high = -Infinity;
      for (const name of names) {
        for (let row = state.from; row <= state.to; row += 1) {
          const value = values[name][row];
          if (value !== null) { low = Math.min(low, value); high = Math.max(high, value); }
        }
      }
      if (data.zero) { low = Math.min(low, 0); high = Math.max(high, 0); }
      if (!(high > low)) { high = low + Math.abs(low) * 0.01 + 1e-6; }
      const log = state.log && low > 0;
      const steps = log ? logSteps(low, high) : roundSteps(low, high, 5);
      const ticks = steps.map(([value, text]) => [value, text.replace("-", "−") + (data.unit === "%" ? perCent : "")]);
      at.left = Math.max(at.left, 6 + 8 * Math.max(...ticks.map(([, text]) => text.length)));
      const bottom = log ? Math.log10(low) : ticks[0][0];
      const top = log ? Math.log10(high) : ticks[ticks.length - 1][0];
      const y = (value) => at.bottom + ((log ? Math.log10(value) : value) - bottom) / (top - bottom) * (at.top - at.bottom);
      const first = days[state.from];
      const last = days[state.to];
      const x = (value) => at.left + (value - first) / Math.max(last - first, 1) * (at.right - at.left);
      return { at, x, y, ticks, first, last };
    };

    const redraw = () => {
      const svg = drawn();
      if (!svg) return;
      const { at, x, y, ticks, first, last } = scales(svg);
      svg.querySelectorAll(".line, .grid, .tick, .review, .end, .gap, .back, .cross, .dot, .band").forEach((part) => part.remove());
      for (const [value, text] of ticks) {
        svg.append(svgElement("line", { class: value === 0 ? "grid zero" : "grid", x1: at.left, x2: at.right, y1: y(value), y2: y(value) }));
        svg.append(svgElement("text", { class: "tick", x: at.left - 6, y: y(value) + 4, "text-anchor": "end" }, text));
      }
      const wanted = Math.max(2, Math.floor((at.right - at.left) / 90));
      for (let step = 0; step < wanted; step += 1) {
        const value = Math.round(first + (last - first) * (step + 0.5) / wanted);
        svg.append(svgElement("text", { class: "tick", x: x(value), y: at.bottom + 18, "text-anchor": "middle" }, last - first > 1200 ? day(value).slice(0, 7) : day(value)));
      }
      for (const [start, stop, kind] of data.stretches || []) {
        const [a, b] = [Math.max(start, first), Math.min(stop, last)];
        if (a < b) svg.append(svgElement("rect", { class: kind, x: x(a), y: at.top, width: x(b) - x(a), height: at.bottom - at.top }));
      }
      const ends = [];
      names.forEach((name, number) => {
        const columns = new Map();
        for (let row = state.from; row <= state.to; row += 1) {
          const value = values[name][row];
          if (value === null) continue;
          const column = Math.round(x(days[row]));
          const held = columns.get(column);
          if (!held) columns.set(column, [row, row, row, row]);
          else {
            if (value < values[name][held[1]]) held[1] = row;
            if (value > values[name][held[2]]) held[2] = row;
            held[3] = row;
          }
        }
        const rows = [...columns.values()].flatMap((held) => [...new Set(held)].sort((a, b) => a - b));
        if (!rows.length) return;
        svg.append(svgElement("path", { class: `line s${data.styles[number]}`, d: `M${rows.map((row) => `${x(days[row]).toFixed(1)} ${y(values[name][row]).toFixed(1)}`).join("L")}` }));
        ends.push([y(values[name][rows[rows.length - 1]]) + 4, data.styles[number], name]);
      });
      if (names.length > 1) {
        ends.sort((a, b) => a[0] - b[0]);
        ends.forEach((end, number) => { if (number) end[0] = Math.max(end[0], ends[number - 1][0] + 14); });
        for (let number = ends.length - 1, most = at.bottom; number >= 0; number -= 1, most -= 14) ends[number][0] = Math.min(ends[number][0], most);
        for (const [place, style, name] of ends) svg.append(svgElement("text", { class: `end t${style}`, x: at.right + 6, y: place }, at.labels[name] || name));
      }
    };

    const show = (row, svg) => {
      cursor = Math.min(Math.max(row, state.from), state.to);
      const { at, x, y } = scales(svg);
      svg.querySelectorAll(".cross, .dot").forEach((part) => part.remove());
      const place = x(days[cursor]);
      svg.append(svgElement("line", { class: "cross", x1: place, x2: place, y1: at.top, y2: at.bottom }));
      readout.replaceChildren(element("b", day(days[cursor])));
      names.forEach((name, number) => {
        const value = values[name][cursor];
        if (value === null) return;
        svg.append(svgElement("circle", { class: `dot t${data.styles[number]}`, cx: place, cy: y(value), r: 3.2 }));
        readout.append(element("br"), document.createTextNode(`${name} ${numberText(value, data.unit)}`));
      });
      readout.hidden = false;
      const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
      const left = place * scale;
      const width = readout.offsetWidth;
      readout.style.left = `${left + width + 16 > picture.clientWidth ? Math.max(0, left - width - 10) : left + 10}px`;
    };
    const hide = () => {
      readout.hidden = true;
      picture.querySelectorAll(".cross, .dot").forEach((part) => part.remove());
    };
    const rowAt = (event, svg) => {
      const frame = svg.getBoundingClientRect();
      const { at } = scales(svg);
      const along = (event.clientX - frame.left) / frame.width * svg.viewBox.baseVal.width;
      const wanted = days[state.from] + (along - at.left) / (at.right - at.left) * (days[state.to] - days[state.from]);
      let low = state.from;
      let high = state.to;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (days[middle] < wanted) low = middle + 1; else high = middle;
      }
      return low > state.from && wanted - days[low - 1] < days[low] - wanted ? low - 1 : low;
    };

    let dragged = null;
    picture.addEventListener("pointermove", (event) => {
      const svg = drawn();
      if (!svg) return;
      const row = rowAt(event, svg);
      show(row, svg);
      if (dragged !== null) {
        svg.querySelectorAll(".band").forEach((part) => part.remove());
        const { at, x } = scales(svg);
        const [a, b] = [x(days[Math.min(dragged, row)]), x(days[Math.max(dragged, row)])];
        svg.append(svgElement("rect", { class: "band", x: a, y: at.top, width: b - a, height: at.bottom - at.top }));
      }
    });
    picture.addEventListener("pointerleave", () => { dragged = null; hide(); });
    picture.addEventListener("pointerdown", (event) => { if (event.button === 0 && event.pointerType === "mouse" && drawn()) dragged = rowAt(event, drawn()); });
    picture.addEventListener("pointerup", (event) => {
      if (dragged === null) return;
      const other = rowAt(event, drawn());
      const [a, b] = [Math.min(dragged, other), Math.max(dragged, other)];
      dragged = null;
      if (b - a >= 5) { state.from = a; state.to = b; redraw(); } else picture.querySelectorAll(".band").forEach((part) => part.remove());
    });
    picture.addEventListener("dblclick", () => { state.from = 0; state.to = days.length - 1; redraw(); });
    picture.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -20, PageDown: 20 }[event.key];
      if (step) { event.preventDefault(); show(cursor + step, drawn()); }
      if (event.key === "Escape") { state.from = 0; state.to = days.length - 1; redraw(); hide(); }
    });
    picture.addEventListener("blur", hide);
    const log = figure.querySelector("button.log");
    if (log) log.addEventListener("click", () => { state.log = !state.log; log.setAttribute("aria-pressed", String(state.log)); redraw(); });
  };

  for (const figure of document.querySelectorAll("figure.chart")) {
    const data = figure.querySelector("script.data");
    if (data) unpack(data.textContent).then((read) => chart(figure, read)).catch(() => {});
  }

  // --- the ledger of a name -----------------------------------------------------------------------
  const panel = document.getElementById("panel");
  const words = JSON.parse(panel.dataset.words);
  const ledgers = new Map();
  let opener = null;
  const close = () => { panel.hidden = true; if (opener) opener.focus(); opener = null; };
  const ledger = async (article) => {
    if (!ledgers.has(article)) {
      const read = await unpack(article.querySelector("script.ledger").textContent);
      read.days = summed(read.day);
      ledgers.set(article, read);
    }
    return ledgers.get(article);
  };
  const figureText = (value, share) => share ? numberText(100 * value, "%") : value.toLocaleString("en-US", Math.abs(value) >= 1e3 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 4 }).replace("-", "−");
  const open = async (button) => {
    const article = button.closest("article");
    const held = await ledger(article);
    const symbol = button.dataset.symbol;
    const code = held.symbol.labels.indexOf(symbol);
    const label = (name, row) => held[name].labels[held[name].at[row]];
    opener = button;
    panel.replaceChildren();
    const end = element("button", words.close, "close");
    end.type = "button";
    end.addEventListener("click", close);
    panel.append(end, element("h2", `${held.names[symbol] || symbol} ${held.names[symbol] ? symbol : ""}`));
    const rows = [];
    held.symbol.at.forEach((at, row) => { if (at === code) rows.push(row); });
    const shares = (row) => held.shares[held.detail.at[row]];
    const newest = rows.filter((row) => label("step", row) === "membership" && held.observed[row] !== null && held.threshold[row] !== null).pop();
    const far = newest === undefined ? "" : words.far.replace("{a}", figureText(held.observed[newest], shares(newest))).replace("{b}", figureText(held.threshold[newest], shares(newest)));
    if (held.change[symbol] || far) {
      const said = element("p", undefined, "change");
      said.append(element("b", `${words.change}: `), document.createTextNode(held.change[symbol] || far));
      panel.append(said);
    }
    if (code < 0 || !rows.length) panel.append(element("p", words.none));
    let last = null;
    let list = null;
    for (const row of rows.reverse()) {
      if (held.days[row] !== last) {
        last = held.days[row];
        panel.append(element("h4", `${words.review} ${day(last)}`));
        list = element("ol");
        panel.append(list);
      }
      const item = element("li");
      item.append(element("b", `${words.said[label("step", row)] || label("step", row)}: ${words.said[label("outcome", row)] || label("outcome", row)}`), document.createTextNode(` ${label("detail", row) || ""}`));
      const facts = [];
      // A float factor is no test: the one that holds and the one before, or what was measured and what stays.
      const factor = label("outcome", row) === "kept" ? [words.measured, words.held] : [words.now, words.before];
      const [seen, limit] = label("step", row) === "float" ? factor : [words.observed, words.threshold];
      if (held.observed[row] !== null) facts.push(`${seen} ${figureText(held.observed[row], shares(row))}`);
      if (held.threshold[row] !== null) facts.push(`${limit} ${figureText(held.threshold[row], shares(row))}`);
      // How far apart two places of a ranking are is no share.
      const apart = seen === words.observed && !held.places[held.detail.at[row]] && held.observed[row] !== null && held.threshold[row] ? held.observed[row] / held.threshold[row] - 1 : null;
      if (apart !== null) facts.push(`${words.apart} ${apart > 0 ? "+" : ""}${numberText(100 * apart, "%")}`);
      if (label("rule_path", row)) facts.push(`${label("rule_path", row)}, ${words.line} ${held.line[row]}`);
      item.append(element("br"), element("span", facts.join(" · "), "where"));
      list.prepend(item);
    }
    panel.hidden = false;
    end.focus();
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.name");
    if (button) open(button);
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !panel.hidden) close(); });
})();
