// The code of the chosen model as bars that can be dragged, and codes drawn at random.

const DRAWS = 8;

// A code from N(0, I), or from the normal distribution of the codes of test images.
function drawCode(model, fitted, draw) {
  if (!fitted) return Float64Array.from({ length: model.size }, () => normal(draw));
  const code = Float64Array.from(floatsOf(model.fitted.mean));
  const directions = unpack(model.fitted.directions).data;
  for (let from = 0; from < directions.length; from += model.size) {
    const far = normal(draw);
    for (let at = 0; at < model.size; at++) code[at] += far * directions[from + at];
  }
  return code;
}

function setUpBars(state) {
  const canvas = byId("laboratory-bars");
  let chosen = 0;

  const range = () => {
    const { code } = state.encoded;
    const [low, high] = state.model.range;
    return [Math.min(low, 0, ...code), Math.max(high, 0, ...code)];
  };

  function draw() {
    const { code } = state.encoded;
    const context = canvas.getContext("2d");
    canvas.width = Math.max(640, code.length);
    const [low, high] = range();
    const { width, height } = canvas;
    const level = (value) => height - ((value - low) / (high - low || 1)) * height;
    const step = width / code.length, gap = step > 6 ? 2 : 0;
    chosen = Math.min(chosen, code.length - 1);
    context.clearRect(0, 0, width, height);
    code.forEach((value, index) => {
      context.fillStyle = colour(index === chosen ? "--strong" : "--accent");
      const top = Math.min(level(value), level(0));
      const tall = Math.max(1, Math.abs(level(value) - level(0)));
      context.fillRect(index * step + gap / 2, top, Math.max(step - gap, 1), tall);
    });
    context.fillStyle = colour("--soft");
    context.fillRect(0, level(0), width, 1);
    const said = `value ${chosen + 1} of ${code.length}: ${code[chosen].toFixed(2)}`;
    byId("laboratory-value").textContent = capital(said);
    canvas.setAttribute("aria-valuetext", said);
    canvas.setAttribute("aria-valuenow", code[chosen].toFixed(3));
    canvas.setAttribute("aria-valuemin", low.toFixed(3));
    canvas.setAttribute("aria-valuemax", high.toFixed(3));
  }

  let frozen = null;
  onDrag(canvas, (x, y, event, begins) => {
    const count = state.encoded.code.length;
    if (begins) {
      chosen = Math.min(count - 1, Math.max(0, Math.floor(x * count)));
      frozen = range();
    }
    const [low, high] = frozen;
    state.setValue(chosen, low + (1 - clip(y)) * (high - low));
  });
  canvas.addEventListener("keydown", (event) => {
    const [low, high] = state.model.range;
    const sideways = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const upwards = { ArrowUp: 1, ArrowDown: -1, PageUp: 5, PageDown: -5 }[event.key];
    if (!sideways && !upwards) return;
    event.preventDefault();
    const count = state.encoded.code.length;
    if (sideways) {
      chosen = (chosen + sideways + count) % count;
      draw();
    } else {
      state.setValue(chosen, state.encoded.code[chosen] + (upwards * (high - low)) / 40);
    }
  });
  state.watch("code", draw);
  return draw;
}

function setUpDraws(state) {
  let seed = 0;
  const strip = byId("laboratory-draws");
  const generate = (fitted) => () => {
    const { model } = state, draw = random(++seed);
    const codes = Array.from({ length: DRAWS }, () => drawCode(model, fitted, draw));
    const buttons = codes.map((code, at) => {
      const canvas = pictureCanvas();
      show(canvas, model.decode({ code, passed: [] }));
      const name = `Generated picture ${at + 1}: take its code`;
      const take = () => state.model === model && state.setCode({ code });
      return element("button", { type: "button", "aria-label": name, onclick: take }, canvas);
    });
    strip.replaceChildren(...buttons);
    state.setCode({ code: codes[0] });
  };
  byId("laboratory-normal").addEventListener("click", generate(false));
  byId("laboratory-fitted").addEventListener("click", generate(true));
  byId("laboratory-back").addEventListener("click", () => state.encode());
}

// The card of the chosen model: its name, its decoded picture, what can be done with it.
function setUpCode(state) {
  const select = byId("laboratory-model");
  for (const model of state.models) {
    const { name } = model;
    select.append(element("option", { value: name, text: `${name}, ${sizeOfCode(model)}` }));
  }
  select.addEventListener("change", () => {
    byId("laboratory-draws").replaceChildren();
    state.choose(select.value);
  });
  state.watch("code", () => {
    select.value = state.model.name;
    for (const id of ["laboratory-decoded", "laboratory-walked"]) show(byId(id), state.decoded);
    const value = decibels(psnr(state.clean, state.decoded));
    byId("laboratory-decoded-psnr").textContent = `Decoded: ${value} beside the picture`;
    byId("laboratory-generate").hidden = state.model.fitted === null;
  });
  setUpDraws(state);
  return setUpBars(state);
}
