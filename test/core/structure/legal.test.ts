import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "../../../src/core/structure/legal.js";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { expectEveryChoiceValid, expectProperOrNone, grainWith, printed } from "../../support/outlines.js";

const CONTRACT = `BERTH AGREEMENT

between the Harbour and the Guest

1. PAYMENT

1.1 The fee is due on the first day
of each month.

1.2 The Guest shall pay:

    (a) for power, by the meter; and
    (b) for water.

2. USE

2.1 Fires are forbidden.

Article 5 Notice

(1) Notice is given in writing.

§ 7 The Harbour may move the boat.
`;

describe("numbered clauses", () => {
  it("brings the number of a clause and the number and title that it stands under", () => {
    expect(printed(parse, CONTRACT, "Fires")).toBe("2. USE\n\n2.1 Fires are forbidden.");
    expect(printed(parse, CONTRACT, "in writing")).toBe("Article 5 Notice\n\n(1) Notice is given in writing.");
    expect(printed(parse, CONTRACT, "move the boat")).toBe("§ 7 The Harbour may move the boat.");
  });

  it("brings the words that lead to a list", () => {
    expect(printed(parse, CONTRACT, "for water")).toBe("1. PAYMENT\n\n1.2 The Guest shall pay:\n\n    (b) for water.");
    expect(grainWith(parse, CONTRACT, "for water").context).toBe("PAYMENT The Guest shall pay:");
  });

  it("reads a clause over several lines as one", () => {
    expect(grainWith(parse, CONTRACT, "The fee is due")).toMatchObject({ kind: "prose" });
    expect(printed(parse, CONTRACT, "The fee is due")).toContain("due on the first day\nof each month.");
  });

  it("is nothing for text with fewer than three numbers", () => {
    for (const text of ["", "words", "1. One\n2. Two", "In 1999 we left.\n2000 was better."]) {
      expect(runAtOnce(parse(text)), text).toBeUndefined();
    }
  });

  it("prints the number and title of every clause", () => {
    expectEveryChoiceValid(parse, contract, (text) => {
      let [title, number] = ["", ""];
      for (const line of text.split("\n")) {
        title = /^(\d+)\. [A-Z]+$/u.exec(line)?.[1] ?? title;
        number = /^(\d+\.\d+) /u.exec(line)?.[1] ?? number;
        const own = /of clause (\d+)\.(\d+)/u.exec(line);
        if (own !== null) expect([title, number], text).toEqual([own[1], `${own[1]}.${own[2]}`]);
      }
    });
  });

  it("gives a proper outline of any text, or none", () => {
    expectProperOrNone(parse, contract, soup);
  });
});

const contract = fc
  .array(fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 5 })
  .map((titles) =>
    titles
      .map(
        (clauses, title) =>
          `${title + 1}. TITLE\n\n${clauses
            .map((hasList, clause) => {
              const name = `${title + 1}.${clause + 1}`;
              return hasList
                ? `${name} It means of clause ${name}:\n\n(a) one of clause ${name}\n(b) two`
                : `${name} The text of clause ${name}.`;
            })
            .join("\n\n")}`,
      )
      .join("\n\n"),
  );
const soup = fc
  .array(
    fc.constantFrom(
      "1.",
      "1.1",
      "(a)",
      "(i)",
      "§ 3",
      "Article 5",
      " ",
      "\n",
      "\n\n",
      "TITLE",
      "words.",
      "shall:",
      "   ",
      "**",
      "Section 2.",
    ),
  )
  .map((parts) => parts.join(""));
