import type { StructuredCase, StructuredQuestion } from "./structured-case.js";

// One text of each kind, of our own writing: what the quick bench gates on.

const PEOPLE = ["Ann Moss", "Bo Lind", "Cy Varga", "Dee Okoro", "Eli Stone", "Fay Winter", "Gus Marek", "Hana Ito"];
const TOWNS = ["Tarn", "Loxley", "Verdal", "Ostra", "Quill", "Marrow", "Penrith", "Sund"];
const GOODS = [
  "copper wire",
  "signal lamp",
  "tide gauge",
  "oil filter",
  "bell rope",
  "fuse box",
  "hand pump",
  "sail cloth",
];

function rows<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function pick(list: readonly string[], index: number): string {
  return list[index % list.length] as string;
}

/** A question on a text, its answer looked for behind `near`. */
function ask(
  text: string,
  question: string,
  answer: string,
  near: string,
  needs: readonly string[],
): StructuredQuestion {
  const from = text.indexOf(near);
  const at = text.indexOf(answer, from);
  if (from < 0 || at < 0) throw new Error(`Expected ${answer} behind ${near} in the text.`);
  return { id: question, question, answer, at: [at], needs };
}

type Extra = Partial<Pick<StructuredCase, "sep" | "style" | "sub" | "header" | "items" | "must">>;

function make(
  id: string,
  kind: string,
  text: string,
  questions: readonly Parameters<typeof ask>[1][][],
  extra: Extra = {},
): StructuredCase {
  return {
    id,
    kind,
    text,
    questions: questions.map(([question, answer, near, ...needs]) =>
      ask(text, question as string, answer as string, near as string, needs),
    ),
    ...extra,
  };
}

function order(index: number) {
  return {
    id: 4100 + index,
    customer: { name: pick(PEOPLE, index), town: pick(TOWNS, index * 3) },
    goods: pick(GOODS, index * 5),
    count: 3 + ((index * 7) % 40),
    status: index === 9 ? "on hold" : index % 4 === 0 ? "packed" : "shipped",
    remarks: ["left at the gate", "signed for", "call before noon"][index % 3],
  };
}

function jsonText(): string {
  return JSON.stringify({ shop: "Harbour Stores", currency: "EUR", orders: rows(18, order) }, null, 2);
}

function ndjsonText(): string {
  return rows(24, (index) =>
    JSON.stringify({
      ts: `2026-03-0${1 + (index % 9)}T0${index % 10}:15:00Z`,
      level: index === 17 ? "error" : "info",
      host: `quay-${1 + (index % 5)}`,
      event: index === 17 ? "pump stalled, valve 4 stuck" : `reading stored in slot ${300 + index}`,
    }),
  ).join("\n");
}

function yamlText(): string {
  return rows(5, (index) =>
    [
      "apiVersion: apps/v1",
      "kind: Deployment",
      "metadata:",
      `  name: ${["ferry", "ledger", "mailer", "search", "tides"][index]}`,
      "  labels:",
      `    team: ${pick(TOWNS, index).toLowerCase()}`,
      "spec:",
      `  replicas: ${2 + index}`,
      "  template:",
      "    spec:",
      "      containers:",
      "        - name: main",
      `          image: registry.example/app:${index}.4.1`,
      "          resources:",
      "            limits:",
      `              memory: ${256 * (index + 1)}Mi`,
      `              cpu: ${200 + 50 * index}m`,
    ].join("\n"),
  ).join("\n---\n");
}

function tomlText(): string {
  return rows(6, (index) =>
    [
      `[service.${["ferry", "ledger", "mailer", "search", "tides", "gate"][index]}]`,
      `host = "${pick(TOWNS, index).toLowerCase()}.internal"`,
      `port = ${8000 + 11 * index}`,
      `timeout = "${5 + index}s"`,
      "tags = [",
      '  "quay",',
      `  "${pick(GOODS, index)}",`,
      "]",
    ].join("\n"),
  ).join("\n\n");
}

function xmlText(): string {
  const items = rows(9, (index) =>
    [
      `  <berth id="B${index + 1}">`,
      `    <ship>${pick(TOWNS, index)} Star</ship>`,
      `    <captain>${pick(PEOPLE, index + 2)}</captain>`,
      `    <draught unit="m">${(2.1 + index * 0.3).toFixed(1)}</draught>`,
      "  </berth>",
    ].join("\n"),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<harbour name="North Quay">\n${items.join("\n")}\n</harbour>`;
}

function csvText(): string {
  return [
    "id,name,team,site,seats",
    ...rows(
      26,
      (index) =>
        `${700 + index},${pick(PEOPLE, index * 3)},${pick(GOODS, index)} crew,${pick(TOWNS, index * 5)},${4 + ((index * 13) % 50)}`,
    ),
  ].join("\n");
}

function tableText(): string {
  const pad = (text: string, width: number) => ` ${text.padEnd(width)} `;
  return [
    `${pad("id", 4)}|${pad("item", 14)}|${pad("site", 10)}|${pad("stock", 6)}`,
    "------+----------------+------------+--------",
    ...rows(
      16,
      (index) =>
        `${pad(String(index + 1), 4)}|${pad(pick(GOODS, index * 3), 14)}|${pad(pick(TOWNS, index), 10)}|${pad(String((index * 17) % 90), 6)}`,
    ),
    "(16 rows)",
  ].join("\n");
}

function listingText(): string {
  const name = (index: number) => ["ferry", "ledger", "mailer", "search"][index % 4];
  return [
    "NAME                 READY   STATUS             RESTARTS   AGE",
    ...rows(
      14,
      (index) =>
        `${name(index)}-7c9d${index}f-${"abcdefghijklmn"[index]}k4p`.padEnd(21) +
        (index === 6 ? "0/1     CrashLoopBackOff   17         3d" : "1/1     Running            0          12d"),
    ),
  ].join("\n");
}

function logText(): string {
  return rows(60, (index) => {
    const time = `2026-05-06T08:${String(index).padStart(2, "0")}:12Z`;
    if (index === 31) return `${time} ERROR [billing] invoice 8841 was not sent: mailbox of Cy Varga is full`;
    if (index % 11 === 0) return `${time} WARN [gate] slow answer from ${pick(TOWNS, index)}: ${800 + index} ms`;
    return `${time} INFO [gate] request ${5000 + index} answered in ${10 + (index % 7)} ms`;
  }).join("\n");
}

function traceText(): string {
  const frames = rows(22, (index) => `\tat org.apache.shell.Pipe${index}.run(Pipe${index}.java:${40 + index})`);
  return [
    'Exception in thread "main" java.lang.IllegalStateException: the order could not be stored',
    "\tat com.harbour.orders.Store.save(Store.java:88)",
    ...frames.slice(0, 11),
    "Caused by: java.sql.SQLException: Duplicate entry 'order_4109' for key 'orders.primary'",
    "\tat com.harbour.orders.Table.insert(Table.java:142)",
    ...frames.slice(11),
  ].join("\n");
}

function diffText(): string {
  return rows(4, (index) => {
    const file = `src/${pick(["gate", "pump", "lamp", "tide"], index)}.ts`;
    return [
      `diff --git a/${file} b/${file}`,
      `index 3f2a1b${index}..9c8d7e${index} 100644`,
      `--- a/${file}`,
      `+++ b/${file}`,
      `@@ -${10 + index},7 +${10 + index},7 @@ export function open${index}() {`,
      "   const limits = read();",
      "   if (limits.isEmpty) return;",
      `-  limits.requests = ${600 + index};`,
      `+  limits.requests = ${900 + index};`,
      "   apply(limits);",
      "   log.info(limits);",
      " }",
    ].join("\n");
  }).join("\n");
}

function grepText(): string {
  return rows(
    26,
    (index) =>
      `src/${pick(["core", "cli", "model"], index)}/file${index}.ts:${10 + index}:  const ${pick(["port", "depth", "width"], index)}${index} = config.get("${pick(TOWNS, index).toLowerCase()}") ?? ${index * 3};`,
  ).join("\n");
}

function markdownText(): string {
  const section = (index: number) =>
    [
      `## ${pick(GOODS, index)}`,
      "",
      `The ${pick(GOODS, index)} is kept in ${pick(TOWNS, index)}. It is looked at by ${pick(PEOPLE, index)} every ${index + 2} weeks, and never by the night crew.`,
      "",
      "| Part | Price |",
      "|------|-------|",
      `| cover | ${12 + index} |`,
      `| hinge | ${3 + index} |`,
      "",
      "```sh",
      `order --part ${index} --site ${pick(TOWNS, index).toLowerCase()}`,
      "```",
      "",
      `- Do not open it in the rain.`,
      `- Ask **${pick(PEOPLE, index + 1)}** for the key.`,
    ].join("\n");
  return `# Stores handbook\n\n${rows(6, section).join("\n\n")}`;
}

function codeText(): string {
  return rows(7, (index) =>
    [
      `/** Counts what is left of ${pick(GOODS, index)}. */`,
      `export function count${index}(stock: readonly Item[], site: string): number {`,
      "  let total = 0;",
      "  for (const item of stock) {",
      `    if (item.site !== site || item.isLost) {`,
      "      continue;",
      "    }",
      `    total += item.count * ${index + 2};`,
      "  }",
      `  return Math.min(total, ${100 + index});`,
      "}",
    ].join("\n"),
  ).join("\n\n");
}

function mailText(): string {
  return rows(4, (index) =>
    [
      `From: ${pick(PEOPLE, index)} <${pick(PEOPLE, index).split(" ")[0]?.toLowerCase()}@example.org>`,
      `To: stores@example.org`,
      `Date: Tue, ${3 + index} Feb 2026 09:1${index}:00 +0100`,
      `Subject: ${index > 0 ? "Re: " : ""}The ${pick(GOODS, 2)} at ${pick(TOWNS, 1)}`,
      "",
      `I have looked at it again. The repair costs ${310 + index} euros and takes ${2 + index} days.`,
      `We should not order another one before ${pick(TOWNS, index)} has answered.`,
      "",
      "Regards",
      "",
    ].join("\n"),
  ).join("\n");
}

function chatText(): string {
  return rows(
    24,
    (index) =>
      `${pick(PEOPLE, index % 3)}: ${index === 13 ? "The spare key is under the blue crate, do not tell the night crew." : `I was at ${pick(TOWNS, index)} and counted ${index * 4} pieces of ${pick(GOODS, index)}.`}`,
  ).join("\n");
}

function subtitleText(): string {
  return rows(
    16,
    (index) =>
      `${index + 1}\n00:00:${String(10 + index * 2).padStart(2, "0")},100 --> 00:00:${String(11 + index * 2).padStart(2, "0")},900\nAt ${pick(TOWNS, index)} they sell ${pick(GOODS, index)} for ${20 + index} coins.`,
  ).join("\n\n");
}

const QUESTIONS = rows(8, (index) => ({
  q: `Where do I get a ${pick(GOODS, index)}?`,
  a: `Ask ${pick(PEOPLE, index)} at ${pick(TOWNS, index * 3)}. It takes ${index + 2} days and costs ${40 + index} euros.`,
}));

function legalText(): string {
  const titles = ["DELIVERY", "PAYMENT", "LIABILITY", "TERM"];
  return rows(4, (index) =>
    [
      `${index + 1}. ${titles[index]}`,
      `${index + 1}.1 The Supplier shall answer within ${5 + index} working days unless the Buyer agrees otherwise.`,
      `${index + 1}.2 Neither party may transfer its rights without the written consent of the other.`,
      `  (a) Consent may not be withheld for longer than ${20 + index} days.`,
      `  (b) It is not needed between companies of one group.`,
    ].join("\n"),
  ).join("\n\n");
}

function latexText(): string {
  return [
    "\\section{Tides}",
    ...rows(
      5,
      (index) =>
        `The level at ${pick(TOWNS, index)} is $h_${index} = ${index + 1}.5$ metres, see~\\cite{tide${index}}.\n\n\\begin{equation}\nh_${index} = a_${index} \\cos(\\omega t)\n\\end{equation}\n`,
    ),
    "\\section{Pumps}",
    ...rows(
      5,
      (index) => `Pump \\textbf{${index}} lifts ${index * 12 + 7} litres a minute at ${pick(TOWNS, index + 3)}.\n`,
    ),
  ].join("\n");
}

const PAGE_HEADER = "North Quay Stores                    Yearly Report 2026";

function pagedText(): string {
  return rows(4, (index) =>
    [
      PAGE_HEADER,
      "",
      `    The stores at ${pick(TOWNS, index)} sold ${300 + index} pieces of ${pick(GOODS, index)} this year, which is more than was ex-`,
      "pected. The roof was mended in spring, and the yard was not used for the winter.",
      `    ${pick(PEOPLE, index)} has led the stores since ${1990 + index}.`,
      "",
      `                                  - ${index + 1} -`,
    ].join("\n"),
  ).join("\n\f");
}

function htmlText(): string {
  const items = rows(
    8,
    (index) =>
      `<li class="card"><h3>${pick(GOODS, index)}</h3><p>Costs <b>${30 + index}</b> euros at ${pick(TOWNS, index)}; it is <i>not</i> sold on Sundays.</p></li>`,
  );
  return `<!DOCTYPE html>\n<html><head><title>Stores</title><script>function go() { return 1; }</script><style>.card { color: red; }</style></head>\n<body><nav><a href="/">Home</a> <a href="/shop">Shop</a></nav>\n<main><h1>Our goods</h1>\n<ul>\n${items.join("\n")}\n</ul></main>\n<footer>Cookies are used here.</footer></body></html>`;
}

/** The texts, made anew at each call. */
export function ownStructuredSet(): StructuredCase[] {
  const faq = QUESTIONS.map(({ q, a }) => `Q: ${q}\nA: ${a}`).join("\n\n");
  return [
    make("own-json", "json", jsonText(), [
      ["What is the status of order 4109?", "on hold", '"id": 4109', "4109"],
      ["How many pieces does order 4103 have?", "24", '"id": 4103', "4103", "count"],
    ]),
    make("own-ndjson", "ndjson", ndjsonText(), [["Why did the pump stall?", "valve 4 stuck", "error", "error"]], {
      must: ["pump stalled"],
    }),
    make("own-yaml", "yaml", yamlText(), [
      ["What is the memory limit of search?", "1024Mi", "name: search", "search", "memory"],
      ["How many replicas does the mailer have?", "4", "name: mailer\n", "mailer", "replicas"],
    ]),
    make("own-toml", "toml", tomlText(), [
      ["On which port does the mailer listen?", "8022", "service.mailer", "service.mailer", "port"],
    ]),
    make("own-xml", "xml", xmlText(), [["Who is the captain of the ship at berth B4?", "Fay Winter", 'id="B4"', "B4"]]),
    make("own-csv", "csv", csvText(), [["How many seats does id 711 have?", "47", "711,", "711", "seats"]], {
      sep: ",",
    }),
    make(
      "own-table",
      "sqltable",
      tableText(),
      [["How many bell ropes are in stock at Quill?", "68", "| bell rope      | Quill", "bell rope", "stock"]],
      { style: "psql" },
    ),
    make(
      "own-listing",
      "listing",
      listingText(),
      [["Which pod is crash looping?", "mailer-7c9d6f-gk4p", "mailer-7c9d6f", "CrashLoopBackOff"]],
      { header: "NAME                 READY   STATUS" },
    ),
    make(
      "own-log",
      "log",
      logText(),
      [["Why was invoice 8841 not sent?", "mailbox of Cy Varga is full", "8841", "8841"]],
      { must: ["invoice 8841 was not sent"] },
    ),
    make(
      "own-trace",
      "trace",
      traceText(),
      [["Which entry was a duplicate?", "order_4109", "Caused by", "Duplicate"]],
      { must: ["Duplicate entry 'order_4109'"] },
    ),
    make("own-diff", "diff", diffText(), [
      ["What is the new limit of requests in lamp.ts?", "902", "b/src/lamp.ts", "lamp.ts"],
    ]),
    make("own-grep", "grep", grepText(), [["Where is depth7 set?", "file7.ts:17", "file7.ts", "depth7"]]),
    make("own-markdown", "markdown", markdownText(), [
      ["Who has the key of the tide gauge?", "Dee Okoro", "## tide gauge", "tide gauge"],
    ]),
    make("own-code", "code", codeText(), [["What is the most that count4 returns?", "104", "count4", "count4"]]),
    make("own-mail", "mail", mailText(), [
      ["What does the repair cost by Cy Varga's word?", "312", "From: Cy Varga", "From: Cy Varga"],
    ]),
    make(
      "own-chat",
      "chat",
      chatText(),
      [["Where is the spare key?", "under the blue crate", "spare key", "Bo Lind"]],
      { style: "plain" },
    ),
    make("own-subtitle", "subtitle", subtitleText(), [
      ["What do they sell at Verdal?", "tide gauge", "At Verdal", "00:00:14,100"],
    ]),
    make("own-qa", "qa", faq, [["Where do I get a fuse box?", "Ask Fay Winter", "fuse box", "fuse box"]], {
      items: QUESTIONS,
    }),
    make("own-legal", "legal", legalText(), [
      [
        "How long may consent be withheld under the liability clause?",
        "22 days",
        "3. LIABILITY",
        "3. LIABILITY",
        "(a)",
      ],
    ]),
    make("own-latex", "latex", latexText(), [
      ["How much does pump 3 lift?", "43 litres", "\\textbf{3}", "\\textbf{3}"],
    ]),
    make("own-paged", "paged", pagedText(), [["How many pieces were sold at Verdal?", "302", "Verdal", "Verdal"]], {
      header: PAGE_HEADER,
    }),
    make("own-html", "html", htmlText(), [["What does the oil filter cost?", "33", "oil filter", "oil filter"]]),
  ];
}
