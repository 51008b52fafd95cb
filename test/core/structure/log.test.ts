import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { parse } from "../../../src/core/structure/log.js";
import { textOf } from "../../contract/outline-text.js";
import { byPrior, contextOf, expectLinesUnderHeads, expectTolerance, kept, outlineOf } from "../../support/outlines.js";

const MAIL = `10:00:01 INFO  [mail-1] mail to ann sent in 12 ms
10:00:02 INFO  [mail-2] mail to bo sent in 14 ms
10:00:04 ERROR [mail-1] mail to cy not sent, mailbox full
10:00:05 INFO  [mail-2] mail to di sent in 9 ms
`;
const EVENTS = `2026-03-01 10:00:00,120 INFO  jobs - job digest started
2026-03-01 10:00:01,310 ERROR jobs - job digest failed
com.example.StoreException: no room left
	at com.example.Store.write(Store.java:44)
	at java.base/java.lang.Thread.run(Thread.java:833)
2026-03-01 10:00:02,000 WARN  jobs - statement:
  SELECT id
  FROM jobs
2026-03-01 10:00:03,000 INFO  jobs - job digest finished
`;
const COMPILER = `Shed.java:7: error: cannot find symbol
  void lend(String who) { String s = 4; }
       ^
  symbol:   class Tool
  location: class Shed
Shed.java:9: error: cannot find symbol
  int count() { return tools; }
                       ^
  symbol:   variable tools
  location: class Shed
2 errors
`;
const TESTS = `============ test session starts ============
collected 2 items

test_shed.py FF                        [100%]

================= FAILURES ==================
__________________ test_area __________________

    def test_area():
>       assert area(2) == 5.5
E       assert 4.0 == 5.5

test_shed.py:13: AssertionError
__________________ test_rake __________________

    def test_rake():
>       assert lend("rake")
E       assert False

test_shed.py:17: AssertionError
========== short test summary info ===========
FAILED test_shed.py::test_area - assert 4.0 == 5.5
============= 2 failed in 0.07s ==============
`;

describe("log", () => {
  it("puts the line that sums up the failures first, and titles last", () => {
    const { grains } = outlineOf(parse, TESTS);
    const prior = (piece: string) =>
      grains.find(({ start, end }) => TESTS.slice(start, end).includes(piece))?.prior as number;
    for (const piece of ["assert 4.0", "FAILED test_shed.py", "assert False"]) {
      expect(prior("2 failed in"), piece).toBeGreaterThan(prior(piece));
      expect(prior("= FAILURES ="), piece).toBeLessThan(prior(piece));
    }
  });

  it("keeps a line with its time, its level and who wrote it", () => {
    expect(kept(parse, MAIL, "mailbox full")).toBe("10:00:04 ERROR [mail-1] mail to cy not sent, mailbox full");
  });

  it("brings the first line of an event along with the lines that go on with it", () => {
    expect(kept(parse, EVENTS, "FROM jobs")).toBe("2026-03-01 10:00:02,000 WARN  jobs - statement:\n  FROM jobs");
    expect(contextOf(parse, EVENTS, "FROM jobs")).toContain("WARN jobs statement");
  });

  it("brings an exception and the error that it explains along with a frame", () => {
    expect(kept(parse, EVENTS, "Store.java:44")).toBe(EVENTS.split("\n").slice(1, 4).join("\n"));
  });

  it("brings the error along with what a compiler says of it, but not its other errors", () => {
    expect(kept(parse, COMPILER, "class Tool")).toBe("Shed.java:7: error: cannot find symbol\n  symbol:   class Tool");
    expect(byPrior(parse, COMPILER, 0.4)).toContain("symbol:   class Tool");
  });

  it("brings the name of the test along with what is said of it", () => {
    expect(kept(parse, TESTS, "assert False")).toBe(
      "__________________ test_rake __________________\n\nE       assert False",
    );
    expect(kept(parse, TESTS, "FAILED test_shed")).toBe("FAILED test_shed.py::test_area - assert 4.0 == 5.5");
  });

  it.each([
    "Mar  1 10:00:00 host sshd[812]: Accepted key for ann",
    "[2026-03-01T10:00:00.120Z] listening on port 80",
    "I0301 10:00:00.120000       1 main.go:44] ready",
    "<34>1 2026-03-01T10:00:00Z host app - - - ready",
    "[   12.345678] usb 1-1: new device",
    'ts=2026-03-01T10:00:00Z level=info msg="ready"',
    "INFO:importer.worker:batch 3 done",
    '198.51.100.7 - ann [01/Mar/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 13',
    "web-1  | 2026-03-01 10:00:00 ready",
    "[pod/web-1/main] 2026-03-01 10:00:00 ready",
    "2026/03/01 10:00:00 [error] 31#31: *8 connect() failed",
    "03-01 10:00:00.120  812  812 W Service: slow",
  ])("tells %j for the line of a log", (line) => {
    const text = `${line}\n  and more of it\n${line.replaceAll("ready", "steady")}\n`;
    expect(kept(parse, text, "and more of it")).toBe(`${line}\n  and more of it`);
  });

  it("leaves out the colours of a terminal", () => {
    const text = MAIL.replace("ERROR", "\u001B[31mERROR\u001B[0m").replaceAll(" INFO", "\u001B[2m INFO\u001B[22m");
    expect(kept(parse, text, "mailbox full")).toBe("10:00:04 ERROR [mail-1] mail to cy not sent, mailbox full");
  });

  it("ranks errors and answers that failed first, and copies of a line last", () => {
    const line = (index: number, status: number, path: string) =>
      `198.51.100.${index} - - [01/Mar/2026:10:00:${10 + (index % 50)} +0000] "GET ${path} HTTP/1.1" ${status} 512`;
    const access = Array.from({ length: 100 }, (_, index) =>
      index === 61 ? line(index, 504, "/api/export") : line(index, 200, index % 3 ? "/api/items" : "/static/app.css"),
    );
    expect(byPrior(parse, access.join("\n"), 0.03)).toContain("504");

    const retries = Array.from(
      { length: 30 },
      (_, index) => `10:00:${10 + index} WARN  retry ${index} of 30 in 200 ms`,
    );
    const output = byPrior(
      parse,
      [...retries, "10:01:00 INFO  config reloaded from disk", ...retries].join("\n"),
      0.12,
    );
    expect(output).toContain("config reloaded");
    expect(output.split("\n").filter((text) => text.includes("retry")).length).toBeLessThan(8);
  });

  it("ranks what says why above what only says that it still runs", () => {
    const lines = [
      "10:00:01 INFO  pump - level is 40",
      "10:00:02 DEBUG pump - reading valve",
      "10:00:03 INFO  pump - heartbeat sent",
      "10:00:04 INFO  pump - stays shut because the tank is low",
      "10:00:05 INFO  pump - valve open -> shut",
      "10:00:06 INFO  pump - inlet is cold",
    ];
    const { grains } = outlineOf(parse, lines.join("\n"));
    const ranked = [...grains]
      .sort((a, b) => b.prior - a.prior)
      .map(({ start, end }) => lines.join("\n").slice(start, end));
    expect(ranked.slice(0, 3).join("\n")).toMatch(/because/u);
    expect(ranked.slice(-2).join("\n")).toMatch(/DEBUG/u);
    expect(ranked.slice(-2).join("\n")).toMatch(/heartbeat/u);
  });

  it("does not take what is denied for an error", () => {
    const text = "10:00:01 INFO build done: 0 errors\n10:00:02 INFO failed=0 ok=12\n10:00:03 ERROR disk full\n";
    const { grains } = outlineOf(parse, text);
    const [denied, none, error] = grains.map(({ prior }) => prior);
    expect(Math.max(denied as number, none as number)).toBeLessThan((error as number) / 1.5);
  });

  it("refuses prose", () => {
    for (const text of [
      "The error was found late.\nNobody knew of it: the log was full.\nAnn wrote to Bo, and Bo to Cy.\n",
      "A first line.\n\nA second one, at 10:00:04, of the same text.\n",
      "",
    ]) {
      expect(runAtOnce(parse(text)), text).toBeUndefined();
    }
  });

  const message = fc.stringMatching(/^[a-z][a-z0-9 .:=/-]{0,40}[a-z]$/u);
  const event = fc.record({
    second: fc.integer({ min: 10, max: 59 }),
    level: fc.constantFrom("INFO ", "WARN ", "ERROR", "DEBUG"),
    message,
    others: fc.array(message, { maxLength: 3 }),
  });

  it("prints every choice of lines to the letter, each below the first of its event", () => {
    const logs = fc
      .array(event, { minLength: 2, maxLength: 15 })
      .map((events) =>
        events
          .flatMap(({ second, level, message: first, others }, index) => [
            `2026-03-01 10:00:${second} ${level} ${index} ${first}`,
            ...others.map((text, place) => `  ${index}.${place} ${text}`),
          ])
          .join("\n"),
      );
    expectLinesUnderHeads(parse, logs, (lines, at) => {
      const index = /^ {2}(\d+)\./u.exec(lines[at] as string)?.[1];
      return index === undefined
        ? []
        : lines.filter((line) => line.startsWith("2026") && line.split(/ +/u)[3] === index);
    });
  });

  it("keeps its promises on any text", () => {
    expectTolerance(parse, [
      "10:00:01 ",
      "INFO ",
      "ERROR: ",
      "\n",
      "  ",
      "\tat a.B(C.java:1)",
      "x",
      "=== a ===",
      "\u001B[31m",
      "\r",
    ]);
  });

  it("prints all of it as it was", () => {
    for (const text of [MAIL, EVENTS, COMPILER, TESTS]) {
      const outline = outlineOf(parse, text);
      expect(textOf(text, outline, outline.grains.keys())).toBe(text.trimEnd());
    }
  });
});
