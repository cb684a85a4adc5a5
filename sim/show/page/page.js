// Weeks, views, single worlds and runs of a page. Without it the last week and all tables are there.
(async () => {
  "use strict";
  const all = (what, where = document) => [...where.querySelectorAll(what)];
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const { runs, sweep } = read("numbers");
  const maps = read("maps");
  const state = { run: 0, week: Infinity, view: "who", world: 0, place: -1 };
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

  async function show() {
    all("section.run").forEach((one, k) => one.toggleAttribute("hidden", k !== state.run));
    all("[data-point]").forEach((one) => one.classList.toggle("chosen", +one.dataset.point === state.run));
    const map = maps[state.run], numbers = runs[state.run];
    if (!map) return;
    if (state.view === "change") await landbridge.open(maps[0]);
    await landbridge.open(map);
    const week = Math.min(state.week, map.dates - 1), date = numbers.weeks[week];
    const section = all("section.run")[state.run];
    const view = state.view === "change" && !state.run ? "who" : state.view;
    all(".week", section).forEach((one) => {
      one.value = week;
      one.setAttribute("aria-valuetext", date.said);
    });
    all(".date", section).forEach((one) => { one.textContent = date.said; });
    const with_ = { world: state.world, place: state.place, other: maps[0] };
    all("svg.ground", section).forEach((svg) =>
      landbridge.draw(svg, map, svg.dataset.view || view, week, with_));
    all(".weekly", section).forEach((one) => { one.textContent = date[view] || date.who; });
    all("[data-legend]", section).forEach((one) => one.toggleAttribute("hidden", one.dataset.legend !== view));
    all(".view", section).forEach((one) => { one.checked = one.value === view; });
    all(".place", section).forEach((one) => { one.value = state.place; });
    all(".held", section).forEach((one) => {
      one.textContent = state.place < 0 ? "" : landbridge.said(map, map.centre.length + state.place, week);
    });
    if (map.single) {
      state.world %= map.single;
      all("[data-world]", section).forEach((one) => one.setAttribute("aria-pressed", +one.dataset.world === state.world));
      all(".which", section).forEach((one) => { one.textContent = `World ${state.world + 1} of ${map.single}: ${numbers.worlds[state.world].said}.`; });
    }
  }

  // Play: to the last week, or one world after another.
  let playing = 0;
  function stop() {
    clearInterval(playing);
    playing = 0;
    all(".play").forEach((one) => { one.textContent = one.dataset.play === "week" ? "Play" : "Play worlds"; });
  }
  function play(button) {
    if (playing) return stop();
    const map = maps[state.run], by = button.dataset.play;
    if (by === "week" && Math.min(state.week, map.dates - 1) === map.dates - 1) state.week = 0;
    button.textContent = "Pause";
    playing = setInterval(() => {
      if (by === "week" && state.week >= map.dates - 1) return stop();
      state[by]++;
      show();
    }, (by === "week" ? 450 : 1100) * (calm ? 3 : 1));
    show();
  }

  // The design point nearest to what is asked for, above all in the key that was moved.
  function nearest(moved) {
    const asked = all("[data-axis]").map((one) => +one.value);
    const far = sweep.at.map((at) => at.reduce(
      (sum, rank, k) => sum + (rank - asked[k]) ** 2 * (k === moved ? 1e6 : 1), 0));
    return far.indexOf(Math.min(...far));
  }
  function settle() {
    all("[data-axis]").forEach((one, k) => {
      one.value = sweep.at[state.run][k];
      one.setAttribute("aria-valuetext", sweep.axes[k].said[one.value]);
      const out = document.getElementById(`axis-${k}`);
      if (out) out.textContent = sweep.axes[k].said[one.value];
    });
  }

  document.addEventListener("input", (event) => {
    const one = event.target;
    if (one.matches(".week")) { stop(); state.week = +one.value; }
    else if (one.matches(".view")) state.view = one.value;
    else if (one.matches(".place")) state.place = +one.value;
    else if (one.matches("#run")) { stop(); state.run = +one.value; }
    else if (one.matches("[data-axis]")) { state.run = nearest(+one.dataset.axis); settle(); }
    else return;
    show();
  });
  document.addEventListener("click", (event) => {
    const one = event.target.closest("button");
    if (one?.matches(".play")) play(one);
    else if (one?.dataset.world) { stop(); state.world = +one.dataset.world; show(); }
    else if (one?.dataset.go) { state.run = +one.dataset.go; if (sweep) settle(); show(); document.querySelector("#choice").scrollIntoView(); }
  });
  document.addEventListener("pointermove", (event) => {
    const svg = event.target.closest?.("svg.ground"), map = maps[state.run];
    if (!svg || !map?.ready || event.pointerType === "touch") return;
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    const near = (points) => points.reduce((best, [x, y], i) => {
      const far = (x - at.x) ** 2 + (y - at.y) ** 2;
      return far < best[1] ? [i, far] : best;
    }, [0, Infinity]);
    const [place, far] = near(map.places.map((one) => one.slice(1))), [hex] = near(map.centre);
    const week = Math.min(state.week, map.dates - 1), onPlace = far < 30;
    const where = onPlace ? map.places[place][0] : `Ground near ${map.places[place][0]}`;
    const out = svg.closest("figure").querySelector(".pointed");
    if (out) out.textContent = `${where}: ${landbridge.said(map, onPlace ? map.centre.length + place : hex, week)}`;
  });

  const shut = () => all("details:not([open])");
  let opened = [];
  addEventListener("beforeprint", () => { opened = shut(); opened.forEach((one) => { one.open = true; }); });
  addEventListener("afterprint", () => opened.forEach((one) => { one.open = false; }));

  document.documentElement.classList.add("live");
  if (sweep) settle();
  await show();
  document.documentElement.dataset.ready = "yes";
})();
