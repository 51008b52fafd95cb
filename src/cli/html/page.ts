import { createHash } from "node:crypto";
import type { CompressedDocument, CompressResult, SourceDocument } from "../../core/index.js";
import { plural } from "../plural.js";
import { describeReason } from "../summary.js";
import { escapeHtml } from "./escape.js";
import { SCRIPT } from "./script.js";
import { STYLE } from "./style.js";
import { packWords, paintSource } from "./words.js";

/** What a report tells of. */
export interface Report {
  documents: readonly SourceDocument[];
  /** With every word (`explain: true`); its text is what the model gets. */
  result: CompressResult;
  query: string | undefined;
  /** Milliseconds that encoding took, before the result's own. */
  encodeMs: number;
}

/**
 * A page of its own: what the model gets, and every document with what was kept of it and why. Nothing is asked of
 * the network, which the page's own policy forbids, with any script but its own.
 */
export function renderReport(report: Report): string {
  const { documents, result, query } = report;
  const byIndex = new Map(result.documents.map((document) => [document.index, document]));
  const reasons = new Map(result.dropped.map(({ index, reason }) => [index, describeReason(reason, 1)]));
  const sections = documents.map((document, index) => {
    const kept = byIndex.get(index);
    return kept
      ? keptSection(document, kept, query !== undefined)
      : droppedSection(document, index, reasons.get(index));
  });
  // What was kept comes first; what was dropped can be opened below it.
  const ordered = [...sections.keys()].sort((a, b) => Number(byIndex.has(b)) - Number(byIndex.has(a)) || a - b);
  const policy = `default-src 'none'; style-src '${hashOf(STYLE)}'; script-src '${hashOf(SCRIPT)}'`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>contextsieve: ${result.tokens} of ${plural(result.originalTokens, "token")}</title><style>${STYLE}</style></head><body>
<header><h1>What was kept</h1>${query === undefined ? "" : `<p>Question: <b>${escapeHtml(query)}</b></p>`}</header>
${facts(report)}
<nav id="tools" aria-label="Report" hidden><button id="previous" title="p">Previous part</button><button id="next" title="n">Next part</button><button id="copy">Copy what the model gets</button><span id="place" class="hint" role="status"></span></nav>
<section><h2>What the model gets</h2><p class="meta">${plural(result.tokens, "token")}</p><pre id="model" class="model" tabindex="0" aria-label="What the model gets">
${escapeHtml(result.text)}</pre></section>
<section><h2>Where it comes from</h2><p><mark>kept</mark> <mark><u>kept for what it is: a negation, figure, unit, identifier or forced phrase</u></mark> <span class="source">dropped</span></p>
<p class="hint">Tap or click a word for its scores, or focus a text and use the left and right arrow keys; n and p go to the next and previous kept part.</p></section>
<main>
${ordered.map((index) => sections[index]).join("\n")}
</main><p id="word" role="status"></p><script>${SCRIPT}</script></body></html>
`;
}

function facts({ documents, result, encodeMs }: Report): string {
  const { tokens, originalTokens, timings } = result;
  const share = originalTokens === 0 ? 100 : (100 * tokens) / originalTokens;
  const rows = [
    ["tokens kept", `${tokens} of ${originalTokens}`],
    ["share", `${share.toFixed(1)}%`],
    ["documents kept", `${result.documents.length} of ${documents.length}`],
    ["encoding", `${encodeMs.toFixed(0)} ms`],
    ["fitting", `${timings.totalMs.toFixed(0)} ms`],
  ];
  return `<div class="facts">${rows.map(([label, value]) => `<div><b>${value}</b><span>${label}</span></div>`).join("")}</div>`;
}

function keptSection({ id = "", text }: SourceDocument, kept: CompressedDocument, isAsked: boolean): string {
  const { tokens, originalTokens, relevance } = kept;
  const meta = `${tokens} of ${plural(originalTokens, "token")}${isAsked ? `, relevance ${relevance.toFixed(2)}` : ""}`;
  const name = escapeHtml(id);
  const bar = `<progress value="${tokens}" max="${Math.max(originalTokens, 1)}" aria-label="share of the tokens kept"></progress>`;
  // The first line end inside a pre is the parser's.
  return `<section><h2>${name}</h2><p class="meta">${meta}</p>${bar}<pre class="source" tabindex="0" aria-label="${name}" data-words="${packWords(kept)}"${isAsked ? " data-asked=1" : ""}>
${paintSource(text, kept)}</pre></section>`;
}

function droppedSection({ id, text }: SourceDocument, index: number, reason = "for no known reason"): string {
  const name = escapeHtml(id ?? String(index));
  return `<section><details><summary>${name} <span class="meta">dropped: ${reason}</span></summary><pre class="source">
${escapeHtml(text)}</pre></details></section>`;
}

function hashOf(content: string): string {
  return `sha256-${createHash("sha256").update(content).digest("base64")}`;
}
