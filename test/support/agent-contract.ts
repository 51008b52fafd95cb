import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Sieve, TokenizerOption } from "../../src/index.js";
import { countWords } from "../agents/history/histories.js";
import { scriptedSieve } from "../agents/history/scripted-sieve.js";

// What every adapter for agents keeps to, with the real framework and a model that plays a script.

/** A call of a tool in a script. Arguments of `read_original` are told from what the model was sent. */
export interface ScriptedCall {
  id: string;
  name: "lookup" | "read_original";
  args: Record<string, unknown>;
}

/** What the model says at one of its calls: a text, and tools that it calls; without calls the turn is over. */
export interface ScriptedAnswer {
  text: string;
  calls: readonly ScriptedCall[];
}

/** Plays a script: an answer for each call of the model. */
export interface Script {
  /** What the user says, a run of the agent each. */
  users: readonly string[];
  /** @param texts What the model was sent. */
  next(texts: readonly string[]): ScriptedAnswer;
  /** What the tool `lookup` gives back. @throws Where the script says so */
  lookup(args: { topic: string }): unknown;
}

/** How the agent's sieve is set; the ceilings are in words. */
export interface AgentSettings {
  sieve: Sieve;
  tokenizer: TokenizerOption;
  toolResults?: number;
  history?: number;
  readOriginal?: boolean;
  focus?: boolean;
}

/** What is known of a run when it is over. */
export interface AgentRun {
  /** What each call of the model was sent: texts, tool calls as `name arguments`, results. */
  requests: string[][];
  /** Ids of calls and of results in each of them. */
  ids: { calls: string[]; results: string[] }[];
  /** The last request's tools, as JSON. */
  tools: string;
}

/** An agent of a framework, with its sieve. */
export interface AgentAdapter {
  run(script: Script, settings: AgentSettings): Promise<AgentRun>;
}

/** A result that a person is asked for first, in frameworks whose tools can wait; data in others. */
export type ApprovedResult = { askedFirst: true; found: string };
/** A result that comes in a command to the graph, in frameworks that have such; data in others. */
export type CommandResult = { byCommand: true; found: string };

/** Trajectories for each adapter: more with TRAJECTORIES, as in the long suite. */
const TRAJECTORIES = Number(process.env.TRAJECTORIES ?? 25);

interface Step {
  text: string;
  results: unknown[];
}

interface Turn {
  user: string;
  steps: Step[];
}

const words = (word: string, count: number) => Array.from({ length: count }, (_, index) => `${word}${index}`).join(" ");

/** A script of turns; what a result is, is told by the topic of its call. An Error is thrown. */
function scriptOf(
  turns: readonly Turn[],
  argsOf: (topic: string) => Record<string, unknown> = () => ({}),
): Script & { inputs: unknown[] } {
  const results = new Map<string, unknown>();
  const answers: ScriptedAnswer[] = [];
  for (const { steps } of turns) {
    for (const { text, results: given } of steps) {
      const calls = given.map((result): ScriptedCall => {
        const topic = `t${results.size}`;
        results.set(topic, result);
        return { id: `call_${topic}`, name: "lookup", args: { topic, ...argsOf(topic) } };
      });
      answers.push({ text, calls });
    }
    answers.push({ text: `answer ${answers.length}`, calls: [] });
  }
  const inputs: unknown[] = [];
  return {
    users: turns.map(({ user }) => user),
    inputs,
    next: () => answers.shift() ?? { text: "no more", calls: [] },
    lookup(args) {
      inputs.push(args);
      const result = results.get(args.topic);
      if (result instanceof Error) throw result;
      return result;
    },
  };
}

const totalOf = (texts: readonly string[] | undefined) =>
  (texts ?? []).reduce((sum, text) => sum + countWords(text), 0);

/**
 * The suite.
 *
 * @param features `conversation`: false where the framework tells a tool nothing of what was said; `errors`: false where
 * what a tool threw is not cut; `history`: false where the framework sends far more than the messages.
 */
export function agentContract(
  name: string,
  adapter: AgentAdapter,
  features: { conversation?: false; errors?: false; history?: false } = {},
): void {
  const settings = () => ({ sieve: scriptedSieve(), tokenizer: countWords });

  describe(name, () => {
    it("cuts a tool's result once, for what is asked, and leaves what is under the ceiling", async () => {
      const script = scriptOf([
        {
          user: "which crane41 is free",
          steps: [
            { text: "", results: [words("crane", 60)] },
            { text: "", results: ["short one"] },
          ],
        },
        { user: "thanks a lot", steps: [] },
      ]);
      const { requests } = await adapter.run(script, { ...settings(), toolResults: 20 });
      const result = requests[1]?.at(-1) as string;
      expect(countWords(result)).toBeLessThanOrEqual(20);
      if (features.conversation !== false) expect(result).toContain("crane41");
      expect(requests[2]?.at(-1)).toBe("short one");
      // What a call was sent is what every later call is sent first.
      for (const [index, request] of requests.slice(1).entries())
        expect(request.slice(0, requests[index]?.length)).toEqual(requests[index]);
    });

    it("cuts data as data, and never to nothing", async () => {
      const rows = Array.from({ length: 80 }, (_, id) => ({ id, keeper: `keeper number ${id} of the harbour` }));
      const script = scriptOf([
        { user: "who keeps berth 7", steps: [{ text: "", results: [{ rows }, words("x", 90)] }] },
      ]);
      const { requests } = await adapter.run(script, { ...settings(), toolResults: 20 });
      for (const text of requests[1]?.slice(-2) ?? [""]) {
        expect(text).not.toBe("");
        expect(countWords(text)).toBeLessThanOrEqual(20);
      }
    });

    it.skipIf(features.errors === false)("shows the model what a tool threw, under the ceiling", async () => {
      const script = scriptOf([
        { user: "go", steps: [{ text: "", results: [new Error(`ENOENT ${words("path", 90)}`)] }] },
      ]);
      const { requests } = await adapter.run(script, { ...settings(), toolResults: 40 });
      expect(requests[1]?.at(-1)).toContain("ENOENT");
      expect(countWords(requests[1]?.at(-1) ?? "")).toBeLessThanOrEqual(60);
    });

    it("gives the model the original by its id, under the ceiling", async () => {
      const script = scriptOf([
        { user: "which crane41 is free", steps: [{ text: "", results: [words("crane", 120).replaceAll(" ", "\n")] }] },
      ]);
      let step = 0;
      const reading: Script = {
        ...script,
        next(texts) {
          step += 1;
          if (step !== 2) return script.next(texts);
          const id = /read_original ([0-9a-f]{12})/u.exec(texts.join("\n"))?.[1];
          return { text: "", calls: [{ id: "call_read", name: "read_original", args: { id, pattern: "crane77" } }] };
        },
      };
      const { requests, tools } = await adapter.run(reading, { ...settings(), toolResults: 60, readOriginal: true });
      expect(tools).toContain("read_original");
      const original = requests[2]?.at(-1) ?? "";
      expect(original.split("\n")).toContain("78: crane77");
    });

    it("lets the model say what it needs, which the tool never sees", async () => {
      const script = scriptOf([{ user: "yes", steps: [{ text: "", results: [words("crane", 60)] }] }], () => ({
        focus: "crane51",
      }));
      const { requests, tools } = await adapter.run(script, { ...settings(), toolResults: 20, focus: true });
      expect(tools).toContain("focus");
      expect(script.inputs).toEqual([{ topic: "t0" }]);
      expect(requests[1]?.at(-1)).toContain("crane51");
    });

    it.skipIf(features.history === false)(
      "holds the history under its ceiling, with a beginning that stays between trims",
      async () => {
        const turns = Array.from({ length: 12 }, (_, index) => ({
          user: `q${index} ${words("ask", 20)}`,
          steps: [{ text: "looking", results: [words(`r${index}x`, 30)] }],
        }));
        const { requests } = await adapter.run(scriptOf(turns), { ...settings(), history: 400 });
        expect(requests).toHaveLength(24);
        let warm = 0;
        for (const [index, request] of requests.entries()) {
          expect(totalOf(request)).toBeLessThanOrEqual(400);
          expect(request.some((text) => text.startsWith(`q${Math.floor(index / 2)} `))).toBe(true);
          const before = requests[index - 1];
          if (before && JSON.stringify(request.slice(0, before.length)) === JSON.stringify(before)) warm += 1;
        }
        expect(warm).toBeGreaterThan(12);
      },
    );

    it.skipIf(features.history === false)(
      "keeps 20 steps of one task under its ceiling, and the task in sight",
      async () => {
        const steps = Array.from({ length: 20 }, (_, index) => ({
          text: `step ${index}`,
          results: [words(`s${index}x`, 40)],
        }));
        const script = scriptOf([{ user: "find the berth of crane41", steps }]);
        const { requests } = await adapter.run(script, { ...settings(), history: 400 });
        expect(requests).toHaveLength(21);
        let warm = 0;
        for (const [index, request] of requests.entries()) {
          expect(totalOf(request)).toBeLessThanOrEqual(400);
          expect(request).toContain("find the berth of crane41");
          const before = requests[index - 1];
          if (before && JSON.stringify(request.slice(0, before.length)) === JSON.stringify(before)) warm += 1;
        }
        expect(warm).toBeGreaterThan(10);
      },
    );

    it.skipIf(features.history === false)("goes on after a message that is over the ceiling by itself", async () => {
      const turns = [
        { user: "hello", steps: [] },
        { user: words("paste", 900), steps: [] },
        { user: "are you there", steps: [] },
      ];
      const { requests } = await adapter.run(scriptOf(turns), { ...settings(), history: 300 });
      expect(requests).toHaveLength(3);
      for (const request of requests) expect(totalOf(request)).toBeLessThanOrEqual(300);
      expect(requests[2]?.at(-1)).toBe("are you there");
    });

    it.skipIf(features.history === false)(
      `keeps every request under the ceiling and whole in ${TRAJECTORIES} trajectories`,
      { timeout: 60_000 + 2_000 * TRAJECTORIES },
      async () => {
        await fc.assert(
          fc.asyncProperty(trajectory, async (turns) => {
            const script = scriptOf(turns);
            const { requests, ids } = await adapter.run(script, {
              ...settings(),
              toolResults: 50,
              history: 350,
              readOriginal: true,
            });
            for (const [index, request] of requests.entries()) {
              expect(totalOf(request)).toBeLessThanOrEqual(350);
              const { calls, results } = ids[index] as AgentRun["ids"][number];
              expect(results.toSorted()).toEqual(calls.toSorted());
            }
            const expected = turns.reduce((sum, { steps }) => sum + steps.length + 1, 0);
            expect(requests).toHaveLength(expected);
          }),
          { numRuns: TRAJECTORIES },
        );
      },
    );
  });
}

const text = (most: number) =>
  fc
    .tuple(fc.constantFrom("crane", "tide", "berth", "не", "鶴"), fc.integer({ min: 1, max: most }))
    .map(([word, count]) => words(word, count));
const result = fc.oneof(
  { weight: 6, arbitrary: text(120) },
  { weight: 2, arbitrary: fc.constant("") },
  {
    weight: 3,
    arbitrary: fc.array(fc.record({ id: fc.integer(), note: text(12) }), { maxLength: 20 }).map((rows) => ({ rows })),
  },
  { weight: 1, arbitrary: text(100).map((message) => new Error(message)) },
  { weight: 1, arbitrary: text(90).map((found): ApprovedResult => ({ askedFirst: true, found })) },
  { weight: 1, arbitrary: text(90).map((found): CommandResult => ({ byCommand: true, found })) },
);
const step = fc.record({
  text: fc.oneof(fc.constant(""), text(10)),
  results: fc.array(result, { minLength: 1, maxLength: 3 }),
});
const trajectory = fc.array(
  fc.record({
    user: fc.oneof({ weight: 8, arbitrary: text(40) }, { weight: 1, arbitrary: text(700) }),
    steps: fc.array(step, { maxLength: 4 }),
  }),
  { minLength: 1, maxLength: 4 },
);
