import { DIGITS, LONG_DIGITS } from "./words.js";

/**
 * The report's script: copies what the model gets, goes from kept part to kept part (n, p), and shows the scores of
 * a word that is tapped, clicked, or reached with the arrow keys in a focused text. Asks nothing of anyone outside the page.
 */
export const SCRIPT = `
"use strict";
const DIGITS = ${JSON.stringify(DIGITS)}, LAST = DIGITS.length - 1;
const at = (id) => document.getElementById(id);
const model = at("model"), panel = at("word"), parts = [...document.querySelectorAll("mark.k")];
let part = -1;

function unpack(packed) {
  const words = [];
  let place = 0, end = 0;
  const digit = () => DIGITS.indexOf(packed[place++]);
  const number = () => {
    let value = digit();
    if (value < LAST) return value;
    value = 0;
    for (let left = ${LONG_DIGITS}; left > 0; left -= 1) value = value * DIGITS.length + digit();
    return value;
  };
  while (place < packed.length) {
    const start = end + number();
    end = start + number();
    words.push({ start, end, scores: [digit(), digit(), digit(), digit(), digit()].map((score) => score / LAST) });
  }
  return words;
}

function rangeOf(source, { start, end }) {
  const range = document.createRange(), walker = document.createTreeWalker(source, NodeFilter.SHOW_TEXT);
  let offset = 0, node;
  while ((node = walker.nextNode())) {
    const next = offset + node.length;
    if (start >= offset && start < next) range.setStart(node, start - offset);
    if (end > offset && end <= next) { range.setEnd(node, end - offset); return range; }
    offset = next;
  }
  return undefined;
}

function show(source, index) {
  const words = (source.words ??= unpack(source.dataset.words));
  const word = words[index];
  const range = word && rangeOf(source, word);
  if (!range) return;
  source.word = index;
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  const element = range.startContainer.parentElement;
  const fate = !element.closest("mark") ? "dropped" : element.closest("u") ? "kept for what it is" : "kept";
  const [keep, core, pivot, relevance, lower] = word.scores;
  panel.textContent = "\\u201c" + range.toString() + "\\u201d: " + fate + "; keep " + keep.toFixed(2) + ", core " + core.toFixed(2) + ", pivot " + pivot.toFixed(2) +
    (source.dataset.asked ? ", relevance of its sentence " + relevance.toFixed(2) : "") + "; valued above " + Math.round(100 * lower) + "% of the words here";
  const box = range.getBoundingClientRect();
  if (box.top < 80 || box.bottom > innerHeight - 80) element.scrollIntoView({ block: "center" });
}

function offsetIn(source, x, y) {
  const caret = document.caretPositionFromPoint?.(x, y) ?? document.caretRangeFromPoint?.(x, y);
  const node = caret && (caret.offsetNode ?? caret.startContainer);
  if (!node || !source.contains(node)) return -1;
  const range = document.createRange();
  range.setStart(source, 0);
  range.setEnd(node, caret.offset ?? caret.startOffset);
  return range.toString().length;
}

// A caret stands between two characters, which may be two words'.
function isUnder(source, word, x, y) {
  const boxes = word ? [...(rangeOf(source, word)?.getClientRects() ?? [])] : [];
  return boxes.some(({ left, right, top, bottom }) => x >= left && x < right && y >= top && y < bottom);
}

for (const source of document.querySelectorAll("pre[data-words]")) {
  source.addEventListener("click", ({ clientX, clientY }) => {
    if (!getSelection().isCollapsed) return;
    const offset = offsetIn(source, clientX, clientY);
    const words = (source.words ??= unpack(source.dataset.words));
    const index = words.findIndex(({ end }) => end >= offset);
    if (offset >= 0 && index >= 0) show(source, isUnder(source, words[index + 1], clientX, clientY) ? index + 1 : index);
  });
  source.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    show(source, source.word === undefined ? 0 : source.word + step);
  });
}

function go(step) {
  if (parts.length === 0) return;
  parts[part]?.classList.remove("at");
  part = part < 0 ? (step > 0 ? 0 : parts.length - 1) : (part + step + parts.length) % parts.length;
  parts[part].classList.add("at");
  parts[part].scrollIntoView({ block: "center" });
  at("place").textContent = "part " + (part + 1) + " of " + parts.length;
}

async function copy() {
  const text = model.textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    getSelection().selectAllChildren(model);
    document.execCommand("copy");
  }
  at("place").textContent = "copied";
}

at("next").addEventListener("click", () => go(1));
at("previous").addEventListener("click", () => go(-1));
at("copy").addEventListener("click", copy);
document.addEventListener("keydown", ({ key, ctrlKey, metaKey, altKey }) => {
  if (ctrlKey || metaKey || altKey) return;
  if (key === "n") go(1);
  if (key === "p") go(-1);
});
at("tools").hidden = false;
`;
