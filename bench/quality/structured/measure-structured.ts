import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Sieve } from "../../../src/core/index.js";
import { countTokens } from "../baselines.js";
import { DATA_FOLDER, readLines } from "../data.js";
import { bm25Blocks, bm25Lines, type Kept, truncated } from "./baselines.js";
import { coverOf, folded } from "./cover.js";
import type { StructuredCase, StructuredQuestion } from "./structured-case.js";
import { faultsOf } from "./validity.js";

/** Shares of a text's tokens. */
export const STRUCTURED_SHARES = [0.05, 0.1, 0.2, 0.4, 0.6] as const;

/** What came of one text at one share. */
export interface StructuredOutcome {
  id: string;
  kind: string;
  share: number;
  hasQuestion: boolean;
  /** Whether nothing valid fits: nothing is left, or what says itself that it is a fragment. */
  isEmpty: boolean;
  isOver: boolean;
  /** Tokens of the output as a share of the ceiling. */
  fill: number;
  faults: string[];
  /** Lines that may not be missed, found and wanted. */
  must: { kept: number; wanted: number };
}

/** Whether a system kept an answer, and with it whose it is. */
export interface StructuredAnswer {
  id: string;
  kind: string;
  share: number;
  system: string;
  found: boolean;
  attributed: boolean;
}

export interface StructuredMeasure {
  outcomes: StructuredOutcome[];
  answers: StructuredAnswer[];
}

/** The shared texts that are no prose, with their questions. */
export function sharedStructuredSet(): StructuredCase[] {
  const inputs = readLines<StructuredCase>("structured/inputs.jsonl.gz");
  const lines = readFileSync(join(DATA_FOLDER, "structured/qa.jsonl"), "utf8").split("\n").filter(Boolean);
  const questions = lines.map((line) => JSON.parse(line) as StructuredQuestion & { input: string });
  return inputs.map((input) => ({ ...input, questions: questions.filter(({ input: id }) => id === input.id) }));
}

/** Cuts each text at each share, with and without its first question, and asks every question of ours and of the baselines. */
export async function measureStructured(sieve: Sieve, cases: readonly StructuredCase[]): Promise<StructuredMeasure> {
  const outcomes: StructuredOutcome[] = [];
  const answers: StructuredAnswer[] = [];
  for (const input of cases) {
    const total = countTokens(input.text);
    for (const share of STRUCTURED_SHARES) {
      const ceiling = Math.max(1, Math.floor(share * total));
      const ours = async (query?: string): Promise<Kept & { tokens: number; isFragment: boolean }> => {
        const result = await sieve.compress({
          documents: [input.text],
          maxTokens: ceiling,
          ...(query === undefined ? {} : { query }),
        });
        const { spans = [], fragment = false } = result.documents[0] ?? {};
        return { text: result.text, spans, tokens: result.tokens, isFragment: fragment };
      };
      const blind = await ours();
      outcomes.push(outcomeOf(input, share, false, blind, ceiling));
      for (const [place, question] of input.questions.entries()) {
        const asked = await ours(question.question);
        if (place === 0) outcomes.push(outcomeOf(input, share, true, asked, ceiling));
        const systems: Record<string, Kept> = {
          ours: asked,
          "ours, no question": blind,
          truncation: truncated(input, ceiling),
          "BM25 lines": bm25Lines(input, question.question, ceiling),
          "BM25 blocks": bm25Blocks(input, question.question, ceiling),
        };
        for (const [system, kept] of Object.entries(systems)) {
          answers.push({
            id: `${input.id} ${question.id}`,
            kind: input.kind,
            share,
            system,
            ...judge(input, question, kept),
          });
        }
      }
    }
  }
  return { outcomes, answers };
}

function outcomeOf(
  input: StructuredCase,
  share: number,
  hasQuestion: boolean,
  { text, spans, tokens, isFragment }: Kept & { tokens: number; isFragment: boolean },
  ceiling: number,
): StructuredOutcome {
  const flat = folded(text);
  const must = input.must ?? [];
  return {
    id: input.id,
    kind: input.kind,
    share,
    hasQuestion,
    isEmpty: isFragment || text.trim() === "",
    isOver: countTokens(text) > ceiling,
    fill: tokens / ceiling,
    faults: isFragment ? [] : faultsOf(input, text, spans),
    must: { kept: must.filter((part) => flat.includes(folded(part))).length, wanted: must.length },
  };
}

function judge(input: StructuredCase, question: StructuredQuestion, { text, spans }: Kept) {
  const cover = coverOf(input.text, spans);
  const flat = folded(text);
  const found = question.at.some((start) => cover.holds(start, start + question.answer.length));
  return { found, attributed: found && question.needs.every((part) => flat.includes(folded(part))) };
}

/** The measure as lines of text. */
export function printStructured({ outcomes, answers }: StructuredMeasure): string {
  const lines: string[] = [];
  const percent = (rows: readonly unknown[], isGood: (row: never) => boolean) =>
    rows.length === 0 ? "-" : `${Math.round((100 * rows.filter((row) => isGood(row as never)).length) / rows.length)}`;
  const header = "".padEnd(28) + STRUCTURED_SHARES.map((share) => `${100 * share}%`.padStart(9)).join("");
  lines.push(`valid, without / with a question (${new Set(outcomes.map(({ id }) => id)).size} texts)`, header);
  const row = (name: string, own: readonly StructuredOutcome[]) =>
    name.padEnd(28) +
    STRUCTURED_SHARES.map((share) => {
      const at = own.filter((one) => one.share === share && !one.isEmpty);
      const valid = (hasQuestion: boolean) =>
        percent(
          at.filter((one) => one.hasQuestion === hasQuestion),
          ({ faults }: StructuredOutcome) => faults.length === 0,
        );
      return `${valid(false)}/${valid(true)}`.padStart(9);
    }).join("");
  for (const kind of new Set(outcomes.map((one) => one.kind)))
    lines.push(
      row(
        kind,
        outcomes.filter((one) => one.kind === kind),
      ),
    );
  lines.push(row("all", outcomes));
  const over = outcomes.filter(({ isOver }) => isOver).length;
  const empty = outcomes.filter(({ isEmpty }) => isEmpty);
  const fills = outcomes.filter(({ isEmpty }) => !isEmpty).map(({ fill }) => fill);
  lines.push(
    `over the ceiling ${over} of ${outcomes.length}; empty ${empty.length}${empty.length > 0 ? ` (${empty.map(({ id, share }) => `${id}@${share}`).join(", ")})` : ""}; ceiling used ${Math.round((100 * fills.reduce((sum, fill) => sum + fill, 0)) / fills.length)}%, under 90% in ${fills.filter((fill) => fill < 0.9).length} of ${fills.length}`,
  );
  for (const hasQuestion of [false, true]) {
    const musts = STRUCTURED_SHARES.map((share) => {
      const at = outcomes.filter((one) => one.share === share && one.hasQuestion === hasQuestion);
      const sum = (of: "kept" | "wanted") => at.reduce((total, { must }) => total + must[of], 0);
      return `${sum("kept")}/${sum("wanted")}`.padStart(9);
    });
    lines.push(`must-lines ${hasQuestion ? "with" : "without"} question`.padEnd(28) + musts.join(""));
  }
  lines.push("", "answers found / attributed", header);
  for (const system of new Set(answers.map((one) => one.system))) {
    const cells = STRUCTURED_SHARES.map((share) => {
      const at = answers.filter((one) => one.system === system && one.share === share);
      return `${percent(at, ({ found }: StructuredAnswer) => found)}/${percent(at, ({ attributed }: StructuredAnswer) => attributed)}`.padStart(
        9,
      );
    });
    lines.push(system.padEnd(28) + cells.join(""));
  }
  const lost = answers.filter(
    (one) => one.system === "ours" && !one.attributed && one.share >= 0.1 && one.share <= 0.2,
  );
  lines.push(
    "",
    `not attributed at 10% and 20%: ${lost.map(({ id, share, found }) => `${id}@${share}${found ? " (found)" : ""}`).join("; ")}`,
  );
  const faults = outcomes.flatMap(({ id, share, hasQuestion, faults: own }) =>
    own.map((fault) => `${id}@${share}${hasQuestion ? "?" : ""}: ${fault}`),
  );
  lines.push(...faults.slice(0, 40));
  return lines.join("\n");
}
