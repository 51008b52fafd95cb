import { machineLine } from "../machine.js";
import { type QualityResult, survivalAt } from "./result.js";

/** The run as Markdown. */
export function qualityReport(result: QualityResult): string {
  const { model, quick, absent, machine } = result;
  return [
    "# Quality",
    "",
    `Written by \`npx tsx bench/quality/main.ts${quick ? " --quick" : ""}\`. Model ${model.name} ${model.version} (${model.dtype}, ${model.fingerprint}).`,
    `${machineLine(machine)}.`,
    "",
    "Answer survival: the share of questions whose answer string still stands in what is kept. A proxy for what a reader",
    "could answer; no language model is asked. Intervals are 95%, by bootstrap over documents. Peers run on the same",
    "weights; a peer that keeps more or less than it is asked to is read off its own curve at the share in the heading.",
    ...absent.map((reason) => `\nLeft out: ${reason}`),
    ...(result.takenOver ?? []).map(
      ({ systems, date, commit, model: of }) =>
        `\nMeasured on ${date}, commit ${commit}, where they run a model with ${of}: ${systems.join(", ")}.`,
    ),
    ...survivalTables(result),
    ...domainTable(result),
    ...lossTable(result),
    ...budgetTable(result),
    ...labelTable(result),
    ...timeTable(result),
    ...gradeTable(result),
    "",
  ].join("\n");
}

function survivalTables({ sets, systems, points }: QualityResult): string[] {
  const shares = [...new Set(points.map(({ share }) => share))];
  return sets.flatMap(({ name, ids }) => [
    "",
    `## ${name}: ${ids.length} questions`,
    "",
    `| survival at a share of the o200k tokens of | ${shares.map(percent).join(" | ")} | questions |`,
    `|---|${shares.map(() => "---:").join("|")}|---:|`,
    ...systems.flatMap(({ name: system, title }) => {
      const own = points.filter((point) => point.system === system && point.set === name);
      if (own.length === 0) return [];
      const cells = shares.map((share) => {
        const point = own.find((candidate) => candidate.share === share);
        const half = point ? (point.survival.high - point.survival.low) / 2 : Number.NaN;
        return `${survivalAt(own, share).toFixed(3)} ± ${half.toFixed(3)}`;
      });
      return [`| ${title} | ${cells.join(" | ")} | ${own[0]?.questions} |`];
    }),
  ]);
}

function domainTable({ domains, systems }: QualityResult): string[] {
  const names = [...new Set(domains.rows.flatMap(({ byDomain }) => Object.keys(byDomain)))].sort();
  if (names.length === 0) return [];
  const title = (system: string) => systems.find(({ name }) => name === system)?.title ?? system;
  return [
    "",
    `## ${domains.set} by domain, at ${percent(domains.share)}`,
    "",
    `| | ${names.join(" | ")} |`,
    `|---|${names.map(() => "---:").join("|")}|`,
    ...inOrder(domains.rows, systems).map(({ system, byDomain }) => {
      const cells = names.map((name) => {
        const cell = byDomain[name];
        return cell ? `${cell.survival.toFixed(2)} (${cell.questions})` : "";
      });
      return `| ${title(system)} | ${cells.join(" | ")} |`;
    }),
  ];
}

function lossTable({ losses, systems }: QualityResult): string[] {
  if (losses.length === 0) return [];
  const title = (system: string) => systems.find(({ name }) => name === system)?.title ?? system;
  return [
    "",
    `## Lost inside sentences that are kept, at ${percent(losses[0]?.share ?? 0)}`,
    "",
    "| | negations | numbers with units | identifiers |",
    "|---|---:|---:|---:|",
    ...inOrder(losses, systems).map(({ system, counts }) => {
      const cells = (["negations", "numbers", "identifiers"] as const).map((kind) => {
        const { lost, found } = counts[kind] ?? { lost: 0, found: 0 };
        return found === 0 ? "" : `${((100 * lost) / found).toFixed(1)}% of ${found}`;
      });
      return `| ${title(system)} | ${cells.join(" | ")} |`;
    }),
    "",
    "This package and LangChain's chunks say which slices they kept; any other text is aligned with its source, unless it",
    "puts documents in another order.",
  ];
}

function budgetTable({ systems, points }: QualityResult): string[] {
  const rows = systems.flatMap(({ name, title }) => {
    const own = points.filter(({ system }) => system === name);
    if (own.length === 0) return [];
    const mean = (read: (point: (typeof own)[number]) => number) =>
      own.reduce((sum, point) => sum + read(point), 0) / own.length;
    const most = (read: (point: (typeof own)[number]) => number) => Math.max(...own.map(read));
    const cells = [
      percent1(most(({ over }) => over.max)),
      percent1(mean(({ over }) => over.mean)),
      percent1(most(({ under }) => under.max)),
      percent1(mean(({ under }) => under.mean)),
      Math.min(...own.map(({ inOrder }) => inOrder)).toFixed(3),
    ];
    return [`| ${title} | ${cells.join(" | ")} |`];
  });
  return [
    "",
    "## Budget and order",
    "",
    "| tokens against the ceiling | over, most | over, mean | under, most | under, mean | words in source order, least |",
    "|---|---:|---:|---:|---:|---:|",
    ...rows,
  ];
}

function labelTable({ labels }: QualityResult): string[] {
  if (!labels) return [];
  return [
    "",
    "## Labels: words that the teacher kept, and its core words",
    "",
    "| | words | keep AUC | keep F1 | core AUC | core F1 |",
    "|---|---:|---:|---:|---:|---:|",
    ...Object.entries(labels).map(([domain, { words, keep, core }]) => {
      const cells = [keep.auc, keep.f1, core.auc, core.f1].map((value) => value.toFixed(3));
      return `| ${domain} | ${words} | ${cells.join(" | ")} |`;
    }),
  ];
}

function timeTable({ times, systems }: QualityResult): string[] {
  if (times.length === 0) return [];
  const shares = [...new Set(times.map(({ share }) => share))];
  return [
    "",
    "## Milliseconds of a request",
    "",
    `| median | ${shares.map(percent).join(" | ")} |`,
    `|---|${shares.map(() => "---:").join("|")}|`,
    ...systems.flatMap(({ name, title }) => {
      const own = times.filter(({ system }) => system === name);
      if (own.length === 0) return [];
      const cells = shares.map((share) => own.find((point) => point.share === share)?.ms.toFixed(1) ?? "");
      return [`| ${title} | ${cells.join(" | ")} |`];
    }),
    "",
    "Documents never seen, except where the name says otherwise. Systems take turns on each question.",
  ];
}

function gradeTable({ graded, systems }: QualityResult): string[] {
  if (graded.length === 0) return [];
  return [
    "",
    "## Graded by a language model",
    "",
    "| | set | share | questions | exact match | F1 |",
    "|---|---|---:|---:|---:|---:|",
    ...graded.map(({ system, set, share, questions, exactMatch, f1 }) => {
      const title = systems.find(({ name }) => name === system)?.title ?? system;
      const show = (interval: typeof f1) =>
        `${interval.mean.toFixed(3)} (${interval.low.toFixed(3)} to ${interval.high.toFixed(3)})`;
      return `| ${title} | ${set} | ${percent(share)} | ${questions} | ${show(exactMatch)} | ${show(f1)} |`;
    }),
  ];
}

/** Rows in the order of the systems: a merged run holds them as they came. */
function inOrder<Row extends { system: string }>(rows: readonly Row[], systems: QualityResult["systems"]): Row[] {
  const place = (row: Row) => systems.findIndex(({ name }) => name === row.system);
  return [...rows].sort((a, b) => place(a) - place(b));
}

/** A share in whole percent. */
export function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}

/** A share in percent with one decimal. */
export function percent1(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
