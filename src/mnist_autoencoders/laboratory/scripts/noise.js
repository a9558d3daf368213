// The kinds of noise, as in `noise_kinds`; a picture is 784 values from 0 for black to 1 for white.

const SIDE = 28;
const clip = (value) => Math.min(1, Math.max(0, value));

// Even numbers in [0, 1): the same for the same seed. "mulberry32" of Tommy Ettinger, 2017.
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

// Box and Muller 1958, "A note on the generation of random normal deviates".
const normal = (draw) => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());

// Gaussian blur as SciPy has it: four sigmas wide, the border goes on with its own values.
function blur(image, sigma) {
  if (sigma <= 0) return image;
  const radius = Math.floor(4 * sigma + 0.5);
  const weights = [];
  for (let d = -radius; d <= radius; d++) weights.push(Math.exp(-(d * d) / (2 * sigma * sigma)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const along = (values, step, across) => {
    const result = new Float64Array(values.length);
    for (let line = 0; line < SIDE; line++) {
      for (let at = 0; at < SIDE; at++) {
        let sum = 0;
        for (let d = -radius; d <= radius; d++) {
          const near = Math.min(SIDE - 1, Math.max(0, at + d));
          sum += weights[d + radius] * values[line * across + near * step];
        }
        result[line * across + at * step] = sum / total;
      }
    }
    return result;
  };
  return along(along(image, SIDE, 1), 1, SIDE);
}

// Wu's line, pixel by pixel with its coverage, as scikit-image's `line_aa` draws it.
function line(row, column, endRow, endColumn, put) {
  const across = Math.abs(column - endColumn), down = Math.abs(row - endRow);
  const right = column < endColumn ? 1 : -1, below = row < endRow ? 1 : -1;
  const length = across + down === 0 ? 1 : Math.hypot(across, down);
  for (let error = across - down; ;) {
    put(row, column, 1 - Math.abs(error - across + down) / length);
    const before = error, left = column;
    if (2 * before >= -across) {
      if (column === endColumn) break;
      if (before + down < length) put(row + below, column, 1 - Math.abs(before + down) / length);
      error -= down;
      column += right;
    }
    if (2 * before <= down) {
      if (row === endRow) break;
      if (across - before < length) put(row, left + right, 1 - Math.abs(across - before) / length);
      error += across;
      row += below;
    }
  }
}

function drawLine(image, ...ends) {
  line(...ends, (row, column, coverage) => {
    if (row < 0 || column < 0 || row >= SIDE || column >= SIDE) return;
    const at = row * SIDE + column;
    image[at] = Math.max(image[at], coverage);
  });
}

function marks(image, count, draw) {
  const marked = Float64Array.from(image);
  const pixel = () => Math.floor(draw() * SIDE);
  for (let stroke = 0; stroke < count; stroke++) drawLine(marked, pixel(), pixel(), pixel(), pixel());
  return marked;
}

function tones(image, amount, draw) {
  const black = (draw() * amount) / 2, white = 1 - (draw() * amount) / 2;
  return image.map((value) => black + (white - black) * value);
}

// Each kind: its strength's unit, largest value on the slider and step, and what it does.
const NOISES = {
  gaussian: { unit: "standard deviation", most: 1.5, step: 0.05,
    apply: (image, factor, draw) => image.map((value) => clip(value + factor * normal(draw))) },
  gaussian_up_to: { unit: "largest standard deviation", most: 1.5, step: 0.05,
    apply: (image, factor, draw) => NOISES.gaussian.apply(image, factor * draw(), draw) },
  salt_and_pepper: { unit: "share of the pixels", most: 1, step: 0.05,
    apply: (image, amount, draw) =>
      image.map((value) => (draw() < amount ? (draw() < 0.5 ? 0 : 1) : value)) },
  speckle: { unit: "standard deviation / grey level", most: 2, step: 0.05,
    apply: (image, factor, draw) =>
      image.map((value) => clip(value + factor * value * normal(draw))) },
  masking: { unit: "share of the pixels", most: 1, step: 0.05,
    apply: (image, amount, draw) => image.map((value) => (draw() < amount ? 0 : value)) },
  blur: { unit: "sigma (pixels)", most: 4, step: 0.1, apply: (image, sigma) => blur(image, sigma) },
  tones: { unit: "amount", most: 1, step: 0.05, apply: tones },
  marks: { unit: "strokes", most: 12, step: 1, apply: marks },
};

function addNoise(image, kind, strength, seed) {
  return Float64Array.from(NOISES[kind].apply(Float64Array.from(image), strength, random(seed)));
}
