import { describe, expect, it } from "vitest";
import type { AnalyzedDocument } from "../../../src/core/document/types.js";
import { exactWordGains } from "../../../src/core/relevance/exact-words.js";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import type { TextKind } from "../../../src/core/structure/outline.js";
import { segmentText } from "../../../src/core/text/segment.js";

/** What each row of a CSV text, or each grain but the first of another kind, gains by a question. */
async function gainsOf(text: string, question: string, kind: TextKind = "csv"): Promise<number[]> {
  const { words, sentences, outline } = await segmentText(text, { kind });
  const document = { text, words, sentences, outline } as unknown as AnalyzedDocument;
  const [gains = []] = runAtOnce(exactWordGains(question, [document]));
  return [...gains].slice(1);
}

describe("exact words in grains", () => {
  it("lift the row that holds the question's rare words, keys included", async () => {
    const [ann = 0, bo = 0] = await gainsOf("name,site\nAnn,Tarn\nBo,Sund\n", "At which site is Bo?");
    expect(bo).toBeGreaterThan(ann);
    expect(ann).toBeGreaterThan(0);
  });

  it("are the same whatever their ending: what was started is found as start", async () => {
    const [stop = 0, start = 0] = await gainsOf("step,by\nstop,Ann\nstart,Bo\n", "By whom was it started?");
    expect(start).toBeGreaterThan(stop);
  });

  it("are the same whatever their form: what was lost, sent or paid is found as lose, send and pay", async () => {
    const rows = "lose,Ann\nsend,Bo\npay,Cy\n";
    const asked = ["By whom was it lost?", "Who sent it?", "Who has paid?"];
    const best = await Promise.all(asked.map(async (question) => bestOf(await gainsOf(`step,by\n${rows}`, question))));
    expect(best).toEqual([0, 1, 2]);
  });

  it("lift a name with signs inside to the letter above one that is made of the same words", async () => {
    const tree = ".\n├── src\n│   └── tide.ts\n└── test\n    └── tide.test.ts\n";
    const [, own = 0, , test = 0] = await gainsOf(tree, "Where is tide.ts?", "listing");
    expect(own).toBeGreaterThan(test + 1);
    const [whole = 0, longer = 0, inner = 0] = await gainsOf(
      "file,site\npay.ts,Tarn\npay.ts.map,Tarn\nrepay.ts,Tarn\n",
      "What is in pay.ts?",
    );
    expect(whole).toBeGreaterThan(longer + 1);
    expect(whole).toBeGreaterThan(inner + 1);
  });
});

/** Place of the row that gains most; -1 if two gain the same. */
function bestOf(gains: readonly number[]): number {
  const most = Math.max(...gains);
  return gains.filter((gain) => gain === most).length === 1 ? gains.indexOf(most) : -1;
}

describe("columns that a question names", () => {
  const pods = "pod,restarts,memory,ip\nweb,3,1.5G,<none>\nquay,17 (2m ago),812M,10.0.0.3\ntide,0,64M,<none>\n";

  it.each([
    ["Which pod has the most restarts?", 1],
    ["Which pod has the fewest restarts?", 2],
    ["Which pod uses the largest memory?", 0],
    ["Which pod has an ip?", 1],
  ])("decide %s", async (question, row) => {
    expect(bestOf(await gainsOf(pods, question))).toBe(row);
  });

  it("lift the rows without what the question says is missing", async () => {
    const [web = 0, quay = 0, tide = 0] = await gainsOf(pods, "Which pods have no ip?");
    expect(Math.min(web, tide)).toBeGreaterThan(quay);
  });

  it("weigh less than the name that is asked for", async () => {
    expect(bestOf(await gainsOf(pods, "What is the ip of tide?"))).toBe(2);
    expect(bestOf(await gainsOf(pods, "Did web use the most memory?"))).toBe(0);
  });

  it("say nothing where a number is not told, nor where at most is meant", async () => {
    const text = "pod,state\nweb,up\nquay,down\n";
    const [web = 0, quay = 0] = await gainsOf(text, "Which pod has the highest state?");
    expect(web).toBe(quay);
    const [first = 0, second = 0] = await gainsOf("pod,restarts\nweb,1\nquay,9\n", "Who may have at most 5 restarts?");
    expect(first).toBe(second);
  });
});
