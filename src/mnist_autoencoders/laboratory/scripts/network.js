// Networks as `pack.py` writes them: base64 becomes numbers once a network is first used.

function bytesOf(text) {
  const signs = atob(text);
  const bytes = new Uint8Array(signs.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = signs.charCodeAt(at);
  return bytes;
}

// As `squeezed` in `pack.py` has them: behind a zero stands how many there are.
function pixelsOf(text) {
  const bytes = bytesOf(text), pixels = [];
  for (let at = 0; at < bytes.length; at++) {
    const count = bytes[at] ? 1 : bytes[at + 1];
    for (let each = 0; each < count; each++) pixels.push(bytes[at]);
    if (!bytes[at]) at++;
  }
  return Float64Array.from(pixels, (value) => value / 255);
}

const floatsOf = (text) => new Float32Array(bytesOf(text).buffer);

function unpack({ shape, float32, int16, scale }) {
  if (float32 !== undefined) return { shape, data: floatsOf(float32) };
  const scales = floatsOf(scale);
  const steps = new Int16Array(bytesOf(int16).buffer);
  return { shape, data: Float32Array.from(steps, (step, at) => step * scales[at % scales.length]) };
}

const WEIGHTS = ["kernel", "bias", "factor", "offset"];

function unpackPart({ steps, inputs, outputs }) {
  const unpacked = steps.map((step) => {
    const weights = WEIGHTS.filter((name) => name in step).map((name) => [name, unpack(step[name])]);
    return { ...step, ...Object.fromEntries(weights) };
  });
  return { steps: unpacked, inputs, outputs };
}

// The outputs of an encoder or a decoder, a tensor each.
function run(part, inputs) {
  const results = [];
  part.steps.forEach((step, at) => {
    if (step.op === "input") {
      const { data } = inputs[part.inputs.indexOf(at)];
      results.push({ shape: step.batch_shape.slice(1), data });
    } else {
      results.push(LAYERS[step.op](step, ...step.inputs.map((number) => results[number])));
    }
  });
  return part.outputs.map((number) => results[number]);
}

class Network {
  constructor(model) {
    Object.assign(this, model);
    this.packed = model.network;
  }

  get parts() {
    if (this.packed) {
      const { encoder, decoder } = this.packed;
      this.unpacked = { encoder: unpackPart(encoder), decoder: unpackPart(decoder) };
      this.packed = null;
    }
    return this.unpacked;
  }

  // {code, passed}: the code of a picture, and the feature maps that pass the code by.
  encode(pixels) {
    const [code, ...others] = run(this.parts.encoder, [{ data: Float64Array.from(pixels) }]);
    return { code: Float64Array.from(code.data), passed: this.variational ? [] : others };
  }

  decode({ code, passed }) {
    const inputs = [{ data: Float64Array.from(code) }, ...passed];
    return run(this.parts.decoder, inputs)[0].data;
  }

  reconstruct(pixels) {
    return this.decode(this.encode(pixels));
  }
}
