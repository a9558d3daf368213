// Pictures on canvases, their PSNR, and small parts of the page.

const byId = (id) => document.getElementById(id);
const words = (name) => name.replaceAll("_", " ");
const sizeOfCode = ({ size }) => `${size} ${size === 1 ? "value" : "values"}`;
const capital = (text) => text[0].toUpperCase() + text.slice(1);

// A value of the style sheet, which has two of each, for light and dark.
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// An element with attributes; `text` is its text, what begins with "on" listens.
function element(tag, { text = "", ...attributes } = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value);
  }
  made.append(text, ...children);
  return made;
}

const pictureCanvas = () =>
  element("canvas", { width: SIDE, height: SIDE, class: "picture", "aria-hidden": "true" });

function show(canvas, image) {
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(SIDE, SIDE);
  for (let at = 0; at < SIDE * SIDE; at++) {
    const grey = Math.round(255 * clip(image[at]));
    pixels.data.set([grey, grey, grey, 255], 4 * at);
  }
  context.putImageData(pixels, 0, 0);
}

const LEAST = (0.5 / 255) ** 2;
const MOST = -10 * Math.log10(LEAST);

// In dB, as the tables have it; no error counts as half a grey level in every pixel.
function psnr(original, image) {
  let sum = 0;
  for (let at = 0; at < original.length; at++) sum += (original[at] - image[at]) ** 2;
  return -10 * Math.log10(Math.max(sum / original.length, LEAST));
}

const decibels = (value) => (value < MOST ? `${value.toFixed(1)} dB` : "no error");

// Where a pointer is on an element, in shares of its width and height.
function placeOf(event, target) {
  const box = target.getBoundingClientRect();
  return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
}

// Calls `follow(x, y, event, begins)` as a pointer is pressed on an element and while it is held.
function onDrag(target, follow) {
  const moved = (begins) => (event) => {
    if (begins && event.button !== 0) return;
    if (!begins && !target.hasPointerCapture(event.pointerId)) return;
    if (begins) target.setPointerCapture(event.pointerId);
    follow(...placeOf(event, target), event, begins);
  };
  target.addEventListener("pointerdown", moved(true));
  target.addEventListener("pointermove", moved(false));
}
