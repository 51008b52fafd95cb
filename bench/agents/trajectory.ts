import { AIMessage, type BaseMessage, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";

/** A call of the model in a trajectory: what there is by then, and what the answer needs of it. */
export interface ModelCall {
  /** Messages that the call is made of, from the start. */
  length: number;
  /** A fact that the user asks for at this call, told many steps before. */
  fact?: string;
}

/** A long run of a coding agent: made up by a fixed seed, no two steps alike. */
export interface Trajectory {
  messages: BaseMessage[];
  calls: ModelCall[];
}

const STEPS_PER_TASK = 8;
const SEED = 20_261_128;

const AREAS =
  "queue|router|cache|parser|uploader|session|invoice|search|mailer|scheduler|webhook|exporter|importer|throttle|ledger|gallery|notifier|archive|planner|gateway|metrics|sitemap|quota|profile|feed".split(
    "|",
  );
const VERBS = "loads|checks|writes|merges|splits|filters|signs|batches|retries|closes".split("|");
const NOUNS = "row|token|chunk|header|cursor|lock|frame|record|entry|slot".split("|");

/** What is told early and asked for late, half of it by the user, half of it in a tool's result. */
const FACTS = AREAS.map((area, index) => {
  const value = 1000 + 7 * ((index * 389) % 997);
  return index % 2 === 0
    ? {
        isSaid: true,
        told: `By the way, the ${area} must never take more than ${value} requests a minute.`,
        question: `How many requests a minute may the ${area} take at most?`,
        value: String(value),
      }
    : {
        isSaid: false,
        told: `export const ${area}TimeoutMs = ${value};`,
        question: `What timeout in milliseconds does the ${area} have?`,
        value: String(value),
      };
});

/** A trajectory of so many steps, each a tool call with its result. */
export function makeTrajectory(steps: number): Trajectory {
  const random = randomBy(SEED);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const messages: BaseMessage[] = [
    new SystemMessage("You are a careful engineer in a large repository. Use the tools; say briefly what you do."),
  ];
  const calls: ModelCall[] = [];
  const asked = FACTS.length / 2;
  for (let step = 0; step < steps; step += 1) {
    const task = Math.floor(step / STEPS_PER_TASK);
    const area = AREAS[task % AREAS.length] as string;
    const fact = FACTS[task % FACTS.length] as (typeof FACTS)[number];
    if (step % STEPS_PER_TASK === 0) {
      const old = FACTS[task - Math.floor(asked)];
      const work = `Now fix the ${area}: its ${pick(NOUNS)} is lost when two requests come at once.`;
      if (old) {
        messages.push(new HumanMessage(old.question));
        calls.push({ length: messages.length, fact: old.value });
        messages.push(new AIMessage("It is as it was told before."));
      }
      messages.push(new HumanMessage(fact.isSaid ? `${work} ${fact.told}` : work));
    }
    calls.push({ length: messages.length });
    const id = `call_${step}`;
    const path = `src/${area}/${pick(NOUNS)}-${step}.ts`;
    const isRead = step % 3 !== 2;
    const args = isRead ? { path } : { command: `npm test -- ${area}` };
    const told = !fact.isSaid && step % STEPS_PER_TASK === 3 ? fact.told : undefined;
    messages.push(
      new AIMessage({
        content: `Let me look at how the ${area} ${pick(VERBS)} its ${pick(NOUNS)}.`,
        tool_calls: [{ id, name: isRead ? "read_file" : "run", args }],
      }),
      new ToolMessage({
        tool_call_id: id,
        name: isRead ? "read_file" : "run",
        content: isRead ? sourceOf(area, step, random, told) : testRun(area, step, random, told),
      }),
    );
    if (step % STEPS_PER_TASK === STEPS_PER_TASK - 1) {
      calls.push({ length: messages.length });
      messages.push(
        new AIMessage(`The ${area} is fixed: the ${pick(NOUNS)} is now taken under a lock, and the tests pass.`),
      );
    }
  }
  return { messages, calls };
}

function sourceOf(area: string, step: number, random: () => number, told: string | undefined): string {
  const functions = Array.from({ length: 4 + Math.floor(random() * 5) }, (_, index) => {
    const noun = NOUNS[(step + index) % NOUNS.length] as string;
    const verb = VERBS[(step * 3 + index) % VERBS.length] as string;
    return `/** ${verb[0]?.toUpperCase()}${verb.slice(1)} the ${noun} of the ${area} in step ${index}. */\nexport async function ${verb}${noun}${step}${index}(${noun}: ${area}Input): Promise<number> {\n  const held = await lock(${noun}.id, ${Math.floor(random() * 900)});\n  if (held === undefined) throw new Error("${noun} ${index} is not held");\n  return held.size + ${Math.floor(random() * 90)};\n}`;
  });
  return [`import { lock } from "../locks.js";`, ...(told ? [told] : []), ...functions].join("\n\n");
}

function testRun(area: string, step: number, random: () => number, told: string | undefined): string {
  const tests = Array.from({ length: 12 + Math.floor(random() * 16) }, (_, index) => {
    const verb = VERBS[(step + index) % VERBS.length];
    return ` ✓ test/${area}/${NOUNS[(index * 7) % NOUNS.length]}-${index}.test.ts > ${verb} a ${NOUNS[index % NOUNS.length]} (${Math.floor(random() * 400)} ms)`;
  });
  return [
    ...(told ? [told] : []),
    ...tests,
    ` Tests  ${tests.length} passed`,
    ` Duration  ${(random() * 9).toFixed(2)} s`,
  ].join("\n");
}

/** Numbers in [0, 1) that are the same on every run (mulberry32). */
function randomBy(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
