import type { TextKind } from "../../src/core/structure/outline.js";

// Small texts of each kind, as tools, people and programs write them. Of the project's own writing.

/** Texts of each kind; what a kind is told by should be in each of them in another way. */
export const KIND_TEXTS: Readonly<Record<TextKind, readonly string[]>> = {
  json: [
    '{\n  "boat": "Meerkat",\n  "crew": [{ "name": "Ann", "age": 41 }, { "name": "Bo", "age": 29 }],\n  "sunk": false\n}\n',
    '[{"id":1,"port":"Lund"},{"id":2,"port":"Visby"}]',
    '{"error":{"code":"E_FULL","message":"The harbour is full, try again at 14:30."}}',
    '[{"id":1,"tide":"high, with a long str',
    '// settings\n{\n  "strict": true, /* always */\n  "paths": ["src"]\n}\n',
  ],
  ndjson: [
    '{"ts":1,"level":"info","msg":"up"}\n{"ts":2,"level":"error","msg":"down"}\n{"ts":3,"level":"info","msg":"up"}\n',
    '{\n  "a": 1\n}\n{\n  "a": 2\n}\n',
    '[1,"a"]\n[2,"b"]\n',
    '{"id":1}\n\n{"id":2}\n\n{"id":3}',
  ],
  yaml: [
    "apiVersion: v1\nkind: Service\nmetadata:\n  name: harbour\nspec:\n  ports:\n    - port: 80\n      targetPort: 8080\n",
    "version: 2\nservices:\n  web:\n    image: nginx\n    restart: always\n",
    "on:\n  push:\n    branches: [main]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: npm test\n",
    "name: tide\nversion: 1.2.0\nlicense: MIT\nprivate: true\n",
    "---\n- name: install\n  apt: name=git state=present\n- name: start\n  service: name=tide state=started\n",
  ],
  toml: [
    '[package]\nname = "tide"\nversion = "0.1.0"\n\n[dependencies]\nserde = { version = "1", features = ["derive"] }\n',
    'title = "Gauges"\n[[gauge]]\nid = 1\nlevel = 2.5\n[[gauge]]\nid = 2\nlevel = 3.5\n',
    '[tool.ruff]\nline-length = 100\nselect = [\n  "E",\n  "F",\n]\n[tool.pytest]\naddopts = "-q"\n',
  ],
  ini: [
    "[server]\nport=8080\nhost=localhost\n; local only\n[client]\ntimeout=30\n",
    "DATABASE_URL=postgres://db:5432/tide\nAPI_KEY=abc123\n# optional\nLOG_LEVEL=debug\n",
    "server.port=8080\nserver.name=harbour gauge\nspring.datasource.url=jdbc:h2:mem\n",
    "PATH=/usr/local/bin:/usr/bin\nHOME=/home/ann\nLANG=C.UTF-8\nSHLVL=1\n_=/usr/bin/env\n",
  ],
  xml: [
    '<?xml version="1.0"?>\n<config>\n  <port>80</port>\n  <host>db</host>\n</config>\n',
    "<project>\n  <groupId>org.example</groupId>\n  <artifactId>tide</artifactId>\n  <version>1</version>\n</project>\n",
    '<svg xmlns="http://www.w3.org/2000/svg"><g><rect x="1"/><rect x="2"/></g><circle r="4"/></svg>',
  ],
  html: [
    "<!doctype html>\n<html><head><title>Tides</title></head><body><h1>Tides</h1><p>High at noon.</p></body></html>",
    '<div class="card"><h2>Boats</h2><ul><li>Meerkat</li><li>Otter</li></ul></div>',
    "<p>The harbour opens at <b>six</b>.</p>\n<p>It closes at <b>ten</b>.</p>\n<p>See the <a href='/map'>map</a>.</p>\n",
  ],
  csv: [
    "id,name,team,site\n1,Ann Moss,Cellar Crew,South Terrace\n2,Bo Lind,Field Crew,Old Press\n",
    "name\tage\tport\nAnn\t41\tLund\nBo\t29\tVisby\n",
    "name;price;note\nrope;3,50;long\nsail;99,00;white\nanchor;45,00;heavy\n",
    'title,text\nOne,"A note, with a comma"\nTwo,"and a\nline break"\nThree,plain\nFour,plain\n',
  ],
  table: [
    "total 48\n-rw-r--r--  1 ann staff  1204 Mar  1 10:00 tide.ts\ndrwxr-xr-x  4 ann staff   128 Mar  2 11:30 boats\n-rwx------  1 bo  staff    99 Mar  3 12:45 run.sh\n",
    "| Plan | Seats | Price |\n| --- | --- | --- |\n| Team | 50 | 49 |\n| Enterprise | 500 | 499 |\n",
    " id |  item  | stock \n----+--------+-------\n  1 | rope   |    12\n  2 | sail   |     3\n(2 rows)\n",
    "+----+------+\n| id | name |\n+----+------+\n|  1 | Ann  |\n|  2 | Bo   |\n+----+------+\n",
    "NAME        READY   STATUS             RESTARTS   AGE\ntide-web    1/1     Running            0          3d\ntide-api    0/1     CrashLoopBackOff   12         3d\ntide-db     1/1     Running            1          9d\n",
    "CONTAINER ID   IMAGE         STATUS                   NAMES\n1a2b3c4d5e6f   tide/web:1    Up 3 days                web\n2b3c4d5e6f70   tide/api:1    Up 2 hours (unhealthy)   api\n3c4d5e6f7081   postgres:16   Up 3 days                db\n",
    "  PID TTY          TIME CMD\n    1 ?        00:00:02 systemd\n  412 ?        00:00:00 sshd\n  933 pts/0    00:00:00 bash\n",
    "Filesystem      Size  Used Avail Use% Mounted on\n/dev/sda1        40G   12G   26G  32% /\ntmpfs           2.0G     0  2.0G   0% /dev/shm\n/dev/sdb1       200G  150G   40G  79% /data\n",
    "Package    Version\n---------- -------\nnumpy      2.1.0\npandas     2.2.3\nrequests   2.32.0\n",
  ],
  log: [
    "wrong.ts(1,7): error TS2322: Type 'string' is not assignable to type 'number'.\nwrong.ts(6,1): error TS2304: Cannot find name 'unknown' in this file at all.\n",
    "2026-03-01 10:00:01 INFO  web started on port 8080\n2026-03-01 10:00:04 ERROR mail to cy not sent, mailbox full\n2026-03-01 10:00:09 INFO  web stopped\n",
    "Mar  3 09:26:15 gauge sshd[812]: Accepted publickey for ann\nMar  3 09:26:19 gauge kernel: usb 1-1: new device\n",
    '10.0.0.7 - - [03/Mar/2026:09:00:04 +0000] "GET /tides HTTP/1.1" 200 512\n10.0.0.8 - - [03/Mar/2026:09:00:05 +0000] "GET /boats HTTP/1.1" 504 0\n',
    "src/tide.c:12:5: error: expected ';' before 'return'\n   12 |     x = 1\n      |     ^~~~~\nsrc/tide.c:20:3: warning: unused variable 'y'\n   20 |   int y;\n      |   ^~~\n",
    "npm warn deprecated glob@7.2.3: no longer supported\nnpm error code E404\nnpm error 404 Not Found - GET https://registry.example.org/tide\n",
    "INFO:tide.worker:batch 1 of 2 done\nWARNING:tide.worker:batch 2 is slow\nINFO:tide.worker:all done\n",
    "============================= test session starts ==============================\nplatform linux -- Python 3.12\ncollected 2 items\n\ntest_tide.py F.                                                          [100%]\n\n=================================== FAILURES ===================================\nE       assert 6.0 == 5.5\n\ntest_tide.py:13: AssertionError\n=========================== 1 failed, 1 passed in 0.02s ========================\n",
    "src/a.ts(3,7): error TS2322: Type 'string' is not assignable to type 'number'.\nsrc/b.ts(9,1): error TS2304: Cannot find name 'tide'.\n",
    "/quay/src/tide.ts\n   12:9   error    'low' is assigned a value but never used  no-unused-vars\n   41:15  warning  Unexpected console statement              no-console\n\n2 problems (1 error, 1 warning)\n",
    "HTTP/1.1 503 Service Unavailable\nretry-after: 90\nx-tide-gauge: north\nvia: 1.1 quay\n",
    "PING gauge.quay (10.3.0.8) 56(84) bytes of data.\n64 bytes from 10.3.0.8: icmp_seq=1 ttl=64 time=0.52 ms\n64 bytes from 10.3.0.8: icmp_seq=2 ttl=64 time=0.47 ms\n--- gauge.quay ping statistics ---\n2 packets transmitted, 2 received, 0% packet loss, time 1001ms\n",
    " M src/tide.ts\n?? gauges.txt\nA  src/boat.ts\n",
    "web-1  : ok=12  changed=3  unreachable=0  failed=0\nquay-2 : ok=9   changed=2  unreachable=0  failed=1\n",
    "9e107d9d372bb6826bd81d3542a419d6  tides/march.csv\ne4d909c290d0fb1ca068ffaddf22cbd0  tides/april.csv\n",
    "/dev/sda1 on / type ext4 (rw,relatime)\nproc on /proc type proc (rw,nosuid,nodev)\n/dev/sdb1 on /var/lib/tides type xfs (rw,noatime)\n",
    '  # quay_gauge.north will be destroyed\n  - resource "quay_gauge" "north" {\n      - is_tidal = true -> null\n      ~ depth = "4.1" -> "4.3"\n    }\n\nPlan: 0 to add, 1 to change, 1 to destroy.\n',
  ],
  trace: [
    'Exception in thread "main" java.lang.IllegalStateException: no tide\n\tat org.example.Tide.read(Tide.java:12)\n\tat org.example.Main.main(Main.java:5)\nCaused by: java.io.IOException: gone\n\tat org.example.Disk.open(Disk.java:88)\n\t... 2 more\n',
    'Traceback (most recent call last):\n  File "/srv/tide.py", line 12, in <module>\n    main()\n  File "/srv/tide.py", line 8, in main\n    raise ValueError("no tide")\nValueError: no tide\n',
    "Error: connect ECONNREFUSED 127.0.0.1:5432\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)\n    at Client.connect (/srv/tide/db.js:20:9)\n    at main (/srv/tide/main.js:4:3)\n",
    "panic: runtime error: index out of range [3]\n\ngoroutine 1 [running]:\nmain.read(0x3)\n\t/srv/tide/main.go:12 +0x1d\nmain.main()\n\t/srv/tide/main.go:5 +0x25\n",
    "thread 'main' panicked at src/main.rs:4:5:\nno tide\nstack backtrace:\n   0: rust_begin_unwind\n   1: core::panicking::panic_fmt\n   2: tide::read\n             at ./src/main.rs:4:5\n   3: tide::main\n             at ./src/main.rs:9:5\n",
  ],
  diff: [
    "diff --git a/tide.js b/tide.js\nindex 1a2b3c4..5d6e7f8 100644\n--- a/tide.js\n+++ b/tide.js\n@@ -1,3 +1,3 @@\n const a = 1;\n-const b = 2;\n+const b = 3;\n",
    "--- old.txt\t2026-03-01\n+++ new.txt\t2026-03-02\n@@ -1,2 +1,2 @@\n-low tide\n+high tide\n the same\n",
    "commit 0123456789abcdef0123456789abcdef01234567\nAuthor: Ann <ann@example.org>\nDate:   Sun Mar 1 10:00:00 2026 +0000\n\n    Raise the level\n\n    It was too low for the long boats.\n\ndiff --git a/level b/level\nindex 1..2 100644\n--- a/level\n+++ b/level\n@@ -1 +1 @@\n-2\n+3\n",
  ],
  grep: [
    "src/tide.ts:12:  const limit = 5;\nsrc/tide.ts:40:  if (limit > 3) stop();\nsrc/boat.ts:7:import { limit } from './tide';\n",
    "lib/a.js-10-function wait() {\nlib/a.js:11:  return 250;\nlib/a.js-12-}\n--\nlib/b.js-3-const x = 1;\nlib/b.js:4:wait();\n",
    "logs/2026-03-01/app.log:15: ERROR out of memory\nlogs/2026-03-02/app.log:9: ERROR out of memory\n",
  ],
  listing: [
    "Name:             ledger-7c9d4f\nNamespace:        quay\nLabels:           app=ledger\n                  tier=back\nContainers:\n  main:\n    Image:          ledger:4.1\n    Restart Count:  17\n",
    "1: lo: <LOOPBACK,UP> mtu 65536 qdisc noqueue\n    link/loopback 00:00:00:00:00:00\n    inet 127.0.0.1/8 scope host lo\n       valid_lft forever\n2: eth0: <BROADCAST,UP> mtu 1500\n    inet 10.0.2.15/24 scope global eth0\n",
    "src/components/module1/index.tsx\nsrc/components/module2/index.tsx\nsrc/components/module3/index.tsx\nREADME/notes.md\n",
    ".\n├── src\n│   ├── tide.ts\n│   └── boat.ts\n└── package.json\n",
    "4.0K\t./src/core\n120K\t./src\n2.1M\t./models\n2.3M\t.\n",
    '4b1d2cc fix: round tides half up\n9a07e53 feat: export gauges\nd51c774 revert: "feat: export gauges"\n',
  ],
  markdown: [
    "# Tides\n\nHow the water moves.\n\n## Install\n\n```sh\nnpm install tides\n```\n\n- fast\n- small\n",
    "---\ntitle: Tides\ndate: 2026-03-01\n---\n\n# High water\n\nIt comes twice a day.\n",
    "Use the [map](https://example.org/map) or the [list](https://example.org/list) to find a boat.\n",
    '<p align="center"><img src="logo.svg"></p>\n\n# Tide\n\nReads gauges.\n\n## Use\n\n```js\nread();\n```\n',
    "Options\n=======\n\n- `wait` how long to wait. Default: `250`\n- `tries` how often to try. Default: `3`\n",
  ],
  code: [
    'import { read } from "./read.js";\n\nexport async function tide(path: string): Promise<number> {\n  const text = await read(path);\n  return Number(text);\n}\n',
    "def charge(user, amount):\n    if user.blocked:\n        return None\n    fee = amount * 0.02\n    return amount + fee\n",
    'package main\n\nimport "fmt"\n\nfunc main() {\n\tfor i := 0; i < 3; i++ {\n\t\tfmt.Println(i)\n\t}\n}\n',
    "use std::fs;\n\npub fn level(path: &str) -> Result<f64, Error> {\n    let text = fs::read_to_string(path)?;\n    Ok(text.trim().parse()?)\n}\n",
    "public class Tide {\n  private int level;\n\n  public int getLevel() {\n    return level;\n  }\n}\n",
    '#include <stdio.h>\n\nint main(void) {\n  printf("tide\\n");\n  return 0;\n}\n',
    "DELETE FROM sessions\nWHERE last_seen < now() - interval '90 days'\n  AND NOT pinned;\n",
    '#!/bin/sh\nset -eu\nfor file in *.old; do\n  rm -f -- "$file"\ndone\n',
    'if [ -z "${TMPDIR:-}" ]; then\n  echo "no TMPDIR" >&2\n  exit 1\nfi\nfind "$TMPDIR" -name \'*.tmp\' | xargs rm -f --\n',
    ".card {\n  color: red;\n  margin: 0 auto;\n}\n.card > a:hover {\n  text-decoration: none;\n}\n",
    "using System;\n\nnamespace Tides\n{\n    public class Gauge\n    {\n        public int Level { get; set; }\n    }\n}\n",
  ],
  mail: [
    "From: Ann Moss <ann@example.org>\nTo: Bo Lind <bo@example.org>\nDate: Mon, 2 Mar 2026 10:00:00 +0000\nSubject: The boat\n\nHi Bo,\n\nit is yours.\n\nAnn\n",
    "Subject: Re: tides\nFrom: bo@example.org\nTo: crew@example.org\n\nAgreed.\n\n> Shall we sail at six?\n",
    "---------- Forwarded message ---------\nFrom: Cy <cy@example.org>\nDate: Tue, Mar 3, 2026 at 9:00 AM\nSubject: Harbour fees\nTo: Ann <ann@example.org>\n\nThe fees go up in May.\n",
  ],
  transcript: [
    "Ann: Did the part come?\nBo: Not yet.\nAnn: When did you order it?\nCy: I ordered it yesterday, so it will be here on Saturday.\nBo: Good.\n",
    "User: Where is the boat?\n\nAssistant: It lies at pier 4, next to the crane.\n\nUser: Thanks!\n",
    "[10:02] Ann Moss: Good morning, shall we start?\n[10:03] Bo Lind: Yes, all are here.\n[10:03] Ann Moss: First the budget for the pier.\n",
    "Ann Moss  10:02\nThe crane is back.\n\nBo Lind  10:05\nGreat, I will load the long boat then.\n\nAnn Moss  10:06\nMind the tide.\n",
  ],
  subtitles: [
    "1\n00:00:01,000 --> 00:00:02,960\nIt has been a long day.\n\n2\n00:00:03,230 --> 00:00:07,248\nLet us go back.\n",
    "WEBVTT\n\n00:01.000 --> 00:04.000\nThe water rises.\n\n00:05.000 --> 00:07.000\nThe water falls.\n",
    "1\n00:00:01,000 --> 00:00:02,960 X1:40 X2:600\n<i>Ann:</i> Mind the step.\n\n2\n00:00:03,000 --> 00:00:04,000\nThanks.\n",
  ],
  legal: [
    '1. DEFINITIONS\n\n1.1 "Goods" means every rope and sail listed in Schedule 1.\n\n1.2 "Site" means the old pier and any other place that the parties agree.\n\n2. DELIVERY\n\n2.1 The Supplier shall deliver the Goods to the Site within 5 days after the order.\n',
    "§ 1 Das Boot gehört dem Verein und allen seinen Mitgliedern.\n\n§ 2 Wer das Boot nimmt, trägt sich vorher in das Buch ein.\n\n§ 3 Nach der Fahrt wird das Boot geputzt und festgemacht.\n",
    "Article 1. The harbour is open to every boat that pays its fee.\n\nArticle 2. The fee is set once a year by the harbour master.\n\nArticle 3. A boat that does not pay leaves within three days.\n",
  ],
  qa: [
    "Q: Where do I report a broken lamp?\nA: Call the office or leave a note at the pier.\n\nQ: What does a repair cost?\nA: It is free once a year.\n",
    "How long may I borrow a boat?\n\nYou may keep it for 28 days.\n\nWho may order a sail?\n\nOnly the harbour master.\n\nWhat if I am late?\n\nThen you pay 5 euros a day.\n",
    "**Q1.** Can I swim here?\n**A1.** Yes, but not between the piers.\n\n**Q2.** Is there a shower?\n**A2.** Yes, behind the office.\n",
  ],
  latex: [
    "\\documentclass{article}\n\\begin{document}\n\\section{Tides}\nThe level is $h = 2.5$ at noon.\n\\end{document}\n",
    "\\section{Method}\nWe read \\emph{gauges} twice~\\cite{moss2020}.\n\\begin{itemize}\n\\item high water\n\\item low water\n\\end{itemize}\n",
    "% a table\n\\begin{table}\n\\centering\n\\begin{tabular}{lr}\n\\toprule\nPier & Level \\\\\n\\midrule\nNorth & 2.5 \\\\\n\\bottomrule\n\\end{tabular}\n\\caption{Levels.}\n\\end{table}\n",
  ],
  paged: [
    pages(
      (page) =>
        `Harbour Office                    Annual Report\n\n${paragraphs(page)}\n\n                  - ${page} -\n\f`,
    ),
    pages((page) => `${paragraphs(page)}\n\nTide Tables 2026                                       Page ${page}\n\n`),
    `${paragraphs(1)}\n\f${paragraphs(2)}\n\f${paragraphs(3)}\n`,
  ],
  prose: [
    "The harbour opens at six. Boats that come later wait outside, and that may take an hour.\n",
    "Season of mists and mellow fruitfulness,\nClose bosom-friend of the maturing sun;\nConspiring with him how to load and bless\nWith fruit the vines that round the thatch-eves run;\n",
    '"Where is it?" asked Ann.\n\n"Gone," said Bo. "Sunk, I should think: it was never much of a boat."\n\nShe looked at the water; it was grey, and it said nothing.\n',
    "Minutes of the harbour meeting, 3 March\n\nPresent were Ann Moss, Bo Lind and Cy Tell. The budget was agreed. The crane will be repaired in May, at a cost of 4,200 euros.\n\nNext meeting: 7 April.\n",
    "Der Hafen öffnet um sechs. Wer später kommt, wartet draußen; das kann eine Stunde dauern.\n\nIm Winter ist er geschlossen.\n",
    "港は六時に開きます。遅れて来た船は、外で一時間ほど待つことになります。\n冬の間は閉まっています。\n",
    "For the soup you need:\n\n- two onions\n- a little oil\n- one litre of water\n\nFry the onions, then add the water and wait.\n",
    "1. Take the rope off the bollard.\n2. Push the boat away from the pier.\n3. Jump in before it is gone.\n",
    "Roses are red,\nviolets are blue,\nthe harbour is grey,\nand so are you.\n",
    "The parties agree that the boat is sold as it is, that the price is due at once, and that no claim can be made later.\n\nDisputes are settled by the court of the harbour.\n",
    "Dear Bo,\n\nthank you for the boat. It floats.\n\nYours,\nAnn\n",
    "Note: the ferry does not run on Sundays. Tickets: at the office, or on board (cash only).\nDogs: welcome.\n",
    "The sums were 3, 5, and 8; together 16. The first (3) was wrong [1], the second, too [2].\n\n[1] It was 4.\n[2] It was 6.\n",
  ],
};

function pages(print: (page: number) => string): string {
  return [1, 2, 3, 4].map(print).join("");
}

function paragraphs(page: number): string {
  const sentence = (line: number) =>
    `On day ${page * 31 + line} the water stood at the mark and the boats lay still, all ${line + 3} of them.`;
  return Array.from({ length: 16 }, (_, line) => sentence(line)).join("\n");
}
