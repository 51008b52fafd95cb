import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "../../../src/core/structure/mail.js";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { expectEveryChoiceValid, expectProperOrNone, grainWith, printed } from "../../support/outlines.js";

const THREAD = `From: Ines Lund <ines@example.org>
To: Bo Lie <bo@example.org>
Date: Mon, 4 May 2026 15:00:00 +0200
Subject: The pump at
 pier 3
Message-ID: <1@example.org>
Received: from a
 by b

Hi Bo,

The pump at pier 3 fails at night. Can you look at it by Friday?

Ines
-- 
Ines Lund, Harbour office
555 0100

From: Bo Lie <bo@example.org>
Date: Tue, 5 May 2026 09:00:00 +0200
Subject: Re: The pump at pier 3

It was the valve; I changed it.

On Mon, 4 May 2026 15:00:00 +0200,
Ines Lund wrote:
> The pump at pier 3 fails at night. Can you look at it by Friday?
>
> By the way, the crane squeaks.
`;

describe("mail", () => {
  it("brings from whom, when and on what", () => {
    expect(printed(parse, THREAD, "valve")).toBe(
      "From: Bo Lie <bo@example.org>\nDate: Tue, 5 May 2026 09:00:00 +0200\nSubject: Re: The pump at pier 3\n\nIt was the valve; I changed it.",
    );
    expect(printed(parse, THREAD, "fails at night")).toContain("Subject: The pump at\n pier 3");
    expect(grainWith(parse, THREAD, "valve").context).toBe(
      "Bo Lie Tue, 5 May 2026 09:00:00 +0200 Re: The pump at pier 3",
    );
  });

  it("takes technical fields and quotes of what is there already for waste", () => {
    for (const part of ["Message-ID", "by b", "> The pump"])
      expect(grainWith(parse, THREAD, part).role, part).toBe("waste");
  });

  it("keeps a quote of what is nowhere else, under the line that says who wrote it", () => {
    expect(grainWith(parse, THREAD, "crane squeaks").prior).toBeLessThan(0.3);
    expect(printed(parse, THREAD, "crane squeaks")).toMatch(/Ines Lund wrote:\n+> By the way, the crane squeaks\.$/u);
  });

  it("values requests above greetings and signatures", () => {
    const prior = (part: string) => grainWith(parse, THREAD, part).prior;
    expect(prior("by Friday")).toBeGreaterThan(0.5);
    expect(prior("Hi Bo")).toBeLessThan(0.3);
    expect(prior("555 0100")).toBeLessThan(0.3);
  });

  it("reads a mailbox", () => {
    const text = `From ann@example.org Mon May  4 15:00:00 2026\nFrom: Ann\nDate: 4 May\n\nThe first.\n\nFrom bo@example.org Mon May  4 16:00:00 2026\nFrom: Bo\nDate: 5 May\n\nThe second.\n`;
    expect(printed(parse, text, "The second")).toBe("From: Bo\nDate: 5 May\n\nThe second.");
    expect(grainWith(parse, text, "16:00:00").role).toBe("waste");
  });

  it("is nothing for text without a sender", () => {
    for (const text of ["", "Subject: a\n\nb", "From: here to there\n\nwords", "Dear Ann,\n\nwords"]) {
      expect(runAtOnce(parse(text)), text).toBeUndefined();
    }
  });

  it("prints the sender of all that it prints", () => {
    expectEveryChoiceValid(parse, thread, (text) => {
      let sender = "";
      for (const line of text.split("\n")) {
        sender = /^From: (\w+)/u.exec(line)?.[1] ?? sender;
        const author = /^(?:> )*(\w+) says/u.exec(line)?.[1];
        if (author !== undefined && !line.startsWith(">")) expect(sender, text).toBe(author);
      }
    });
  });

  it("gives a proper outline of any text, or none", () => {
    expectProperOrNone(parse, thread, soup);
  });
});

const name = fc.constantFrom("Ann", "Bo", "Cy");
const message = name.chain((author) =>
  fc
    .tuple(
      fc.array(fc.constantFrom("the pump fails.", "hello.", "at 5 by the pier.", "no\nmore."), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.boolean(),
      fc.boolean(),
    )
    .map(
      ([paragraphs, hasSubject, hasQuote]) =>
        `From: ${author}\nX-Id: 1\nDate: 4 May 2026\n${hasSubject ? "Subject: pier\n" : ""}\n${paragraphs
          .map((text) => `${author} says ${text}`)
          .join(
            "\n\n",
          )}\n${hasQuote ? "\nOn 3 May Cy wrote:\n> Cy says all\n> is fine\n" : ""}-- \n${author} says bye\n`,
    ),
);
const thread = fc.array(message, { minLength: 1, maxLength: 4 }).map((messages) => messages.join("\n"));
const soup = fc
  .array(
    fc.constantFrom(
      "From: a\n",
      "Date: b\n",
      "Subject: c\n",
      " folded\n",
      "\n",
      "> ",
      "words",
      "On 3 May a wrote:",
      "-- \n",
      "X: y\n",
      "\r\n",
    ),
  )
  .map((parts) => parts.join(""));
