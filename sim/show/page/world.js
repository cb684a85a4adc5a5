// One world, day by day: streamed while it is stepped, played and gone back in from what has come.
const single = (() => {
  "use strict";
  const $ = (what) => document.querySelector(what), all = (what) => [...document.querySelectorAll(what)];
  const known = JSON.parse($("#controls").textContent).map, svg = $(".world svg.ground");
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const centre = landbridge.centres(known), hexes = centre.length;
  const unit = () => svg.viewBox.baseVal.width / Math.min(1000, 1.8 * svg.clientWidth);  // larger on a telephone
  const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  const said = (day) => date.format(new Date(day.date)), whole = (n) => n.toLocaleString("en-GB");
  const upper = (text) => text[0].toUpperCase() + text.slice(1);
  const doing = { 1: "gathers for", 2: "fights for", 3: "looks where to go from", 4: "is done at" };
  const spot = (unit) => (unit < hexes ? centre[unit] : known.places[unit - hexes].slice(1));
  let settings = [], asking = null, days = [], until = 0, at = 0, wanted = 0, playing = 0, painted = null, largest = 1;

  // A place by its name, a hex by the place that is nearest.
  function where(unit) {
    if (unit >= hexes) return known.places[unit - hexes][0];
    const [x, y] = centre[unit], far = ([, a, b]) => Math.hypot(a - x, b - y);
    return `near ${known.places.reduce((best, next) => (far(next) < far(best) ? next : best))[0]}`;
  }

  async function load() {
    asking?.abort();
    const own = asking = new AbortController(), query = new URLSearchParams({ number: $("#number").value });
    settings.forEach((text) => query.append("set", text));
    $("#refused").textContent = "";
    let begun = false;
    try {
      const answer = await fetch(`world?${query}`, { signal: own.signal });
      if (!answer.ok) { halt(); $("#refused").textContent = await answer.text(); return; }
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let text = ""; ;) {
        const { value, done } = await reader.read();
        if (done || own.signal.aborted) break;
        const lines = (text + value).split("\n");
        text = lines.pop();
        for (const line of lines) {
          const tick = JSON.parse(line);
          if (!begun) { begun = true; days = []; painted = null; until = tick.until; }
          tick.days.forEach(add);
        }
        if (begun) go(wanted);
      }
      if (!own.signal.aborted) $(".stage").dataset.ready = days.length;
    } catch (error) {
      if (error.name !== "AbortError") $("#refused").textContent = "The program that serves this page has ended.";
    }
  }

  function add(day) {
    day.holder = days.length ? days.at(-1).holder.slice() : new Int16Array(known.units).fill(-1);
    day.held.forEach(([unit, holder]) => { day.holder[unit] = holder; });
    if (!days.length) {
      largest = Math.max(1, ...day.garrisons.map(([, , n]) => n), ...day.armies.map((row) => row[4]));
      $(".events").replaceChildren();
      delete $(".stage").dataset.ready;
    }
    for (const text of day.events) {
      const item = document.createElement("li"), button = document.createElement("button");
      button.type = "button";
      button.dataset.day = day.day;
      button.textContent = `${said(day)}: ${text}`;
      item.append(button);
      $(".events").append(item);
    }
    days.push(day);
  }

  function go(day) {
    wanted = Math.max(0, Math.min(day, until));
    const to = Math.min(wanted, days.length - 1);  // the others are still being stepped
    if (to < 0) return;
    svg.classList.toggle("moving", !calm && Math.abs(to - at) === 1);
    at = to;
    $(".stage").hidden = false;
    paint(days[at]);
  }

  function ground({ holder }) {
    if (painted && painted.every((h, unit) => h === holder[unit])) return;
    painted = holder;
    const count = new Int32Array(known.names.length * known.units);
    holder.forEach((h, unit) => { if (h >= 0) count[h * known.units + unit] = 1; });
    landbridge.draw(svg, { ...known, centre, count, dates: 1, total: 1 }, "who", 0, { place: -1 });
  }

  const size = (n) => unit() * Math.max(2.4, 13 * Math.sqrt(n / largest));
  function armies(day) {
    const there = new Map(day.armies.map((row) => [`${row[0]}-${row[1]}`, row])), group = svg.querySelector(".armies");
    for (const shape of [...group.children]) if (!there.has(shape.dataset.army)) shape.remove();
    for (const [key, [f, , from, to, n, phase, share]] of there) {
      let shape = group.querySelector(`[data-army="${key}"]`);
      if (!shape) {
        group.insertAdjacentHTML("beforeend", `<g data-army="${key}"><path class="${known.names[f]} aim"/><circle class="army ${known.names[f]}"><title></title></circle></g>`);
        shape = group.lastElementChild;
      }
      const [a, b] = spot(from), target = to >= 0 ? spot(to) : [a, b], way = phase === 2 ? 0.15 + 0.7 * share / 100 : 0;
      const x = a + way * (target[0] - a), y = b + way * (target[1] - b), disc = shape.querySelector("circle");
      shape.querySelector("path").setAttribute("d", phase < 3 ? `M${a} ${b}L${target}` : "");
      disc.setAttribute("r", size(n).toFixed(1));
      disc.style.transform = `translate(${x.toFixed(1)}px,${y.toFixed(1)}px)`;
      disc.classList.toggle("gathering", phase === 1);
      disc.querySelector("title").textContent = `${upper(known.said[f])}, ${whole(n)} fighters, ${doing[phase] || "at"} ${where(phase < 3 ? to : from)}`;
    }
  }

  function paint(day) {
    ground(day);
    svg.querySelector(".garrisons").innerHTML = day.garrisons.map(([f, unit, n]) => {
      const [x, y] = spot(unit), half = 0.62 * size(n);
      return `<rect class="garrison ${known.names[f]}" x="${(x - half).toFixed(1)}" y="${(y - half).toFixed(1)}" width="${(2 * half).toFixed(1)}" height="${(2 * half).toFixed(1)}"/>`;
    }).join("");
    armies(day);
    all(".world .when").forEach((text) => { text.textContent = said(day); });
    const slider = $(".day");
    slider.max = until;
    slider.value = at;
    slider.setAttribute("aria-valuetext", said(day));
    $(".today").setAttribute("aria-live", playing ? "off" : "polite");
    $(".today").textContent = day.events.length ? `${said(day)}: ${day.events.join("; ")}.` : `${said(day)}: no place changes hands.`;
    all(".events button").forEach((button) => {
      button.classList.toggle("ahead", +button.dataset.day > at);
      if (+button.dataset.day === at) button.setAttribute("aria-current", "true"); else button.removeAttribute("aria-current");
    });
    tables(day);
  }

  function tables(day) {
    const rows = known.said.slice(0, -1).map((name, f) => {
      const afield = day.armies.reduce((sum, row) => sum + (row[0] === f ? row[4] : 0), 0);
      let places = 0, ground = 0;
      day.holder.forEach((h, unit) => { if (h === f) unit < hexes ? ground++ : places++; });
      return [upper(name), day.fighters[f], afield, places, ground];
    }).filter(([, ...numbers]) => numbers.some((n) => n > 0)).sort((a, b) => b[1] - a[1]);
    fill(".forces tbody", rows);
    fill(".world details tbody", day.armies.map(([f, , from, to, n, phase]) =>
      [upper(known.said[f]), n, where(from), phase < 3 ? `${doing[phase]} ${where(to)}` : "looks where to go next"]));
  }
  function fill(what, rows) {
    $(what).replaceChildren(...rows.map((cells) => {
      const row = document.createElement("tr");
      row.append(...cells.map((cell, k) => {
        const made = document.createElement(k ? "td" : "th");
        if (!k) made.scope = "row";
        if (typeof cell === "number") made.className = "n";
        made.textContent = typeof cell === "number" ? whole(cell) : cell;
        return made;
      }));
      return row;
    }));
  }

  function halt() { clearInterval(playing); playing = 0; $(".run").textContent = "Play"; }
  function play() {
    if (playing) { halt(); paint(days[at]); return; }
    if (at >= until) go(0);
    $(".run").textContent = "Pause";
    playing = setInterval(() => { if (at >= until) halt(); else if (at < days.length - 1) go(at + 1); }, calm ? 500 : 160);
  }
  const shown = () => !$(".stage").hidden || asking !== null;
  function watch(number) { $("#number").value = number; wanted = at; load(); $("#number").dispatchEvent(new Event("watched", { bubbles: true })); }
  $("#watch").addEventListener("click", () => watch($("#number").value));
  $("#number").addEventListener("keydown", (event) => { if (event.key === "Enter") watch(event.target.value); });
  $("#another").addEventListener("click", () => watch(+$("#number").value + 1));
  $(".run").addEventListener("click", play);
  all("[data-step]").forEach((button) => button.addEventListener("click", () => { halt(); go(at + +button.dataset.step); }));
  $(".day").addEventListener("input", ({ target }) => { halt(); go(+target.value); });
  $(".events").addEventListener("click", ({ target }) => { if (target.dataset.day) { halt(); go(+target.dataset.day); } });

  return {
    // The settings of the page are others: the world that is watched is stepped again under them.
    under(changed) {
      const same = JSON.stringify(changed) === JSON.stringify(settings);
      settings = changed;
      if (shown() && !same) { wanted = at; load(); }
    },
    number: () => (shown() ? $("#number").value : null),
    open(number) { if (number !== null && number !== (shown() ? $("#number").value : null)) { $("#number").value = number; load(); } },
  };
})();
