import type { CompressedDocument, CompressResult, ExplainedWord, SourceDocument } from "../core/index.js";

const STYLE = `
:root { color-scheme: light dark; --kept: #14532d; --kept-bg: #dcfce7; --protected-bg: #fef3c7; --dim: #9ca3af; --line: #e5e7eb; --text: #111827; --page: #ffffff; }
@media (prefers-color-scheme: dark) { :root { --kept: #bbf7d0; --kept-bg: #14532d; --protected-bg: #713f12; --dim: #6b7280; --line: #374151; --text: #f3f4f6; --page: #111827; } }
* { box-sizing: border-box; }
body { font: 15px/1.6 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 2rem 1rem 4rem; color: var(--text); background: var(--page); }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; }
.facts { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: 1rem 0; padding: .75rem 0; border-block: 1px solid var(--line); }
.facts div { display: flex; flex-direction: column; }
.facts b { font-size: 1.25rem; font-variant-numeric: tabular-nums; }
.facts span, .legend, .meta { color: var(--dim); font-size: .85rem; }
.bar { height: 6px; border-radius: 3px; background: var(--line); overflow: hidden; }
.bar i { display: block; height: 100%; background: #16a34a; }
section { margin-top: 2rem; }
h2 { font-size: 1.05rem; margin: 0; overflow-wrap: anywhere; }
summary { cursor: pointer; font-weight: 600; overflow-wrap: anywhere; }
summary .meta { font-weight: 400; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; color: var(--dim); margin: .75rem 0 0; }
mark { color: var(--kept); background: var(--kept-bg); border-radius: 2px; }
mark.p { background: var(--protected-bg); color: inherit; }
`;

/** A page of its own that shows every document with what was kept, and why; no script, no network. */
export function renderHtml(
  documents: readonly SourceDocument[],
  result: CompressResult,
  query: string | undefined,
): string {
  const byIndex = new Map(result.documents.map((document) => [document.index, document]));
  const reasons = new Map(result.dropped.map(({ index, reason }) => [index, reason]));
  const section = ({ id, text }: SourceDocument, index: number) => {
    const name = escapeHtml(id ?? String(index));
    const kept = byIndex.get(index);
    if (!kept)
      return `<section><details><summary>${name} <span class="meta">dropped: ${reasons.get(index)}</span></summary><pre>${escapeHtml(text)}</pre></details></section>`;
    const meta = `${kept.tokens} of ${kept.originalTokens} tokens${query === undefined ? "" : `, relevance ${kept.relevance.toFixed(2)}`}`;
    return `<section><h2>${name}</h2><p class="meta">${meta}</p>${bar(kept.tokens, kept.originalTokens)}<pre>${paint(text, kept)}</pre></section>`;
  };
  const sections = documents.map(section);
  // What was kept comes first; what was dropped can be opened below it.
  const ordered = [...sections.keys()].sort((a, b) => Number(byIndex.has(b)) - Number(byIndex.has(a)) || a - b);
  const { tokens, originalTokens } = result;
  const share = originalTokens === 0 ? 1 : tokens / originalTokens;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>contextsieve: ${tokens} of ${originalTokens} tokens</title><style>${STYLE}</style></head><body>
<h1>What was kept</h1>${query === undefined ? "" : `<p>Question: <b>${escapeHtml(query)}</b></p>`}
<div class="facts">${fact("tokens kept", `${tokens} of ${originalTokens}`)}${fact("share", `${(100 * share).toFixed(1)}%`)}${fact("documents kept", `${result.documents.length} of ${documents.length}`)}${fact("milliseconds", result.timings.totalMs.toFixed(0))}</div>
<p class="legend"><mark>kept</mark> &nbsp; <mark class="p">kept because it is a negation, figure, unit or identifier</mark> &nbsp; dropped. Hover over a word for its scores.</p>
${ordered.map((index) => sections[index]).join("\n")}
</body></html>
`;
}

function fact(label: string, value: string): string {
  return `<div><b>${value}</b><span>${label}</span></div>`;
}

function bar(part: number, whole: number): string {
  return `<div class="bar"><i style="width:${whole === 0 ? 0 : Math.min(100, (100 * part) / whole).toFixed(1)}%"></i></div>`;
}

function paint(text: string, { words = [] }: CompressedDocument): string {
  let html = "";
  let end = 0;
  for (const word of words) {
    html += escapeHtml(text.slice(end, word.start)) + paintWord(text.slice(word.start, word.end), word);
    end = word.end;
  }
  return html + escapeHtml(text.slice(end));
}

function paintWord(surface: string, word: ExplainedWord): string {
  const scores = `keep ${word.keep.toFixed(2)}, core ${word.core.toFixed(2)}, pivot ${word.pivot.toFixed(2)}, relevance ${word.relevance.toFixed(2)}, value ${word.value.toFixed(2)}`;
  const tag = word.kept ? `mark${word.protected ? ' class="p"' : ""}` : "span";
  return `<${tag} title="${scores}">${escapeHtml(surface)}</${word.kept ? "mark" : "span"}>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/gu, (character) => `&#${character.charCodeAt(0)};`);
}
