// The layers of the networks. A tensor is {shape, data}: [values] or [rows, columns, channels] as
// Keras has them, channels last. Sums are in float64, so this is nearer to the truth than float32.

const SELU = { scale: 1.0507009873554805, alpha: 1.6732632423543772 };

// Abramowitz and Stegun's series would be too coarse; Press et al. 1992, "Numerical recipes", 6.2
function erf(x) {
  const t = 1 / (1 + 0.5 * Math.abs(x));
  const terms = [-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807,
    -1.13520398, 1.48851587, -0.82215223, 0.17087277];
  const sum = terms.reduceRight((rest, term) => rest * t + term, 0);
  const tail = t * Math.exp(-x * x + sum);
  return x >= 0 ? 1 - tail : tail - 1;
}

const ACTIVATIONS = {
  linear: (x) => x,
  relu: (x) => (x > 0 ? x : 0),
  leaky_relu: (x) => (x > 0 ? x : 0.2 * x),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  selu: (x) => SELU.scale * (x > 0 ? x : SELU.alpha * Math.expm1(x)),
  gelu: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  silu: (x) => x / (1 + Math.exp(-x)),
  softplus: (x) => (x > 30 ? x : Math.log1p(Math.exp(x))),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
};

const sizeOf = (shape) => shape.reduce((product, side) => product * side, 1);
const zeros = (shape) => ({ shape, data: new Float64Array(sizeOf(shape)) });

function activate(tensor, name) {
  if (name === "linear") return tensor;
  return { shape: tensor.shape, data: tensor.data.map(ACTIVATIONS[name]) };
}

function dense(step, { data }) {
  const { kernel, bias } = step;
  const count = kernel.shape[1];
  const result = { shape: [count], data: Float64Array.from(bias.data) };
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (value === 0) continue;
    for (let j = 0, at = i * count; j < count; j++, at++) result.data[j] += value * kernel.data[at];
  }
  return activate(result, step.activation);
}

// How many of `size` positions a window takes, and how much border it needs before the first.
function windows(size, window, stride, padding) {
  if (padding !== "same") return { count: Math.floor((size - window) / stride) + 1, before: 0 };
  const count = Math.ceil(size / stride);
  return { count, before: Math.floor(Math.max((count - 1) * stride + window - size, 0) / 2) };
}

function convolution(step, { shape: [rows, columns, channels], data }) {
  const { kernel, bias, strides: [down, right] } = step;
  const [height, width, , count] = kernel.shape;
  const vertical = windows(rows, height, down, step.padding);
  const horizontal = windows(columns, width, right, step.padding);
  const result = zeros([vertical.count, horizontal.count, count]);
  const sums = new Float64Array(count);
  for (let y = 0, out = 0; y < vertical.count; y++) {
    for (let x = 0; x < horizontal.count; x++, out += count) {
      sums.set(bias.data);
      for (let dy = 0; dy < height; dy++) {
        const row = y * down - vertical.before + dy;
        if (row < 0 || row >= rows) continue;
        for (let dx = 0; dx < width; dx++) {
          const column = x * right - horizontal.before + dx;
          if (column < 0 || column >= columns) continue;
          let at = (dy * width + dx) * channels * count;
          const from = (row * columns + column) * channels;
          for (let c = 0; c < channels; c++, at += count) {
            const value = data[from + c];
            if (value === 0) continue;
            for (let k = 0; k < count; k++) sums[k] += value * kernel.data[at + k];
          }
        }
      }
      result.data.set(sums, out);
    }
  }
  return activate(result, step.activation);
}

// Every pixel adds its window of the kernel to the result; without padding, as all models have it.
function transposed(step, { shape: [rows, columns, channels], data }) {
  const { kernel, bias, strides: [down, right] } = step;
  const [height, width, count] = kernel.shape;
  const result = zeros([(rows - 1) * down + height, (columns - 1) * right + width, count]);
  for (let at = 0; at < result.data.length; at++) result.data[at] = bias.data[at % count];
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const from = (y * columns + x) * channels;
      for (let dy = 0; dy < height; dy++) {
        for (let dx = 0; dx < width; dx++) {
          const to = ((y * down + dy) * result.shape[1] + x * right + dx) * count;
          let at = (dy * width + dx) * count * channels;
          for (let k = 0; k < count; k++) {
            for (let c = 0; c < channels; c++) result.data[to + k] += data[from + c] * kernel.data[at++];
          }
        }
      }
    }
  }
  return activate(result, step.activation);
}

function pool(step, { shape: [rows, columns, channels], data }) {
  const { pool_size: [height, width], strides: [down, right] } = step;
  const vertical = windows(rows, height, down, step.padding);
  const horizontal = windows(columns, width, right, step.padding);
  const result = zeros([vertical.count, horizontal.count, channels]);
  result.data.fill(-Infinity);
  for (let y = 0, to = 0; y < vertical.count; y++) {
    for (let x = 0; x < horizontal.count; x++, to += channels) {
      for (let dy = 0; dy < height; dy++) {
        for (let dx = 0; dx < width; dx++) {
          const row = y * down - vertical.before + dy;
          const column = x * right - horizontal.before + dx;
          if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
          const from = (row * columns + column) * channels;
          for (let c = 0; c < channels; c++) {
            if (data[from + c] > result.data[to + c]) result.data[to + c] = data[from + c];
          }
        }
      }
    }
  }
  return result;
}

// Each pixel of the result is a pixel of the tensor, or nothing where `source` gives none.
function moved({ shape: [rows, columns, channels], data }, height, width, source) {
  const result = zeros([height, width, channels]);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [row, column] = source(y, x);
      if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
      const from = (row * columns + column) * channels;
      result.data.set(data.subarray(from, from + channels), (y * width + x) * channels);
    }
  }
  return result;
}

function concatenate(step, ...tensors) {
  const [rows, columns] = tensors[0].shape;
  const count = tensors.reduce((sum, { shape }) => sum + shape[2], 0);
  const result = zeros([rows, columns, count]);
  for (let pixel = 0, to = 0; pixel < rows * columns; pixel++) {
    for (const { shape: [, , channels], data } of tensors) {
      result.data.set(data.subarray(pixel * channels, (pixel + 1) * channels), to);
      to += channels;
    }
  }
  return result;
}

function affine({ factor, offset }, { shape, data }) {
  const count = factor.data.length;
  const change = (value, at) => value * factor.data[at % count] + offset.data[at % count];
  return { shape, data: data.map(change) };
}

const LAYERS = {
  dense, convolution, transposed, pool, concatenate, affine,
  activate: (step, tensor) => activate(tensor, step.activation),
  flatten: (_, { data }) => ({ shape: [data.length], data }),
  reshape: (step, { data }) => ({ shape: step.target_shape, data }),
  upsample: ({ size: [down, right] }, tensor) =>
    moved(tensor, tensor.shape[0] * down, tensor.shape[1] * right,
      (y, x) => [Math.floor(y / down), Math.floor(x / right)]),
  pad: ({ padding: [[top, bottom], [left, right]] }, tensor) =>
    moved(tensor, tensor.shape[0] + top + bottom, tensor.shape[1] + left + right,
      (y, x) => [y - top, x - left]),
  crop: ({ cropping: [[top, bottom], [left, right]] }, tensor) =>
    moved(tensor, tensor.shape[0] - top - bottom, tensor.shape[1] - left - right,
      (y, x) => [y + top, x + left]),
};
