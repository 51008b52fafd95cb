// Writes the run of docs/agents.md, between its two marks: a short run of an agent as it was, and as the model is sent it.
import { readFileSync, writeFileSync } from "node:fs";
import { countTokens, createSieve, type MessageFate, type NeutralMessage, trimHistory } from "../src/index.js";

const PAGE = "docs/agents.md";
const BEGIN = "<!-- run: written by scripts/write-agents-docs.ts -->";
const END = "<!-- end of run -->";
const MAX_TOKENS = 900;
/** Longer texts are shown cut, in code units. */
const SHOWN = 150;

const say = (role: "user" | "assistant", text: string): NeutralMessage => ({ role, parts: [{ kind: "text", text }] });
let calls = 0;
function call(said: string, name: string, args: object, result: string): NeutralMessage[] {
  calls += 1;
  const callId = `call_${calls}`;
  return [
    {
      role: "assistant",
      parts: [
        { kind: "text", text: said },
        { kind: "tool-call", callId, text: `${name} ${JSON.stringify(args)}` },
      ],
    },
    { role: "tool", parts: [{ kind: "tool-result", callId, text: result }] },
  ];
}

const QUEUE = `import { backoff } from "./backoff.js";

/** Jobs that run at the same time. */
export const LIMIT = 16;

export class Queue {
  #jobs: Job[] = [];
  add(job: Job): void {
    this.#jobs.push(job);
    if (this.#jobs.length <= LIMIT) void this.#run(job);
  }
  async #run(job: Job): Promise<void> {
    try {
      await job.start();
    } catch (error) {
      await backoff(job.attempt);
      this.add({ ...job, attempt: job.attempt + 1 });
    }
  }
}`;
const BACKOFF = `/** Waits before an attempt, doubling from 250 ms up to 30 s. */
export async function backoff(attempt: number): Promise<void> {
  const wait = Math.min(30_000, 250 * 2 ** attempt);
  await new Promise((resolve) => setTimeout(resolve, wait));
}`;
const TESTS = `${Array.from({ length: 30 }, (_, index) => ` ✓ test/queue.test.ts > case ${index} (${index * 3} ms)`).join("\n")}
 FAIL  test/queue.test.ts > never runs more than sixteen jobs
AssertionError: expected 17 to be less than or equal to 16
 Tests  1 failed | 30 passed`;

const messages: NeutralMessage[] = [
  { role: "system", parts: [{ kind: "text", text: "You are a careful engineer. Use the tools." }] },
  say("user", "Our queue runs more jobs than it should. Find out why and fix it."),
  ...call("I look at the queue first.", "read_file", { path: "src/queue.ts" }, QUEUE),
  say(
    "user",
    "By the way: the wait between attempts must never be longer than 20 seconds, the provider bans us otherwise.",
  ),
  say("assistant", "Understood, I will keep that in mind."),
  ...call("Now the tests.", "run", { command: "npm test" }, TESTS),
  ...call("And how it waits.", "read_file", { path: "src/backoff.ts" }, BACKOFF),
  say("assistant", "A failed job is added again while it still counts as running: that is the seventeenth."),
  say("user", "Good. What else uses the queue?"),
  ...call(
    "I search for it.",
    "grep",
    { pattern: "new Queue" },
    Array.from(
      { length: 28 },
      (_, index) => `src/jobs/job-${index}.ts:${index + 4}:  const queue = new Queue(); // part ${index}`,
    ).join("\n"),
  ),
  say("assistant", "28 files under src/jobs make a queue of their own."),
  say("user", "Then write the fix. How long may the wait between attempts be at most?"),
];

const sieve = await createSieve();
const trimmed = await trimHistory(messages, sieve, { maxTokens: MAX_TOKENS });
await sieve.dispose();

const rows: string[] = [];
for (const [index, message] of messages.entries()) {
  for (const note of trimmed.notes.filter(({ before }) => before === index)) {
    rows.push(`| | *${note.kind}* | | ${cell(note.text)} |`);
  }
  const whole = message.parts.flatMap((part) => ("text" in part ? [part.text] : []));
  const fate = trimmed.fates[index] as MessageFate;
  const left = fate === "dropped" ? "*gone*" : fate === "whole" ? "whole" : cell(fate.join("\n"));
  rows.push(
    `| ${index + 1} | ${message.role} | ${cell(whole.join("\n"))} (${await tokensOf(whole)} tokens) | ${left} |`,
  );
}
const table = [
  `${trimmed.originalTokens} tokens under a ceiling of ${MAX_TOKENS}: ${trimmed.tokens} are sent.`,
  "",
  "| | who | as it was | as the model is sent it |",
  "|---|---|---|---|",
  ...rows,
].join("\n");
const page = readFileSync(PAGE, "utf8");
const [head, rest] = [page.slice(0, page.indexOf(BEGIN)), page.slice(page.indexOf(END))];
writeFileSync(PAGE, `${head}${BEGIN}\n\n${table}\n\n${rest}`);

async function tokensOf(texts: readonly string[]): Promise<number> {
  let tokens = 0;
  for (const text of texts) tokens += await countTokens(text);
  return tokens;
}

/** A text in a cell of a table, cut where it is long. */
function cell(text: string): string {
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  return shown
    .replaceAll("|", "\\|")
    .replaceAll("<", "&lt;")
    .replace(/\s*\n\s*/gu, " / ");
}
