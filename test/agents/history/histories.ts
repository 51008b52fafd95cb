import fc from "fast-check";
import type { MessagePart, NeutralMessage } from "../../../src/index.js";

/** Text of a few to a few dozen words. */
const text = fc
  .array(
    fc.constantFrom(
      ..."the port of Odessa sails at noon not 14:30 with 12 crates and error E-404 in harbour log".split(" "),
    ),
    {
      minLength: 1,
      maxLength: 24,
    },
  )
  .map((words) => words.join(" "));

const image: fc.Arbitrary<MessagePart> = fc.integer({ min: 0, max: 9 }).map((cost) => ({ kind: "opaque", cost }));

const question = fc
  .tuple(text, fc.option(image, { freq: 6 }))
  .map(([words, picture]): NeutralMessage[] => [
    { role: "user", parts: [{ kind: "text", text: words }, ...(picture ? [picture] : [])] },
  ]);

const answer = text.map((words): NeutralMessage[] => [{ role: "assistant", parts: [{ kind: "text", text: words }] }]);

/** An answer that calls tools, and their results; ids are made unique by `numbered`. */
const tools = fc
  .tuple(fc.option(text), fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 3 }))
  .map(([words, calls]): NeutralMessage[] => [
    {
      role: "assistant",
      parts: [
        ...(words === null ? [] : [{ kind: "text" as const, text: words }]),
        ...calls.map(([input], index) => ({
          kind: "tool-call" as const,
          callId: `${index}`,
          text: input.slice(0, 12),
        })),
      ],
    },
    ...calls.map(
      ([, result], index): NeutralMessage => ({
        role: "tool",
        parts: [{ kind: "tool-result", callId: `${index}`, text: result }],
      }),
    ),
  ]);

const turn = fc
  .tuple(question, fc.array(tools, { maxLength: 4 }), answer)
  .map(([asked, steps, answered]) => [asked, ...steps, answered]);

/** A conversation as an agent has it: a system message, turns, ended anywhere. At least two messages. */
export const history: fc.Arbitrary<NeutralMessage[]> = fc
  .tuple(fc.boolean(), fc.array(turn, { minLength: 1, maxLength: 5 }), fc.nat())
  .map(([hasSystem, turns, end]) => {
    const system: NeutralMessage = { role: "system", parts: [{ kind: "text", text: "You keep the harbour log." }] };
    const messages = numbered([...(hasSystem ? [[system]] : []), ...turns.flat()]);
    return messages.slice(0, 2 + (end % (messages.length - 1)));
  });

function numbered(steps: readonly NeutralMessage[][]): NeutralMessage[] {
  return steps.flatMap((messages, step) =>
    messages.map((message) => ({
      ...message,
      parts: message.parts.map((part) =>
        "callId" in part && part.callId !== undefined ? { ...part, callId: `${step}.${part.callId}` } : part,
      ),
    })),
  );
}

/** Counts words. */
export const countWords = (text: string): number => text.split(/\s+/).filter(Boolean).length;

/** Counters that no rule of adding up holds for. */
export const counters: readonly ((text: string) => number)[] = [
  countWords,
  (text) => text.length,
  (text) => Math.ceil(text.length / 4),
  (text) => Math.ceil(Math.sqrt(text.length)) + (text.length % 3),
];
