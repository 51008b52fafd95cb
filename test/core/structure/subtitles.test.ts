import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "../../../src/core/structure/subtitles.js";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { expectEveryChoiceValid, expectProperOrNone, grainWith, printed } from "../../support/outlines.js";

const SRT = `1
00:00:01,000 --> 00:00:02,960
The tide is <i>not</i> high

2
00:00:03,230 --> 00:00:07,248
{\\an8}until noon,
42 boats wait.

3
00:00:08,000 --> 00:00:09,000
[gulls]
`;

const VTT = `WEBVTT - Harbour

STYLE
::cue { color: red }

NOTE checked by Ines

intro
00:01.000 --> 00:02.500 align:start
<v Ines>Good morning.</v>

00:03.000 --> 00:04.000
<00:03.500>The ferry is late.
`;

describe("subtitles", () => {
  it("brings the number and the time of a cue", () => {
    expect(printed(parse, SRT, "until noon")).toBe("2\n00:00:03,230 --> 00:00:07,248\nuntil noon,\n42 boats wait.");
  });

  it("brings the first line of WebVTT and the name of a cue", () => {
    expect(printed(parse, VTT, "Good morning")).toBe(
      "WEBVTT - Harbour\n\nintro\n00:01.000 --> 00:02.500 align:start\nGood morning.",
    );
    expect(grainWith(parse, VTT, "::cue").role).toBe("waste");
    expect(grainWith(parse, VTT, "checked by").prior).toBeLessThan(0.3);
  });

  it("tells a cue what was said before it, and values sounds little", () => {
    expect(grainWith(parse, SRT, "until noon").context).toBe("The tide is not high");
    expect(grainWith(parse, SRT, "[gulls]").prior).toBeLessThan(0.3);
  });

  it("is nothing for other text", () => {
    for (const text of ["", "words", "1\n2\n3", "words\n\n1\n00:00:01,000 --> 00:00:02,000\nwords"]) {
      expect(runAtOnce(parse(text)), text).toBeUndefined();
    }
  });

  it("prints the time of all that is said", () => {
    expectEveryChoiceValid(parse, cues, (text, source) => {
      if (source.startsWith("WEBVTT")) expect(text).toMatch(/^WEBVTT/u);
      for (const part of text.split("\n\n")) {
        if (part === "WEBVTT") continue;
        const [time, said] = [/(\d\d),000 -->/u.exec(part)?.[1], /said at (\d\d)/u.exec(part)?.[1]];
        expect(said, text).toBe(time);
      }
    });
  });

  it("gives a proper outline of any text, or none", () => {
    expectProperOrNone(parse, cues, soup);
  });
});

const cues = fc
  .tuple(
    fc.boolean(),
    fc.array(fc.tuple(fc.integer({ min: 10, max: 59 }), fc.constantFrom("", "\nand <b>more</b>", "\n7")), {
      minLength: 1,
      maxLength: 8,
    }),
  )
  .map(
    ([isVtt, all]) =>
      (isVtt ? "WEBVTT\n\n" : "") +
      all
        .map(
          ([second, more], index) => `${index + 1}\n00:00:${second},000 --> 00:01:00,000\nsaid at ${second}${more}\n`,
        )
        .join("\n"),
  );
const soup = fc
  .array(
    fc.constantFrom(
      "WEBVTT",
      "\n",
      "\n\n",
      "1",
      "00:01.000 --> 00:02.000",
      "<i>",
      "NOTE",
      "STYLE",
      "words",
      " ",
      "<",
      "{\\an8}",
      "\ufeff",
    ),
  )
  .map((parts) => parts.join(""));
