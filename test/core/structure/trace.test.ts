import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { parse } from "../../../src/core/structure/trace.js";
import { textOf } from "../../contract/outline-text.js";
import { byPrior, contextOf, expectLinesUnderHeads, expectTolerance, kept, outlineOf } from "../../support/outlines.js";

const JAVA = `Exception in thread "main" com.example.shed.ShedException: could not lend
	at com.example.shed.Shed.lend(Shed.java:18)
	at org.springframework.web.FrameworkServlet.service(FrameworkServlet.java:885)
	at java.base/java.lang.Thread.run(Thread.java:833)
Caused by: com.example.store.StoreException: rolled back
	at com.example.store.Store.load(Store.java:44)
	... 3 more
Caused by: java.sql.SQLException: Duplicate entry 'rake_7'
	at com.mysql.cj.jdbc.SQLError.create(SQLError.java:118)
	at com.example.store.Store.insert(Store.java:31)
	... 5 more
`;
const NODE = `node:internal/errors:1
Error: connect ECONNREFUSED 127.0.0.1:5432
    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16)
    at async load (/srv/app/load.js:12:5) {
  errno: -111,
  code: 'ECONNREFUSED',
  [cause]: TypeError: no host
      at parse (file:///srv/app/url.mjs:3:9)
}

Node.js v20.11.0
`;
const PYTHON = `INFO:shed:batch 1 done
Traceback (most recent call last):
  File "/usr/lib/python3.11/runpy.py", line 196, in _run_module_as_main
    return _run_code(code)
  File "/srv/shed/load.py", line 12, in load
    return limits["rakes"]
           ~~~~~~^^^^^^^^^
KeyError: 'rakes'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/srv/shed/main.py", line 5, in main
    load()
shed.SettingsError: limits.rakes is not set
`;
const GO = `panic: runtime error: index out of range [5] with length 3

goroutine 1 [running]:
main.pick({0xc000012345, 0x3, 0x3}, 0x5)
	/srv/app/pick.go:14 +0x1d
main.main()
	/srv/app/main.go:9 +0x85
exit status 2
`;
const RUST = `thread 'main' panicked at src/main.rs:4:5:
called \`Option::unwrap()\` on a \`None\` value
stack backtrace:
   0: rust_begin_unwind
             at /rustc/abc/library/std/src/panicking.rs:645:5
   1: shed::lend
             at ./src/main.rs:4:5
note: Some details are omitted, run with \`RUST_BACKTRACE=full\` for a verbose backtrace.
`;
const DOTNET = `Unhandled exception. System.InvalidOperationException: could not lend
 ---> System.IO.IOException: disk full
   at Shed.Store.Write(String path) in /srv/Store.cs:line 44
   --- End of inner exception stack trace ---
   at Shed.Program.Main(String[] args) in /srv/Program.cs:line 9
`;
const RUBY = `shed.rb:12:in 'lend': no such tool (KeyError)
	from shed.rb:20:in 'block in run'
	from shed.rb:31:in '<main>'
`;
const ALL = { JAVA, NODE, PYTHON, GO, RUST, DOTNET };

describe("trace", () => {
  it("calls the last exception of a chain the root cause, and says nothing of an exception for frames of libraries", () => {
    expect(contextOf(parse, JAVA, "Duplicate entry")).toMatch(/^root cause /u);
    expect(contextOf(parse, JAVA, "rolled back")).not.toContain("root cause");
    expect(contextOf(parse, JAVA, "Store.java:44")).toContain("Store Exception rolled back");
    expect(contextOf(parse, JAVA, "FrameworkServlet")).toBe("");
    expect(contextOf(parse, PYTHON, "runpy.py")).toBe("");
    expect(contextOf(parse, PYTHON, "load.py")).toContain("Key Error rakes");
  });

  it("brings the exception along with a frame, not those before it", () => {
    expect(kept(parse, JAVA, "Shed.java:18")).toBe(JAVA.split("\n").slice(0, 2).join("\n"));
    expect(kept(parse, JAVA, "Store.java:31")).toBe(
      "Caused by: java.sql.SQLException: Duplicate entry 'rake_7'\n\tat com.example.store.Store.insert(Store.java:31)",
    );
  });

  it("keeps a frame of Python with its statement, below the exception that stands behind it", () => {
    expect(kept(parse, PYTHON, "load.py")).toBe([1, 4, 5, 6, 7].map((line) => PYTHON.split("\n")[line]).join("\n"));
    expect(kept(parse, PYTHON, "main.py")).toBe(PYTHON.split("\n").slice(11, 15).join("\n"));
    expect(kept(parse, PYTHON, "not set")).toBe("shed.SettingsError: limits.rakes is not set");
    expect(contextOf(parse, PYTHON, "main.py")).toBe("shed Settings Error limits rakes is not set");
  });

  it("keeps what was called together with where it was", () => {
    expect(kept(parse, GO, "pick.go:14")).toBe(
      "panic: runtime error: index out of range [5] with length 3\n\ngoroutine 1 [running]:\nmain.pick({0xc000012345, 0x3, 0x3}, 0x5)\n\t/srv/app/pick.go:14 +0x1d",
    );
    expect(kept(parse, RUST, "shed::lend")).toBe(
      "thread 'main' panicked at src/main.rs:4:5:\nstack backtrace:\n   1: shed::lend\n             at ./src/main.rs:4:5",
    );
  });

  it("puts the rest of a message, and the fields of an error, below their exception", () => {
    expect(kept(parse, RUST, "called `Option")).toBe(RUST.split("\n").slice(0, 2).join("\n"));
    expect(kept(parse, NODE, "code: 'ECONN")).toBe(
      "Error: connect ECONNREFUSED 127.0.0.1:5432\n  code: 'ECONNREFUSED',",
    );
    expect(kept(parse, NODE, "url.mjs")).toBe(
      "  [cause]: TypeError: no host\n      at parse (file:///srv/app/url.mjs:3:9)",
    );
  });

  it("reads .NET and Ruby", () => {
    expect(kept(parse, DOTNET, "Store.cs")).toBe(DOTNET.split("\n").slice(1, 3).join("\n"));
    expect(kept(parse, DOTNET, "Program.cs")).toBe([0, 4].map((line) => DOTNET.split("\n")[line]).join("\n"));
    expect(kept(parse, RUBY, "shed.rb:31")).toBe([0, 2].map((line) => RUBY.split("\n")[line]).join("\n"));
  });

  it("ranks the root cause first, then exceptions, own frames, and those of libraries", () => {
    expect(byPrior(parse, JAVA, 0.12)).toBe("Caused by: java.sql.SQLException: Duplicate entry 'rake_7'");
    const { grains } = outlineOf(parse, JAVA);
    const priorOf = (piece: string) =>
      grains.find(({ start, end }) => JAVA.slice(start, end).includes(piece))?.prior as number;
    expect(priorOf("could not lend")).toBeGreaterThan(priorOf("Shed.java:18"));
    expect(priorOf("Shed.java:18")).toBeGreaterThan(priorOf("FrameworkServlet"));
    expect(priorOf("Store.java:31")).toBeGreaterThan(priorOf("SQLError"));
    expect(priorOf("... 5 more")).toBeLessThan(priorOf("FrameworkServlet"));
    expect(byPrior(parse, PYTHON, 0.12)).toContain("limits.rakes is not set");
  });

  it("keeps the message where eight frames leave room for nothing else", () => {
    const frames = Array.from({ length: 8 }, (_, index) => `    at f${index} (/srv/app/lib/part.js:${index}:2)`);
    const text = ["Error: connect ECONNREFUSED 127.0.0.1:5432", ...frames].join("\n");
    expect(byPrior(parse, text, 0.2)).toBe("Error: connect ECONNREFUSED 127.0.0.1:5432");
  });

  it("ranks a trace that came before far lower", () => {
    const twice = outlineOf(parse, JAVA + JAVA.replace("rake_7", "rake_8"));
    const half = twice.grains.length / 2;
    for (const [index, { prior }] of twice.grains.slice(half).entries()) {
      expect(prior).toBeLessThan(twice.grains[index]?.prior as number);
    }
  });

  it("refuses what holds no frames", () => {
    for (const text of [
      "",
      "Error: nothing\n",
      "at the house (the old one)\nat noon\n",
      "10:00:01 INFO a\n10:00:02 INFO b\n",
    ]) {
      expect(runAtOnce(parse(text)), text).toBeUndefined();
    }
  });

  it("prints all of it as it was", () => {
    for (const [name, text] of Object.entries(ALL)) {
      const outline = outlineOf(parse, text);
      expect(textOf(text, outline, outline.grains.keys()), name).toBe(text.trimEnd());
    }
  });

  it("prints every choice of frames to the letter, each below its exception", () => {
    const trace = fc.record({ frames: fc.integer({ min: 1, max: 6 }), isCause: fc.boolean(), isOwn: fc.boolean() });
    const traces = fc
      .array(trace, { minLength: 1, maxLength: 6 })
      .map((list) =>
        list
          .flatMap(({ frames, isCause, isOwn }, index) => [
            `${isCause && index > 0 ? "Caused by: " : ""}com.example.E${index}Exception: number ${index}`,
            ...Array.from(
              { length: frames },
              (_, line) => `\tat ${isOwn ? "com.example" : "java.util"}.A${index}.run(A.java:${line})`,
            ),
          ])
          .join("\n"),
      );
    expectLinesUnderHeads(parse, traces, (lines, at) => {
      const index = /\.A(\d+)\./u.exec(lines[at] as string)?.[1];
      return index === undefined ? [] : lines.filter((line) => line.includes(`.E${index}Exception`));
    });
  });

  it("keeps its promises on any text", () => {
    expectTolerance(parse, [
      "\tat a.B(C.java:1)\n",
      "x.YException: z\n",
      "Caused by: x.YError: z\n",
      "Traceback (most recent call last):\n",
      '  File "a.py", line 1, in f\n',
      "    code()\n",
      "ValueError: no\n",
      "goroutine 1 [running]:\n",
      "main.f(0x1)\n\t/a/b.go:3\n",
      "10:00:01 INFO x\n",
      "}\n",
      "\n",
      "  ",
    ]);
  });
});
