import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { detectKind } from "../../../src/core/structure/detect.js";
import { parse } from "../../../src/core/structure/table.js";
import { byPrior, contextOf, expectLinesUnderHeads, expectTolerance, kept } from "../../support/outlines.js";

const PSQL = ` id |    item     |  box   | stock | reorder_at
----+-------------+--------+-------+------------
  3 | signal lamp | Box 12 |     0 |          5
  4 | oil can     | Box 3  |    40 |         10
(2 rows)
`;
const MYSQL = `+----+---------+
| id | name    |
+----+---------+
|  1 | Ann     |
|  2 | Bo
of Lind |
|  3 | Cy      |
+----+---------+
3 rows in set (0.00 sec)
`;
const PODS = `NAME                     READY   STATUS             RESTARTS     AGE
web-7d9f8b6c5-abcde      1/1     Running            0            12d
web-7d9f8b6c5-fghij      1/1     Running            3 (2d ago)   12d
worker-5b8c7d6f9-klmno   0/1     CrashLoopBackOff   57 (2m ago)  3d
`;

describe("table", () => {
  it("keeps rows of psql to the letter below the names of their columns", () => {
    expect(kept(parse, PSQL, "signal lamp")).toBe(PSQL.split("\n").slice(0, 3).join("\n"));
    expect(contextOf(parse, PSQL, "signal lamp")).toBe("id 3, item signal lamp, box Box 12, stock 0, reorder at 5");
    expect(kept(parse, PSQL, "(2 rows)")).toBe(`${PSQL.split("\n").slice(0, 2).join("\n")}\n(2 rows)`);
  });

  it("closes the frame of mysql, and keeps a row over two lines together", () => {
    expect(kept(parse, MYSQL, "Bo")).toBe(
      "+----+---------+\n| id | name    |\n+----+---------+\n|  2 | Bo\nof Lind |\n+----+---------+",
    );
  });

  it("reads frames of lines and corners, a rule below each row, and a count in the frame", () => {
    const grid =
      "┌───┬───┐\n│ a │ b │\n╞═══╪═══╡\n│ 1 │ x │\n│   │ y │\n├───┼───┤\n│ 2 │ z │\n├───┼───┤\n│ 3 │ q │\n└───┴───┘\n";
    expect(kept(parse, grid, "│ 1 │")).toBe(
      "┌───┬───┐\n│ a │ b │\n╞═══╪═══╡\n│ 1 │ x │\n│   │ y │\n├───┼───┤\n└───┴───┘",
    );
    const counted =
      "┌─────┬─────┐\n│ aa  │ bb  │\n├─────┼─────┤\n│ 1   │ x   │\n│ 2   │ y   │\n├─────┴─────┤\n│ 2 rows    │\n└───────────┘\n";
    expect(kept(parse, counted, "│ 1   │")).toBe(
      "┌─────┬─────┐\n│ aa  │ bb  │\n├─────┼─────┤\n│ 1   │ x   │\n└───────────┘",
    );
  });

  it("reads names over a rule, as of pip, and rows of Markdown", () => {
    const pip = "Package    Version\n---------- -------\naiohttp    3.9.1\nrequests   2.31.0\n";
    expect(kept(parse, pip, "requests")).toBe("Package    Version\n---------- -------\nrequests   2.31.0");
    expect(contextOf(parse, pip, "requests")).toBe("Package requests, Version 2.31.0");
    const markdown = "| Plan | Seats |\n|:-----|------:|\n| Solo | 1 |\n| Team | 49 |\n";
    expect(kept(parse, markdown, "Team")).toBe("| Plan | Seats |\n|:-----|------:|\n| Team | 49 |");
  });

  it("reads columns that are lined up, with capitals or wide gaps between their names", () => {
    expect(kept(parse, PODS, "worker-")).toBe(`${PODS.split("\n")[0]}\n${PODS.split("\n")[3]}`);
    expect(contextOf(parse, PODS, "worker-")).toBe(
      "NAME worker-5b8c7d6f9-klmno, READY 0/1, STATUS CrashLoopBackOff, RESTARTS 57 (2m ago), AGE 3d",
    );
    const ps =
      "USER         PID %CPU TTY      STAT   TIME COMMAND\nroot           1  0.0 ?        Ss     0:12 /sbin/init splash\nann         4410 98.1 pts/0    R+     5:55 node build.js --all\n";
    expect(contextOf(parse, ps, "4410")).toBe(
      "USER ann, PID 4410, CPU 98.1, TTY pts/0, STAT R+, TIME 5:55, COMMAND node build.js --all",
    );
    const df =
      "Filesystem     1K-blocks     Used Available Use% Mounted on\n/dev/sda1       41152736 30152736  11000000  74% /\ntmpfs            8152736        0   8152736   0% /dev/shm\n";
    expect(kept(parse, df, "tmpfs")).toBe(`${df.split("\n")[0]}\n${df.split("\n")[2]}`);
    const helm = "NAME \tNAMESPACE\tSTATUS  \npump \tgarden   \tdeployed\nlamp \tgarden   \tfailed  \n";
    expect(kept(parse, helm, "lamp")).toBe("NAME \tNAMESPACE\tSTATUS  \nlamp \tgarden   \tfailed  ");
  });

  it("reads rows with as many cells, wide apart, as there are names, though they are not lined up", () => {
    const sockets =
      "State    Recv-Q   Send-Q     Local Address:Port      Peer Address:Port   Process\nLISTEN   0        511              0.0.0.0:8080           0.0.0.0:*       node\nLISTEN   0        244            127.0.0.1:5432           0.0.0.0:*       postgres\n";
    expect(contextOf(parse, sockets, "8080")).toContain("Local Address Port 0.0.0.0:8080");
    expect(detectKind(sockets)).toMatchObject({ kind: "table", from: "content" });
    const free =
      "               total        used        free   available\nMem:           15921        9120         812        6301\nSwap:           2047        1990          57\n";
    expect(detectKind(free)).toMatchObject({ kind: "table" });
  });

  it("reads several tables, each with the line above that says what it is", () => {
    const text = `$ kubectl get pods\n${PODS}\n$ kubectl get services\nNAME   TYPE        PORT(S)\nweb    ClusterIP   80/TCP\n`;
    expect(kept(parse, text, "80/TCP")).toBe("NAME   TYPE        PORT(S)\nweb    ClusterIP   80/TCP");
    expect(contextOf(parse, text, "80/TCP")).toBe("$ kubectl get services, NAME web, TYPE ClusterIP, PORT S 80/TCP");
  });

  it("keeps entries of ls whole and tells their bytes and names", () => {
    const text =
      "total 48\n-rw-r--r-- 1 app staff 947244 Apr 11 03:52 bung_034.sql\ndrwxr-xr-x 9 app root 4096 May 16 02:30 logs\n";
    expect(kept(parse, text, "bung")).toBe("-rw-r--r-- 1 app staff 947244 Apr 11 03:52 bung_034.sql");
    expect(contextOf(parse, text, "bung")).toContain("bytes 947244, changed Apr 11 03:52, name bung_034.sql");
  });

  it("keeps a record of a field a line together, and names the fields of a long one by the first", () => {
    const record = (id: number, note: string) =>
      `-[ RECORD ${id} ]----\nid   | ${id}\nname | pump ${id}\nnote | ${note}\n`;
    expect(kept(parse, record(1, "old") + record(2, "new"), "pump 2")).toBe(record(2, "new").trimEnd());
    const long = record(1, "a") + record(2, "word ".repeat(90)).trimEnd();
    expect(kept(parse, long, "pump 2")).toBe("-[ RECORD 2 ]----\nid   | 2\nname | pump 2");
  });

  it("leaves out escape sequences of terminals", () => {
    const text = PODS.replace("CrashLoopBackOff", "\u001B[31mCrashLoopBackOff\u001B[0m").replace(
      "NAME",
      "\u001B[1mNAME\u001B[0m",
    );
    expect(kept(parse, text, "worker-")).toBe(`${PODS.split("\n")[0]}\n${PODS.split("\n")[3]}`);
  });

  it("ranks the row first that tells of a failure", () => {
    const pods = Array.from(
      { length: 30 },
      (_, index) => `web-${String(index).padEnd(20)} 1/1     Running            0`,
    );
    const [names = "", , , failing = ""] = PODS.split("\n").map((line) => line.slice(0, 64));
    expect(byPrior(parse, [names, ...pods, failing].join("\n"), 0.1)).toContain("CrashLoopBackOff");
  });

  it("refuses prose, headings and rules between paragraphs", () => {
    for (const text of [
      "Plan of the week\n----------------\nWe dig on Monday and plant on Tuesday.\n",
      "Dear all,  we met on Monday to talk about the roof and about\nthe costs of it. Nobody was against it, though some of us had\n",
      "one\n\n---\n\ntwo\n",
      "",
    ]) {
      expect(runAtOnce(parse(text)), text).toBeUndefined();
    }
  });

  const word = fc.stringMatching(/^[a-z0-9/.:-]{1,14}$/u);
  const grid = fc
    .integer({ min: 3, max: 6 })
    .chain((width) =>
      fc.array(fc.array(word, { minLength: width, maxLength: width }), { minLength: 2, maxLength: 15 }),
    );
  const names = (width: number) => Array.from({ length: width }, (_, column) => `COLUMN${"ABCDEF"[column]}`);

  it("prints every choice of rows to the letter, each below the names of the columns", () => {
    const lined = grid.map((rows) =>
      [names(rows[0]?.length ?? 0), ...rows]
        .map((cells) =>
          cells
            .map((text) => text.padEnd(16))
            .join(" ")
            .trimEnd(),
        )
        .join("\n"),
    );
    expectLinesUnderHeads(parse, lined, (lines, at) => (at === 0 ? [] : [lines[0] as string]));
    const framed = grid.map((rows) => {
      const rule = `+${(rows[0] ?? []).map(() => "-".repeat(18)).join("+")}+`;
      const [head, ...body] = [names(rows[0]?.length ?? 0), ...rows].map(
        (cells) => `| ${cells.map((text) => text.padEnd(16)).join(" | ")} |`,
      );
      return [rule, head, rule, ...body, rule].join("\n");
    });
    expectLinesUnderHeads(parse, framed, (lines, at) => (at < 3 ? [] : lines.slice(0, 2)));
  });

  it("keeps its promises on any text", () => {
    expectTolerance(parse, [
      "+---+",
      "| a |",
      "|",
      " a | b ",
      "----+----",
      "NAME  AGE",
      "x     1d",
      "\n",
      "  ",
      "(1 row)",
      "-[ RECORD 1 ]-",
    ]);
  });
});
