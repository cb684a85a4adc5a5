// The live view: settings in the address, estimates as they come, a map of what is there so far.
(() => {
  "use strict";
  const $ = (what) => document.querySelector(what), all = (what) => [...document.querySelectorAll(what)];
  const known = JSON.parse($("#controls").textContent);
  const state = { look: "who", week: Infinity, base: [] };
  let map = null, baseMap = null, asking = null, playing = 0;
  const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  const said = (iso) => day.format(new Date(iso));
  const percent = (p) => (p > 0 && p < 0.005 ? "<1" : p < 1 && p > 0.995 ? ">99" : (100 * p).toFixed(0));

  // Settings as overrides, in order: what the address holds.
  function overrides() {
    const found = [];
    if ($("#scenario").value !== known.scenario) found.push(`scenario=${$("#scenario").value}`);
    const at = +$("#horizon").value;
    if (at !== known.horizon.at) found.push(`clock.until=${known.horizon.dates[at]}`);
    all(".slider").forEach((one, k) => {
      if (one.dataset.moved) for (const [key, factor] of known.sliders[k].keys)
        found.push(`${key}=${+(one.value * factor).toPrecision(6)}`);
    });
    return [...found, ...$("#other").value.split(/\s+(?=[\w.+~@/]+=)/).map((one) => one.trim()).filter(Boolean)];
  }
  function label(one) {
    const out = $(`output[for="${one.id}"]`);
    if (out) out.textContent = one.id === "horizon" ? said(known.horizon.dates[+one.value]) : +(+one.value).toPrecision(3);
  }
  function fromAddress() {
    $("#settings").reset();
    all(".slider").forEach((one) => delete one.dataset.moved);
    const rest = [];
    for (const text of new URLSearchParams(location.hash.slice(1)).getAll("set")) {
      const cut = text.indexOf("="), key = text.slice(0, cut), value = text.slice(cut + 1);
      const slider = known.sliders.findIndex((one) => one.keys.some(([k]) => k === key));
      if (key === "scenario" && known.scenarios.includes(value)) $("#scenario").value = value;
      else if (key === "clock.until" && known.horizon.dates.includes(value)) $("#horizon").value = known.horizon.dates.indexOf(value);
      else if (slider >= 0) {
        const one = all(".slider")[slider], factor = known.sliders[slider].keys.find(([k]) => k === key)[1];
        one.value = value / factor;
        one.dataset.moved = "yes";
      } else rest.push(text);
    }
    $("#other").value = rest.join(" ");
    all("input[type=range]").forEach(label);
    return new URLSearchParams(location.hash.slice(1)).get("world");
  }

  function keepAddress(sets) {
    const query = new URLSearchParams(sets.map((text) => ["set", text])), number = single.number();
    if (number !== null) query.append("world", number);
    const address = `#${query}`;
    if (location.hash !== address && (location.hash || address !== "#")) history.replaceState(null, "", address);
  }

  async function ask() {
    asking?.abort();  // the program gives the older request up at its next block
    const own = asking = new AbortController(), sets = overrides();
    const query = new URLSearchParams();
    sets.forEach((one) => query.append("set", one));
    single.under(sets);
    keepAddress(sets);
    state.base.forEach((one) => query.append("base", one));
    $("#told").textContent = "";
    document.body.classList.add("waiting");
    try {
      const answer = await fetch(`estimates?${query}`, { signal: own.signal });
      if (!answer.ok) { $("#told").textContent = await answer.text(); return; }
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let text = ""; ;) {
        const { value, done } = await reader.read();
        if (done || own.signal.aborted) break;
        const lines = (text + value).split("\n");
        text = lines.pop();
        if (lines.length) await show(JSON.parse(lines.at(-1)));  // the newest is enough
      }
    } catch (error) {
      if (error.name !== "AbortError") $("#told").textContent = "The program that serves this page has ended.";
    } finally {
      if (asking === own) document.body.classList.remove("waiting");
    }
  }

  async function show(found) {
    $("#progress").textContent = `${found.worlds} of ${found.asked} worlds by ${said(found.until)}${found.worlds < found.asked ? " …" : ""}`;
    for (const [kind, one] of Object.entries(found.kinds)) {
      const card = document.getElementById(kind), put = (what, text) => { card.querySelector(what).textContent = text; };
      put(".median", one.median ? said(one.median) : `Later than ${said(found.until)}`);
      put(".of", `${one.median ? "half" : "fewer than half"} of the worlds have a corridor by then`);
      put(".count", `${one.formed} of ${found.worlds} worlds`);
      put(".interval", `${percent(one.estimate)}% [${percent(one.low)}, ${percent(one.high)}]`);
      const d = one.difference, points = (x) => `${x < 0 ? "−" : "+"}${Math.abs(100 * x).toFixed(1)}`;
      put(".difference", d ? `${points(d.estimate)} [${points(d.low)}, ${points(d.high)}] points against the baseline, ${d.pairs} pairs` : "This is the baseline.");
      const routes = Object.entries(one.routes).sort((a, b) => b[1] - a[1]).map(([name, n]) => `${name} ${n}`);
      put(".routes", routes.length ? `By route: ${routes.join(", ")}` : "No route.");
      const x = (t) => (400 * t / found.days).toFixed(1), y = (n) => (110 - 100 * n / found.worlds).toFixed(1);
      card.querySelector(".curve").setAttribute("d", `M0 110${one.curve.map(([t, n]) => `H${x(t)}V${y(n)}`).join("")}H400`);
    }
    const ready = await landbridge.open({ ...known.map, ...found.map });
    map = ready;
    if (found.base_map) baseMap = await landbridge.open({ ...known.map, ...found.base_map });
    paint();
    document.documentElement.dataset.worlds = found.worlds;
    document.documentElement.dataset.ready = found.worlds >= found.asked ? "yes" : "no";
  }

  function paint() {
    if (!map) return;
    const week = Math.min(state.week, map.dates - 1), slider = $(".week");
    slider.max = map.dates - 1;
    slider.value = week;
    slider.setAttribute("aria-valuetext", said(map.days[week]));
    $(".date").textContent = said(map.days[week]);
    const look = state.look === "change" && !baseMap ? "who" : state.look;
    landbridge.draw($("svg.ground"), map, look, week, { place: -1, world: 0, other: baseMap });
    all("[data-legend]").forEach((one) => one.toggleAttribute("hidden", one.dataset.legend !== look));
  }

  function stop() { clearInterval(playing); playing = 0; $(".play").textContent = "Play"; }
  let soon = 0;
  document.addEventListener("input", ({ target }) => {
    if (target.matches(".week")) { stop(); state.week = +target.value === map.dates - 1 ? Infinity : +target.value; paint(); return; }
    if (target.closest(".world")) return;
    if (target.matches(".look")) { state.look = target.value; paint(); return; }
    if (target.matches(".slider")) target.dataset.moved = "yes";
    label(target);
    clearTimeout(soon);
    soon = setTimeout(ask, target.id === "other" ? 600 : 120);
  });
  $("#settings").addEventListener("submit", (event) => { event.preventDefault(); ask(); });
  $("#keep").addEventListener("click", () => { state.base = overrides(); baseMap = null; ask(); });
  $("#start").addEventListener("click", () => { history.replaceState(null, "", "#"); fromAddress(); ask(); });
  $("#copy").addEventListener("click", async () => {
    const quoted = [...known.fixed, ...overrides()].map((one) => (/^[\w.=,:/+-]+$/.test(one) ? one : `'${one.replaceAll("'", `'"'"'`)}'`));
    const text = ["landbridge run", ...quoted].join(" ");
    $("#told").textContent = text;
    try { await navigator.clipboard.writeText(text); } catch { /* it stands there to be copied */ }
  });
  $("#save").addEventListener("click", async () => {
    $("#told").textContent = "Saving: the worlds are run again into a folder …";
    const query = new URLSearchParams();
    overrides().forEach((one) => query.append("set", one));
    const answer = await fetch(`save?${query}`, { method: "POST" });
    $("#told").textContent = (answer.ok ? "Saved: " : "") + await answer.text();
  });
  $(".play").addEventListener("click", () => {
    if (playing) return stop();
    if (Math.min(state.week, map.dates - 1) === map.dates - 1) state.week = 0;
    $(".play").textContent = "Pause";
    playing = setInterval(() => { if (state.week >= map.dates - 1) return stop(); state.week++; paint(); }, 450);
    paint();
  });
  addEventListener("hashchange", begin);
  document.addEventListener("watched", () => keepAddress(overrides()));
  document.documentElement.classList.add("live");
  begin();
  function begin() { const world = fromAddress(); ask(); single.open(world); }
})();
