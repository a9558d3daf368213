// Two values of the code as a plane: test images as points, a cross that can be moved.

const LONGEST_CODE = 64;

// One for each digit: Petroff 2021, "Accessible color sequences for data visualization".
const DIGIT_COLOURS = ["#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6",
  "#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd"];

function setUpPlane(state) {
  const canvas = byId("laboratory-plane");
  const axes = [byId("laboratory-x"), byId("laboratory-y")];
  const codes = new Map();
  let of = null;

  // The codes of the test images, which are computed once for each model.
  function points() {
    const { model } = state;
    if (!codes.has(model)) codes.set(model, state.images.map(({ pixels }) => model.encode(pixels).code));
    return codes.get(model);
  }

  const chosen = () => axes.map((axis) => Number(axis.value));
  const limits = (index) => {
    const values = points().map((code) => code[index]);
    const low = Math.min(...values), high = Math.max(...values), edge = 0.08 * (high - low) || 1;
    return [low - edge, high + edge];
  };
  const share = ([low, high], value) => (value - low) / (high - low);

  function draw() {
    const context = canvas.getContext("2d");
    const { width, height } = canvas;
    const [across, up] = chosen();
    const [horizontal, vertical] = [limits(across), limits(up)];
    const place = (code) => [
      share(horizontal, code[across]) * width, (1 - share(vertical, code[up])) * height];
    context.clearRect(0, 0, width, height);
    context.font = "bold 15px system-ui, sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    points().forEach((code, at) => {
      const { label, name } = state.images[at];
      context.fillStyle = DIGIT_COLOURS[(label ?? 0) % DIGIT_COLOURS.length];
      context.fillText(name !== null && name.length <= 2 ? name : "●", ...place(code));
    });
    const [x, y] = place(state.encoded.code);
    context.strokeStyle = colour("--ink");
    context.lineWidth = 2;
    context.beginPath();
    context.arc(x, y, 9, 0, 2 * Math.PI);
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      context.moveTo(x + 9 * dx, y + 9 * dy);
      context.lineTo(x + 18 * dx, y + 18 * dy);
    }
    context.stroke();
  }

  function refresh() {
    const { model } = state;
    const fits = model.size >= 2 && model.size <= LONGEST_CODE;
    byId("laboratory-plane-part").hidden = !fits;
    if (!fits) return;
    if (of !== model) {
      of = model;
      axes.forEach((axis, which) => {
        const options = Array.from({ length: model.size }, (_, index) =>
          element("option", { value: index, text: `value ${index + 1}` }));
        axis.replaceChildren(...options);
        axis.value = which;
      });
    }
    draw();
  }

  function move(values) {
    const code = Float64Array.from(state.encoded.code);
    chosen().forEach((index, which) => (code[index] = values[which]));
    state.setCode({ code });
  }

  onDrag(canvas, (x, y) => {
    const [[left, right], [bottom, top]] = chosen().map(limits);
    move([left + clip(x) * (right - left), top - clip(y) * (top - bottom)]);
  });
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!step) return;
    event.preventDefault();
    move(chosen().map((index, which) => {
      const [low, high] = limits(index);
      return state.encoded.code[index] + (step[which] * (high - low)) / 40;
    }));
  });
  for (const axis of axes) axis.addEventListener("change", draw);
  state.watch("code", refresh);
  return () => !byId("laboratory-plane-part").hidden && draw();
}
