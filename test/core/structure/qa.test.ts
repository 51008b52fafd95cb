import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "../../../src/core/structure/qa.js";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { expectEveryChoiceValid, expectProperOrNone, grainWith, outlineOf, printed } from "../../support/outlines.js";

const MARKED = `Questions of guests

Q: May I bring a dog,
or a cat?
A: Dogs yes, on a lead. Cats no.

They pay half.

Q: Is there a sauna?
A: Yes.
`;

const ASKED = `## May I bring a dog?

Yes, on a lead.

2. Is there a sauna?

It opens at nine.
`;

describe("questions and answers", () => {
  it("brings the whole question of an answer", () => {
    expect(printed(parse, MARKED, "Dogs yes")).toBe(
      "Q: May I bring a dog,\nor a cat?\nA: Dogs yes, on a lead. Cats no.",
    );
    expect(printed(parse, MARKED, "half")).toBe("Q: May I bring a dog,\nor a cat?\nA:\n\nThey pay half.");
    expect(printed(parse, ASKED, "nine")).toBe("2. Is there a sauna?\n\nIt opens at nine.");
    expect(grainWith(parse, MARKED, "Yes.").context).toBe("Is there a sauna?");
  });

  it("never lets a question come alone", () => {
    for (const text of [MARKED, ASKED]) {
      for (const grain of outlineOf(parse, text).grains) {
        if (text.slice(grain.start, grain.end).includes("?")) expect(grain.role).toBe("shell");
      }
    }
  });

  it("is nothing where fewer than two questions are answered", () => {
    for (const text of ["", "words", "Q: one?\nA: yes", "Is it? Yes it is.\n\nWords.", "One?\n\nTwo?\n"]) {
      expect(runAtOnce(parse(text)), text).toBeUndefined();
    }
  });

  it("prints every answer under its question", () => {
    expectEveryChoiceValid(parse, list, (text) => {
      let asked = "";
      for (const line of text.split("\n")) {
        asked = /what is (\w)\?/u.exec(line)?.[1] ?? asked;
        const answered = /(\w) is/u.exec(line.replace("what is", ""))?.[1];
        if (answered !== undefined) expect(asked, text).toBe(answered);
      }
      expect(text).toMatch(/\w is\b(?! \w\?)/u);
    });
  });

  it("gives a proper outline of any text, or none", () => {
    expectProperOrNone(parse, list, soup);
  });
});

const list = fc
  .tuple(
    fc.boolean(),
    fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.integer({ min: 1, max: 3 })), { minLength: 2, maxLength: 6 }),
  )
  .map(([isMarked, all]) =>
    all
      .map(([name, count]) => {
        const answer = Array.from({ length: count }, (_, index) => `${name} is thing ${index}.`).join("\n\n");
        return isMarked ? `Q: so what is ${name}?\nA: ${answer}` : `So what is ${name}?\n\n${answer}`;
      })
      .join("\n\n"),
  );
const soup = fc
  .array(fc.constantFrom("Q:", "A:", " ", "\n", "\n\n", "why?", "so", "1.", "**Q:**", "- ", "F:"))
  .map((parts) => parts.join(""));
