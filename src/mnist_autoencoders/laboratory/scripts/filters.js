// Classical denoisers as `baselines/filters/methods.py` has them of scikit-image, one setting each.

// A picture with a border of `width` pixels: its own outermost ones, or mirrored at them.
function bordered(image, width, mirrored) {
  const side = SIDE + 2 * width;
  const result = new Float64Array(side * side);
  const inside = (at) => {
    if (!mirrored) return Math.min(SIDE - 1, Math.max(0, at));
    return at < 0 ? -at : at >= SIDE ? 2 * (SIDE - 1) - at : at;
  };
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      result[y * side + x] = image[inside(y - width) * SIDE + inside(x - width)];
    }
  }
  return result;
}

function median(image, size) {
  const reach = (size - 1) / 2, side = SIDE + 2 * reach;
  const wide = bordered(image, reach, false);
  const values = new Float64Array(size * size);
  return image.map((_, at) => {
    const top = Math.floor(at / SIDE), left = at % SIDE;
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) values[y * size + x] = wide[(top + y) * side + left + x];
    }
    values.sort();
    return values[(values.length - 1) / 2];
  });
}

// Chambolle 2004, "An algorithm for total variation minimization and applications".
function totalVariation(image, weight) {
  if (weight <= 0) return image;
  const size = image.length, step = 0.25;
  const down = new Float64Array(size), right = new Float64Array(size), out = new Float64Array(size);
  let first = 0, before = 0;
  for (let round = 0; round < 200; round++) {
    let energy = 0, change = 0;
    for (let at = 0; at < size; at++) {
      const above = at >= SIDE ? down[at - SIDE] : 0, beside = at % SIDE ? right[at - 1] : 0;
      const inner = round ? above - down[at] + (beside - right[at]) : 0;
      out[at] = image[at] + inner;
      energy += inner * inner;
    }
    for (let at = 0; at < size; at++) {
      const y = at + SIDE < size ? out[at + SIDE] - out[at] : 0;
      const x = (at + 1) % SIDE ? out[at + 1] - out[at] : 0;
      const length = Math.hypot(y, x);
      change += length;
      const rest = 1 + (step / weight) * length;
      down[at] = (down[at] - step * y) / rest;
      right[at] = (right[at] - step * x) / rest;
    }
    energy = (energy + weight * change) / size;
    if (round === 0) first = energy;
    else if (Math.abs(before - energy) < 2e-4 * first) break;
    before = energy;
  }
  return out;
}

// Buades, Coll and Morel 2005, "A non-local algorithm for image denoising", with patches sought up
// to 5 pixels away. Of patches of 5 by 5 pixels scikit-image's fast way compares 4 by 4.
function nonLocalMeans(image, h) {
  if (h <= 0) return image;
  const reach = 5, border = reach + 2, side = SIDE + 2 * border;
  const wide = bordered(image, border, true);
  const sums = new Float64Array(image.length), weights = new Float64Array(image.length);
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const shift = dy * side + dx;
      for (let at = 0; at < image.length; at++) {
        const middle = (Math.floor(at / SIDE) + border) * side + (at % SIDE) + border;
        let distance = 0;
        for (let py = -1; py <= 2; py++) {
          for (let px = -1; px <= 2; px++) {
            const here = middle + py * side + px, gap = wide[here] - wide[here + shift];
            distance += gap * gap;
          }
        }
        if (distance > 5 * h * h * 25) continue;
        const weight = Math.exp(-distance / (h * h * 25));
        weights[at] += weight;
        sums[at] += weight * wide[middle + shift];
      }
    }
  }
  return sums.map((sum, at) => sum / weights[at]);
}

const FILTERS = {
  gaussian: { words: "Gaussian blur", apply: blur, unit: "sigma" },
  median: { words: "Median", apply: median, unit: "side" },
  total_variation: { words: "Total variation", apply: totalVariation, unit: "weight" },
  non_local_means: { words: "Non-local means", apply: nonLocalMeans, unit: "h" },
};

const filtered = (image, method, setting) =>
  Float64Array.from(FILTERS[method].apply(Float64Array.from(image), setting), clip);
