// The laboratory's parts put together: the picture, the noise, and what all make of it.

const PICKED = 20;
const SLICE = 12; // milliseconds of work between two frames

// The first images of every class in turn, so that each is there.
function picked(images) {
  const seen = new Map();
  const rounds = images.map((image) => {
    seen.set(image.label, (seen.get(image.label) ?? -1) + 1);
    return [image.label === null ? 0 : seen.get(image.label), image.label ?? 0, image];
  });
  rounds.sort(([a, first], [b, second]) => a - b || first - second);
  return rounds.slice(0, PICKED).map(([, , image]) => image);
}

function setUpPicture(state) {
  const canvas = byId("laboratory-clean");
  const buttons = picked(state.images).map((image) => {
    const shown = pictureCanvas();
    show(shown, image.pixels);
    const name = `Test image ${image.number}` + (image.name === null ? "" : `, ${image.name}`);
    const take = () => state.setPicture(image.pixels);
    return element("button", { type: "button", "aria-label": name, title: name, onclick: take }, shown);
  });
  byId("laboratory-images").replaceChildren(...buttons);
  byId("laboratory-clear").addEventListener("click", () => state.setPicture(new Float64Array(SIDE * SIDE)));

  // a stroke is a round pen of about two pixels, grey at its edge
  let last = null;
  onDrag(canvas, (x, y, event, begins) => {
    const [column, row] = [x * SIDE - 0.5, y * SIDE - 0.5];
    const [fromRow, fromColumn] = begins ? [row, column] : last;
    const pixels = Float64Array.from(state.clean);
    const parts = Math.max(1, Math.ceil(2 * Math.hypot(row - fromRow, column - fromColumn)));
    for (let part = 0; part <= parts; part++) {
      const penRow = fromRow + ((row - fromRow) * part) / parts;
      const penColumn = fromColumn + ((column - fromColumn) * part) / parts;
      for (let at = 0; at < pixels.length; at++) {
        const away = Math.hypot(Math.floor(at / SIDE) - penRow, (at % SIDE) - penColumn);
        pixels[at] = Math.max(pixels[at], clip(1.9 - away));
      }
    }
    last = [row, column];
    state.setPicture(pixels);
  });
}

function setUpNoise(state) {
  const kind = byId("laboratory-noise"), strength = byId("laboratory-strength");
  kind.append(element("option", { value: "none", text: "none" }));
  for (const name of Object.keys(NOISES)) kind.append(element("option", { value: name, text: words(name) }));
  kind.value = state.noise.kind;
  const fit = () => {
    const noise = NOISES[kind.value];
    strength.disabled = byId("laboratory-again").disabled = !noise;
    if (noise) Object.assign(strength, { min: 0, max: noise.most, step: noise.step });
  };
  const say = () => {
    const noise = NOISES[kind.value];
    const said = noise ? `${Number(strength.value)}, ${noise.unit}` : "no noise";
    byId("laboratory-strength-said").textContent = said;
    strength.setAttribute("aria-valuetext", said);
  };
  fit();
  strength.value = state.noise.strength;
  say();
  kind.addEventListener("change", () => {
    fit();
    const tuned = state.filters.filter((row) => row.kind === kind.value);
    const middle = tuned.length ? tuned[Math.floor(tuned.length / 2)].strength : NOISES[kind.value]?.most / 2;
    if (NOISES[kind.value]) strength.value = middle;
    say();
    state.setNoise({ kind: kind.value, strength: Number(strength.value) });
  });
  strength.addEventListener("input", () => {
    say();
    state.setNoise({ strength: Number(strength.value) });
  });
  byId("laboratory-again").addEventListener("click", () => state.setNoise({ seed: state.noise.seed + 1 }));
}

// A card of a picture, a name, a PSNR and a few words; `update` is given the picture and these.
function card(state, parent, name, chooses) {
  const canvas = pictureCanvas(), value = element("span", { class: "psnr" });
  const note = element("span", { class: "note" });
  const syllables = name.split("_").flatMap((part, at) => (at ? ["_", element("wbr"), part] : [part]));
  const parts = [canvas, element("span", { class: "name" }, ...syllables), value, note];
  const open = () => state.choose(name);
  const made = chooses
    ? element("button", { type: "button", class: "card", "aria-pressed": "false", onclick: open }, ...parts)
    : element("div", { class: "card" }, ...parts);
  byId(parent).append(made);
  return {
    name, made,
    update(image, said) {
      show(canvas, image);
      const decibel = psnr(state.clean, image);
      value.textContent = decibels(decibel);
      note.textContent = said;
      return decibel;
    },
  };
}

function setUpCards(state) {
  const denoisers = state.models.filter((model) => model.noise);
  const others = state.models.filter((model) => !model.noise);
  const jobs = [
    ...denoisers.map((model) => [card(state, "laboratory-denoisers", model.name, true), model]),
    ...Object.entries(FILTERS).map(([method, { words: said }]) =>
      [card(state, "laboratory-filters", said, false), method]),
    ...others.map((model) => [card(state, "laboratory-others", model.name, true), model]),
  ];
  byId("laboratory-denoisers-part").hidden = !denoisers.length;
  byId("laboratory-others-part").hidden = !others.length;

  // In slices, so that a drawn line follows the hand; a change begins anew.
  let turn = 0;
  async function refresh() {
    const mine = ++turn;
    byId("laboratory-room").dataset.busy = "yes";
    const noisy = decibels(psnr(state.clean, state.seen));
    byId("laboratory-seen-psnr").textContent = state.noise.kind === "none" ? "No noise" : `Noisy: ${noisy}`;
    show(byId("laboratory-clean"), state.clean);
    show(byId("laboratory-seen"), state.seen);
    const found = [];
    let started = performance.now();
    for (const [each, what] of jobs) {
      if (performance.now() - started > SLICE) {
        await new Promise((next) => requestAnimationFrame(next));
        started = performance.now();
      }
      if (mine !== turn) return;
      const row = !(what instanceof Network) && state.tuned().find(({ method }) => method === what);
      if (!(what instanceof Network)) {
        each.made.hidden = !row;
        if (!row) continue;
        const setting = `${FILTERS[what].unit} ${row.setting}`;
        found.push([each.update(filtered(state.seen, what, row.setting), setting), each.name]);
      } else {
        const said = what.noise ? words(what.noise) : sizeOfCode(what);
        const value = each.update(what.reconstruct(state.inputOf(what)), said);
        if (what.noise) found.push([value, each.name]);
      }
    }
    byId("laboratory-filters-part").hidden = !state.tuned().length;
    const [best, name] = found.reduce((a, b) => (b[0] > a[0] ? b : a), [-Infinity, ""]);
    for (const [each] of jobs) each.made.classList.toggle("best", each.name === name);
    const start = state.noise.kind === "none" ? "Without noise" : `The noisy picture has ${noisy}`;
    byId("laboratory-said").textContent = name && `${start}; the best is ${name} with ${decibels(best)}.`;
    byId("laboratory-room").dataset.busy = "no";
  }
  state.watch("inputs", refresh);
  state.watch("code", () => {
    for (const [{ made, name }, what] of jobs) {
      if (what instanceof Network) made.setAttribute("aria-pressed", name === state.model.name);
    }
  });
}

function start() {
  const state = new State(DATA);
  byId("laboratory-room").hidden = false;
  setUpPicture(state);
  setUpNoise(state);
  setUpCards(state);
  byId("laboratory-code").hidden = !state.models.length;
  if (state.models.length) {
    const redraw = [setUpCode(state), setUpPlane(state)];
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", () => redraw.forEach((draw) => draw()));
  }
  state.refresh();
  return state;
}

// For tests, and for those who open the console.
globalThis.laboratory = { Network, addNoise, filtered, line, NOISES, pixelsOf, psnr };
if (DATA) globalThis.laboratory.state = start();
