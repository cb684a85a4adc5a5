// Maps of a page: counts of worlds unpacked, ground by class, fronts, what is where.
const landbridge = (() => {
  "use strict";
  const all = (what, where) => [...where.querySelectorAll(what)];

  // The reverse of packed.py.
  async function unpack(text, shape) {
    const raw = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const flow = new Blob([raw]).stream().pipeThrough(new DecompressionStream("deflate"));
    const bytes = new Uint8Array(await new Response(flow).arrayBuffer());
    const values = new Int32Array(shape.reduce((a, b) => a * b, 1));
    const dates = shape[shape.length - 1];
    for (let i = 0, k = 0; k < values.length; k++) {
      let folded = 0, factor = 1, byte;
      do { byte = bytes[i++]; folded += (byte & 127) * factor; factor *= 128; } while (byte > 127);
      values[k] = (folded % 2 ? -(folded + 1) / 2 : folded / 2) + (k % dates ? values[k - 1] : 0);
    }
    return values;
  }

  async function open(map) {
    if (map.ready) return map;
    map.count = await unpack(map.counts, [map.names.length, map.units, map.dates]);
    if (map.worlds) map.held = await unpack(map.worlds, [map.single, map.units, map.dates]);
    map.centre = centres(map);
    map.ready = true;
    return map;
  }

  function centres({ grid: { cols, rows, x0, y0, across } }) {
    const pitch = across * Math.sqrt(3) / 2;
    return Array.from({ length: cols * rows }, (_, i) => {
      const row = Math.floor(i / cols);
      return [x0 + across * (i % cols + (row % 2 ? 0 : 0.5)), y0 - pitch * row];
    });
  }

  function beside(map, i) {
    const { cols, across } = map.grid, right = i + cols + (Math.floor(i / cols) % 2 ? 0 : 1), left = right - 2 * cols;
    return [i - 1, i + 1, right - 1, right, left - 1, left]
      .filter((j) => map.centre[j] && Math.abs(map.centre[j][0] - map.centre[i][0]) < 1.1 * across);
  }

  // Names of factions, each deep in the ground that it holds and on no other name: [faction, x, y].
  function namesOn(map, holder, taken, size, { width, height }) {
    const regions = new Map();
    holder.forEach((h, i) => { if (map.short[h]) regions.has(h) ? regions.get(h).push(i) : regions.set(h, [i]); });
    const rows = [];
    for (const [h, hexes] of [...regions].sort((a, b) => b[1].length - a[1].length)) {
      if (hexes.length < map.named_from) continue;
      const depth = new Map();
      let edge = hexes.filter((i) => ((near) => near.length < 6 || near.some((j) => holder[j] !== h))(beside(map, i)));
      for (let d = 0; edge.length; d++) {
        edge.forEach((i) => depth.set(i, d));
        edge = [...new Set(edge.flatMap((i) => beside(map, i)))].filter((j) => holder[j] === h && !depth.has(j));
      }
      const most = Math.max(...depth.values()), core = hexes.filter((i) => (depth.get(i) ?? most) === most);
      const middle = [0, 1].map((k) => core.reduce((sum, i) => sum + map.centre[i][k], 0) / core.length);
      const away = (i) => Math.hypot(map.centre[i][0] - middle[0], map.centre[i][1] - middle[1]);
      const order = (a, b) => (depth.get(b) ?? most) - (depth.get(a) ?? most) || away(a) - away(b);
      const w = 0.36 * size * map.short[h].length, up = 0.8 * size, down = 0.25 * size;
      const free = ([x, y]) => x > w && x < width - w && y > up && y < height - down &&
        taken.every(([l, t, r, b]) => x + w < l || x - w > r || y + down < t || y - up > b);
      const at = hexes.sort(order).map((i) => map.centre[i]).find(free);
      if (!at) continue;
      rows.push([h, Math.round(at[0]), Math.round(at[1])]);
      taken.push([at[0] - w, at[1] - up, at[0] + w, at[1] + down]);
    }
    return rows;
  }

  const worldsAt = (map, holder, unit, week) =>
    map.count[(holder * map.units + unit) * map.dates + week];
  const probability = (map, unit, week) =>
    map.own.reduce((sum, h) => sum + worldsAt(map, h, unit, week), 0) / map.total;
  const step = (value, edges) => edges.filter((edge) => value >= edge - 1e-12).length;

  function likeliest(map, unit, week) {
    let best = -1, most = 0;
    for (let h = 0; h < map.names.length; h++) {
      const count = worldsAt(map, h, unit, week);
      if (count > most) [best, most] = [h, count];
    }
    return [best, most / map.total];
  }

  // By view: of each unit a class, and a code; lines are drawn between codes that differ.
  const views = {
    who(map, week) {
      return (unit) => {
        const [holder, sure] = likeliest(map, unit, week);
        const pale = ` s${map.steps.findIndex((least) => sure >= least - 1e-12)}`;
        const look = map.names[holder];
        return [look && look + (look === "nobody" ? "" : pale), holder];
      };
    },
    probability: (map, week) => (unit) => {
      const p = probability(map, unit, week);
      return [`c${Math.min(9, Math.floor(p * 10 + 1e-9))}`, +(p >= 0.5)];
    },
    unsure: (map, week) => (unit) => {
      const p = probability(map, unit, week), n = map.draws, z2 = 3.8415;
      const half = Math.sqrt(z2 * (p * (1 - p) / n + z2 / (4 * n * n))) / (1 + z2 / n);
      return [`u${step(100 * half, map.unsure)}`, 0];
    },
    change: (map, week, { other }) => (unit) => {
      const more = probability(map, unit, week) - probability(other, unit, Math.min(week, other.dates - 1));
      return [`d${4 + Math.sign(more) * step(Math.abs(more), map.change)}`, 0];
    },
    world: (map, week, { world }) => (unit) => {
      const holder = map.held[(world * map.units + unit) * map.dates + week];
      const look = map.names[holder];
      return [look && look + (look === "nobody" ? "" : " s0"), holder];
    },
  };

  // Where names of places stand, which do not move.
  const measured = new WeakMap();
  function boxes(svg, size) {
    const names = svg.querySelector(`.names.${size}`);
    if (!names) return [];
    if (!measured.has(names)) measured.set(names, all("text", names).map((text) => {
      const { x, y, width, height } = text.getBBox();
      return [x, y, x + width, y + height];
    }));
    return [...measured.get(names)];
  }

  // `with_`: the number of a single world, that of a place to ring, the map to compare with.
  function draw(svg, map, kind, week, with_) {
    const look = views[kind](map, week, with_);
    const { cols, across } = map.grid, r = across / Math.sqrt(3), w = across / 2, found = {}, code = [];
    const f = (x) => +x.toFixed(1);
    const tail = `l${f(w)} ${f(r / 2)}v${f(r)}l${f(-w)} ${f(r / 2)} ${f(-w)} ${f(-r / 2)}v${f(-r)}z`;
    const hexes = map.centre.length, open = (i) => likeliest(map, i, week)[0] >= 0;
    for (let i = 0; i < hexes; i++) {
      if (!open(i)) { code[i] = -1; continue; }
      const [x, y] = map.centre[i], [name, c] = look(i), piece = `M${f(x)} ${f(y - r)}${tail}`;
      code[i] = c;
      found[name] = (found[name] || "") + piece;
      if (kind === "who" && name.endsWith(` s${map.steps.length - 1}`))
        found.hatch = (found.hatch || "") + piece;
    }
    let war = "", edge = "";
    const between = (i, j, d) => {
      if (code[i] < 0 || code[j] < 0 || code[i] === code[j]) return;
      if (kind === "probability" || map.hostile[code[i]]?.[code[j]]) war += d; else edge += d;
    };
    for (let i = 0; i < hexes; i++) {
      const [x, y] = map.centre[i], right = i + cols + (Math.floor(i / cols) % 2 ? 0 : 1);
      const next = (j) => j < hexes && Math.abs(map.centre[j][0] - x) < 1.1 * across;
      if (next(i + 1)) between(i, i + 1, `M${f(x + w)} ${f(y - r / 2)}v${f(r)}`);
      if (next(right)) between(i, right, `M${f(x)} ${f(y - r)}l${f(w)} ${f(r / 2)}`);
      if (next(right - 1)) between(i, right - 1, `M${f(x - w)} ${f(y - r / 2)}l${f(w)} ${f(-r / 2)}`);
    }
    const hatch = found.hatch;
    delete found.hatch;
    const path = (name, d) => (d ? `<path class="${name}" d="${d}"/>` : "");
    svg.querySelector(".fill").innerHTML = Object.keys(found).map((n) => path(n, found[n])).join("") +
      path("hatch", hatch) + path("edge", edge) + path("front", war);
    all(".places > *", svg).forEach((mark, n) => {
      mark.setAttribute("class", `mark ${look(hexes + n)[0] || "neutral"}`);
    });
    all(".holders", svg).forEach((group) => {
      if (kind !== "who" || getComputedStyle(group).display === "none") { group.innerHTML = ""; return; }
      const rows = map.labels ? map.labels[week][group.dataset.size]
        : namesOn(map, code, boxes(svg, group.dataset.size), +group.dataset.points, svg.viewBox.baseVal);
      group.innerHTML = rows.map(([h, x, y]) =>
        `<text class="${map.names[h]}" x="${x}" y="${y}">${map.short[h]}</text>`).join("");
    });
    const ring = svg.querySelector(".ring"), at = map.places[with_.place];
    if (ring) ring.toggleAttribute("hidden", !at);
    if (ring && at) { ring.setAttribute("cx", at[1]); ring.setAttribute("cy", at[2]); }
  }

  function said(map, unit, week) {
    const rows = map.names.map((_, h) => [worldsAt(map, h, unit, week), h]).filter(([n]) => n);
    rows.sort((a, b) => b[0] - a[0]);
    return rows.slice(0, 5).map(([n, h]) => {
      const share = 100 * n / map.total;
      return `${map.said[h]} ${share < 0.5 ? "<1" : share > 99.5 && share < 100 ? ">99" : Math.round(share)}%`;
    }).join(", ") || "outside the theatre";
  }

  return { open, draw, said, centres };
})();
