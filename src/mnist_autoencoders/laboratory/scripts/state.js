// What the laboratory holds at a time, and in which order it is computed anew after a change.

const DATA = byId("laboratory-data") && JSON.parse(byId("laboratory-data").textContent);

class State {
  constructor({ images, models, filters, shown, left_out: leftOut }) {
    const pixels = pixelsOf(images.pixels);
    this.images = images.numbers.map((number, at) => ({
      number,
      label: images.labels ? images.labels[at] : null,
      name: images.labels ? images.classes[images.labels[at]] ?? `${images.labels[at]}` : null,
      pixels: pixels.subarray(at * SIDE * SIDE, (at + 1) * SIDE * SIDE),
    }));
    this.models = models.map((model) => new Network(model));
    this.filters = filters;
    this.leftOut = leftOut;
    this.clean = Float64Array.from(this.images[0].pixels);
    this.noise = { ...shown, kind: shown.kind in NOISES ? shown.kind : "gaussian", seed: 1 };
    this.seen = this.clean;
    this.model = this.models.find((model) => model.variational) ?? this.models[0];
    this.encoded = null;
    this.watchers = { inputs: [], code: [] };
  }

  // Calls `watcher` after the picture or the noise has changed ("inputs"), or the code ("code").
  watch(what, watcher) {
    this.watchers[what].push(watcher);
  }

  changed(what) {
    for (const watcher of this.watchers[what]) watcher();
  }

  setPicture(pixels) {
    this.clean = Float64Array.from(pixels);
    this.refresh();
  }

  setNoise(change) {
    Object.assign(this.noise, change);
    this.refresh();
  }

  refresh() {
    const { kind, strength, seed } = this.noise;
    this.seen = kind === "none" ? this.clean : addNoise(this.clean, kind, strength, seed);
    this.changed("inputs");
    this.encode();
  }

  choose(name) {
    this.model = this.models.find((model) => model.name === name);
    this.encode();
  }

  // What denoises gets the noisy picture, what was trained to copy the one without noise.
  inputOf(model) {
    return model.noise ? this.seen : this.clean;
  }

  encode() {
    if (this.model) this.setCode(this.model.encode(this.inputOf(this.model)));
  }

  // A code, with the maps that pass it by where the network has such: those of the picture stay.
  setCode({ code, passed = this.encoded.passed }) {
    this.encoded = { code, passed };
    this.decoded = this.model.decode(this.encoded);
    this.changed("code");
  }

  setValue(index, value) {
    const code = Float64Array.from(this.encoded.code);
    code[index] = value;
    this.setCode({ code });
  }

  // The settings tuned for the strength of the ladder nearest to that of the noise, by method.
  tuned() {
    const rows = this.filters.filter((row) => row.kind === this.noise.kind);
    const away = (row) => Math.abs(row.strength - this.noise.strength);
    const nearest = rows.reduce((best, row) => (away(row) < away(best) ? row : best), rows[0]);
    return rows.filter((row) => row.strength === nearest.strength);
  }
}
