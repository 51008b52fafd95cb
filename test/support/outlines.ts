import fc from "fast-check";
import { expect } from "vitest";
import { runAtOnce } from "../../src/core/runtime/event-loop.js";
import type { Grain, Outline, Parse, ParseHint } from "../../src/core/structure/outline.js";
import { expectOutline, textOf } from "../contract/outline-text.js";
import { anyText, CASES } from "./arbitraries.js";

/** A text's outline, which must be there and keep its promises. */
export function outlineOf(parse: Parse, text: string, hint?: ParseHint): Outline {
  const outline = runAtOnce(parse(text, hint));
  if (outline === undefined) throw new Error(`Expected an outline of ${JSON.stringify(text.slice(0, 200))}`);
  expectOutline(text, outline);
  return outline;
}

/** What is printed where the content grains are kept that hold one of `wanted`, with their heads. */
export function kept(parse: Parse, text: string, ...wanted: string[]): string {
  const outline = outlineOf(parse, text);
  const chosen = wanted.map((piece) => {
    const found = outline.grains.findIndex(
      ({ role, start, end }) => role === "content" && text.slice(start, end).includes(piece),
    );
    if (found < 0) throw new Error(`Expected ${JSON.stringify(piece)} in a grain of its own`);
    return found;
  });
  return textOf(text, outline, chosen);
}

/** The context of the first grain that holds a text. */
export function contextOf(parse: Parse, text: string, piece: string): string {
  const { grains } = outlineOf(parse, text);
  return grains.find(({ start, end }) => text.slice(start, end).includes(piece))?.context ?? "";
}

/** What is printed of a text at a share of its length without a question: the content grains by their prior. */
export function byPrior(parse: Parse, text: string, rate: number): string {
  const outline = outlineOf(parse, text);
  const order = outline.grains
    .map((grain, index) => ({ grain, index }))
    .filter(({ grain }) => grain.role === "content")
    .sort((a, b) => b.grain.prior - a.grain.prior || a.index - b.index);
  let best = "";
  const chosen: number[] = [];
  for (const { index } of order) {
    const printed = textOf(text, outline, [...chosen, index]);
    if (printed.length > text.length * rate) continue;
    chosen.push(index);
    best = printed;
  }
  return best;
}

/** Numbers that pick grains: see {@link chosenOf}. */
export const picks = fc.array(fc.nat(), { minLength: 1, maxLength: 12 });

/** Content grains of an outline that numbers stand for. */
export function chosenOf({ grains }: Outline, numbers: readonly number[]): number[] {
  const contents = [...grains.keys()].filter((index) => grains[index]?.role === "content");
  return contents.length === 0 ? [] : numbers.map((number) => contents[number % contents.length] as number);
}

/** Every line of a cut text is a line of the source, to the letter and in its order; blank ones aside. */
export function expectLines(text: string, output: string): void {
  const lines = visibleLines(text);
  let at = 0;
  for (const line of visibleLines(output)) {
    const found = lines.indexOf(line, at);
    if (found < 0) throw new Error(`Expected ${JSON.stringify(line)} to be a line of the source, in its order`);
    at = found + 1;
  }
}

/** The lines of a text that show something. */
export function visibleLines(text: string): string[] {
  return text.split(/\r\n|[\n\r\u2028\u2029]/u).filter((line) => line.trim() !== "");
}

/** Any choice of grains prints lines of the source, each below the lines that `headsOf` names. */
export function expectLinesUnderHeads(
  parse: Parse,
  texts: fc.Arbitrary<string>,
  headsOf: (lines: readonly string[], at: number) => readonly string[],
): void {
  fc.assert(
    fc.property(texts, picks, (text, numbers) => {
      const outline = outlineOf(parse, text);
      const output = textOf(text, outline, chosenOf(outline, numbers));
      expectLines(text, output);
      const lines = visibleLines(text);
      const printed = visibleLines(output);
      for (const [place, line] of printed.entries()) {
        const above = printed.slice(0, place);
        for (const head of headsOf(lines, lines.indexOf(line))) expect(above).toContain(head);
      }
    }),
    { numRuns: CASES },
  );
}

/** Whether a list's last entry has a separator behind it, which is not printed: `[1, 2,]`. */
function endsInSeparator({ grains }: Outline): boolean {
  const lasts = new Map(grains.map((grain) => [grain.within, grain]));
  return [...lasts.values()].some(({ separator, end }) => separator < end);
}

/** Whatever the text, the outline keeps its promises, and all of its grains are the text to the letter. */
export function expectTolerance(parse: Parse, alphabet: readonly string[]): void {
  const pieces = fc.array(fc.oneof(fc.constantFrom(...alphabet), fc.string({ maxLength: 6 })), { maxLength: 40 });
  fc.assert(
    fc.property(pieces, (list) => {
      const text = list.join("");
      const outline = runAtOnce(parse(text));
      if (outline === undefined) return;
      expectOutline(text, outline);
      if (outline.hidden.length === 0 && !endsInSeparator(outline)) {
        expect(text).toContain(textOf(text, outline, outline.grains.keys()));
      }
    }),
    { numRuns: CASES },
  );
}

/** The text of a grain. */
export function grainText(text: string, { start, end }: Grain): string {
  return text.slice(start, end);
}

/** What is printed when the content grains that hold one of the given strings are chosen. */
export function printed(parse: Parse, text: string, ...wanted: string[]): string {
  const outline = outlineOf(parse, text);
  const chosen = [...outline.grains.keys()].filter((index) => {
    const grain = outline.grains[index] as Grain;
    return grain.role === "content" && wanted.some((part) => grainText(text, grain).includes(part));
  });
  expect(chosen.length, wanted.join()).toBeGreaterThanOrEqual(1);
  return textOf(text, outline, chosen);
}

/** The grain that holds a string. */
export function grainWith(parse: Parse, text: string, part: string): Grain {
  const found = outlineOf(parse, text).grains.find((grain) => grainText(text, grain).includes(part));
  expect(found, part).toBeDefined();
  return found as Grain;
}

/** Checks that every choice of content grains of the generated texts prints what `isValid` accepts. */
export function expectEveryChoiceValid(
  parse: Parse,
  texts: fc.Arbitrary<string>,
  check: (printedText: string, source: string) => void,
  numRuns = CASES,
): void {
  fc.assert(
    fc.property(texts, fc.infiniteStream(fc.nat(839)), fc.integer({ min: 1, max: 8 }), (text, dice, oneIn) => {
      const outline = outlineOf(parse, text);
      const content = [...outline.grains.keys()].filter((index) => outline.grains[index]?.role === "content");
      const chosen = content.filter(() => dice.next().value % oneIn === 0);
      if (chosen.length === 0) return;
      check(textOf(text, outline, chosen), text);
    }),
    { numRuns },
  );
}

/** Checks that any text gives a proper outline or none, and never a throw. */
export function expectProperOrNone(parse: Parse, ...shapes: fc.Arbitrary<string>[]): void {
  fc.assert(
    fc.property(fc.oneof(anyText(), ...shapes), (text) => {
      const outline = runAtOnce(parse(text));
      if (outline !== undefined) expectOutline(text, outline);
    }),
    { numRuns: CASES / 4 },
  );
}
