import { code, codeByShape, makefile } from "./detect-code.js";
import { assignments, csv, json, markup, yaml } from "./detect-data.js";
import { diff, grep, listing, log, metrics, table, toolOutput, trace } from "./detect-output.js";
import { records } from "./detect-records.js";
import type { ContentTest } from "./detect-sample.js";
import { latex, legal, mail, markdown, markdownPage, paged, qa, subtitles, transcript } from "./detect-text.js";

/**
 * What a text looks like, surest first: kinds that a first mark gives away, then Markdown, in which all the others may
 * stand, then kinds by the shape of their lines. Measured: no other order told more texts right.
 */
export const CONTENT_TESTS: readonly ContentTest[] = [
  json,
  subtitles,
  mail,
  latex,
  diff,
  markup,
  metrics,
  makefile,
  markdownPage,
  trace,
  grep,
  table,
  listing,
  csv,
  qa,
  transcript,
  toolOutput,
  code,
  log,
  assignments,
  yaml,
  legal,
  paged,
  codeByShape,
  records,
  markdown,
];
