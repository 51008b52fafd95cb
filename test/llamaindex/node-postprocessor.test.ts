import fc from "fast-check";
import { ImageNode, IndexNode, MetadataMode, NodeRelationship, type NodeWithScore, TextNode } from "llamaindex";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSieve, InvalidOptionError, type Sieve, type SourceDocument } from "../../src/core/index.js";
import { type SievedMetadata, SieveNodePostprocessor } from "../../src/llamaindex/index.js";
import { handbookNodes, modelOptions, QUESTION, rendered, tokensOf } from "./material.js";

let sieve: Sieve;
beforeAll(async () => {
  sieve = await createSieve(modelOptions);
});
afterAll(() => sieve.dispose());

function factsOf({ node }: NodeWithScore): SievedMetadata {
  return node.metadata.contextsieve as SievedMetadata;
}

function firstNode<Node extends NodeWithScore["node"]>(nodes: readonly NodeWithScore[]): Node {
  return (nodes[0] as NodeWithScore).node as Node;
}

function oneNode(init: ConstructorParameters<typeof TextNode>[0] = {}): NodeWithScore[] {
  const text = handbookNodes()
    .map(({ node }) => node.getContent(MetadataMode.NONE))
    .join("\n\n");
  return [{ node: new TextNode({ text, ...init }), score: 0.5 }];
}

describe("The ceiling", () => {
  test("holds on what synthesizers render, metadata included, and is filled.", async () => {
    for (const maxTokens of [60, 200, 500, 1000]) {
      const nodes = await new SieveNodePostprocessor({ sieve, maxTokens }).postprocessNodes(handbookNodes(), QUESTION);
      const tokens = tokensOf(rendered(nodes));
      expect(tokens).toBeLessThanOrEqual(maxTokens);
      expect(tokens).toBeGreaterThan(0.9 * maxTokens);
      expect(rendered(nodes)).toContain("file: handbook.md");
    }
  });

  test("holds for any texts, metadata and order.", async () => {
    const word = fc.constantFrom(
      "not",
      "17 ms",
      "pool",
      "the",
      "heron",
      "\n",
      "\n\n",
      "größer",
      "日本語",
      "<|endoftext|>",
    );
    const text = fc.array(word, { maxLength: 60 }).map((words) => words.join(" "));
    const metadata = fc.dictionary(fc.constantFrom("file", "page", "note"), fc.oneof(text, fc.nat()), { maxKeys: 2 });
    const scored = fc.record({ text, metadata, score: fc.option(fc.float(), { nil: undefined }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(scored, { maxLength: 6 }),
        fc.integer({ min: 1, max: 200 }),
        async (given, maxTokens) => {
          const nodes = given.map(({ score, ...init }, index) => ({
            node: new TextNode({ id_: `${index}`, ...init }),
            score,
          }));
          const kept = await new SieveNodePostprocessor({ sieve, maxTokens }).postprocessNodes(nodes, QUESTION);
          expect(tokensOf(rendered(kept))).toBeLessThanOrEqual(maxTokens);
          const order = kept.map(({ node }) => Number(node.id_));
          expect(order).toEqual([...order].sort((a, b) => a - b));
          for (const { node, score } of kept) expect(score).toBe(given[Number(node.id_)]?.score);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("counts what the caller's own template renders instead.", async () => {
    const seen = new Set<string | undefined>();
    const template = ({ id, metadata }: SourceDocument, text: string) => {
      seen.add(id);
      return `[${String(metadata?.part)}] ${text}`;
    };
    const postprocessor = new SieveNodePostprocessor({ sieve, maxTokens: 150, template, separator: "\n" });
    const nodes = await postprocessor.postprocessNodes(handbookNodes(), QUESTION);
    const prompt = nodes.map(({ node }) => `[${node.metadata.part}] ${node.getContent(MetadataMode.NONE)}`).join("\n");
    expect(tokensOf(prompt)).toBeLessThanOrEqual(150);
    expect(nodes.length).toBeGreaterThan(0);
    expect(seen).toContain("handbook-0");
  });

  test("above the original leaves every text as it was.", async () => {
    const before = handbookNodes();
    const nodes = await new SieveNodePostprocessor({ sieve, maxTokens: 100_000 }).postprocessNodes(before, QUESTION);
    expect(rendered(nodes)).toBe(rendered(before));
  });
});

describe("The question", () => {
  test("decides what stays.", async () => {
    const postprocessor = new SieveNodePostprocessor({ sieve, maxTokens: 150 });
    const nodes = await postprocessor.postprocessNodes(handbookNodes(), QUESTION);
    expect(rendered(nodes)).toContain("EUR 420");
  });

  test("that is neither a text nor the parts of a message is refused by name.", async () => {
    const postprocessor = new SieveNodePostprocessor({ sieve, maxTokens: 150 });
    const ask = (query: unknown) => postprocessor.postprocessNodes(handbookNodes(), query as never);
    await expect(ask({ query: QUESTION })).rejects.toThrow("Expected `query` to be a text");
    expect(rendered(await ask(null))).toBe(rendered(await ask(undefined)));
  });

  test("may be a string, the parts of a message, or absent.", async () => {
    const postprocessor = new SieveNodePostprocessor({ sieve, maxTokens: 150 });
    const ask = async (query?: Parameters<typeof postprocessor.postprocessNodes>[1]) =>
      rendered(await postprocessor.postprocessNodes(handbookNodes(), query));
    const picture = { type: "image_url", image_url: { url: "data:," } } as const;
    const asString = await ask(QUESTION);
    expect(await ask([{ type: "text", text: QUESTION }, picture])).toBe(asString);
    const without = await ask();
    expect(without).not.toBe(asString);
    expect(await ask([picture])).toBe(without);
    expect(await ask("  ")).toBe(without);
  });
});

describe("The nodes given", () => {
  test("are never written to: an in-memory index hands out the very nodes it holds.", async () => {
    const nodes = handbookNodes();
    for (const { node } of nodes) {
      Object.freeze(node.metadata);
      Object.freeze(node.relationships);
      Object.freeze(node.excludedLlmMetadataKeys);
      Object.freeze(Object.freeze(node));
    }
    const before = JSON.stringify(nodes);
    const kept = await new SieveNodePostprocessor({ sieve, maxTokens: 200 }).postprocessNodes(nodes, QUESTION);
    expect(JSON.stringify(nodes)).toBe(before);
    for (const { node } of kept) expect(nodes.map((scored) => scored.node)).not.toContain(node);
  });

  test("keep their ids, scores, relationships and order.", async () => {
    const nodes = handbookNodes();
    for (const { node } of nodes) node.relationships = { [NodeRelationship.SOURCE]: { nodeId: "book", metadata: {} } };
    const kept = await new SieveNodePostprocessor({ sieve, maxTokens: 400 }).postprocessNodes(nodes, QUESTION);
    expect(kept.length).toBeGreaterThan(1);
    const places = kept.map((scored) => nodes.findIndex(({ node }) => node.id_ === scored.node.id_));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    for (const [index, { node, score }] of kept.entries()) {
      expect(score).toBe(nodes[places[index] as number]?.score);
      expect(node.sourceNode).toEqual({ nodeId: "book", metadata: {} });
    }
  });

  test("keep a start of 0, functions in their metadata, and their class.", async () => {
    const parse = () => "parsed";
    const nodes = oneNode({ metadata: { parse }, excludedLlmMetadataKeys: ["parse"] });
    Object.assign(firstNode(nodes), { startCharIdx: 0, endCharIdx: 0 });
    const postprocessor = new SieveNodePostprocessor({ sieve, maxTokens: 100 });
    const node = firstNode<TextNode>(await postprocessor.postprocessNodes(nodes, QUESTION));
    expect([node.startCharIdx, node.endCharIdx]).toEqual([0, 0]);
    expect(node.metadata.parse).toBe(parse);
    expect(node).toBeInstanceOf(TextNode);

    const text = node.text.repeat(3);
    const indexNodes = await postprocessor.postprocessNodes([{ node: new IndexNode({ text, indexId: "i" }) }]);
    expect(firstNode(indexNodes)).toBeInstanceOf(IndexNode);
    expect(firstNode<IndexNode>(indexNodes).indexId).toBe("i");
    expect(indexNodes[0]).not.toHaveProperty("score");
  });

  test("may be of the caller's own class, whatever its constructor takes.", async () => {
    class Page extends TextNode {
      readonly page: number;
      constructor(page: number, lines: string[]) {
        super({ text: lines.join("\n"), metadata: { page } });
        this.page = page;
      }
      override getContent(mode = MetadataMode.NONE): string {
        return mode === MetadataMode.LLM ? `<page ${this.page}>\n${this.text}\n</page>` : super.getContent(mode);
      }
    }
    const page = new Page(
      7,
      handbookNodes().map(({ node }) => node.getContent(MetadataMode.NONE)),
    );
    const kept = await new SieveNodePostprocessor({ sieve, maxTokens: 90 }).postprocessNodes(
      [{ node: page }],
      QUESTION,
    );
    expect(kept[0]?.node).toBeInstanceOf(Page);
    expect(rendered(kept)).toMatch(/^<page 7>\n.+\n<\/page>$/s);
    expect(tokensOf(rendered(kept))).toBeLessThanOrEqual(90);
    expect(kept[0]?.node.hash).not.toBe(page.hash);
  });

  test("may keep what they render in private fields, if their class can make another.", async () => {
    class Signed extends TextNode {
      #signature = "-- read and approved";
      override getContent(mode = MetadataMode.NONE): string {
        return `${super.getContent(mode)}\n${this.#signature}`;
      }
    }
    class Numbered extends TextNode {
      #number: number;
      constructor(number: number, text: string) {
        super({ text });
        this.#number = number;
      }
      override getContent(mode = MetadataMode.NONE): string {
        return `${this.#number}. ${super.getContent(mode)}`;
      }
      override clone(): Numbered {
        return new Numbered(this.#number, this.text);
      }
    }
    class Sealed extends Numbered {
      override clone(): never {
        throw new Error("sealed");
      }
    }
    const text = firstNode<TextNode>(oneNode()).text;
    const postprocessor = new SieveNodePostprocessor({ sieve, maxTokens: 90 });
    for (const node of [new Signed({ text, id_: "own" }), new Numbered(12, text)]) {
      const kept = await postprocessor.postprocessNodes([{ node }], QUESTION);
      expect(Object.getPrototypeOf(firstNode(kept))).toBe(Object.getPrototypeOf(node));
      expect(kept[0]?.node.id_).toBe(node.id_);
      expect(rendered(kept)).toMatch(/read and approved$|^12\. /u);
      expect(tokensOf(rendered(kept))).toBeLessThanOrEqual(90);
      expect(node.text).toBe(text);
    }
    await expect(postprocessor.postprocessNodes([{ node: new Sealed(1, text) }])).rejects.toThrow(
      "Expected nodes that can be copied, got a Sealed",
    );
  });

  test("carry no embedding that is another text's.", async () => {
    const nodes = oneNode({ embedding: [1, 2, 3] });
    const cut = await new SieveNodePostprocessor({ sieve, maxTokens: 100 }).postprocessNodes(nodes, QUESTION);
    expect(cut[0]?.node.embedding).toBeUndefined();
    expect(cut[0]?.node.hash).not.toBe(nodes[0]?.node.hash);
    const whole = await new SieveNodePostprocessor({ sieve, rate: 1 }).postprocessNodes(nodes, QUESTION);
    expect(whole[0]?.node.embedding).toEqual([1, 2, 3]);
  });

  test("may come twice, as when each part of a message retrieves.", async () => {
    const [first, second] = handbookNodes() as [NodeWithScore, NodeWithScore];
    const twice = [first, second, first];
    const postprocessor = new SieveNodePostprocessor({ sieve, rate: 0.9, dedupe: false });
    const kept = await postprocessor.postprocessNodes(twice);
    expect(kept.map(({ node }) => node.id_)).toEqual(["handbook-0", "handbook-1", "handbook-0"]);
  });

  test("may be none.", async () => {
    expect(await new SieveNodePostprocessor({ sieve, maxTokens: 9 }).postprocessNodes([], QUESTION)).toEqual([]);
  });
});

describe("What was cut", () => {
  test("is told in the metadata, and is shown to no model and to no embedding.", async () => {
    const nodes = handbookNodes();
    const kept = await new SieveNodePostprocessor({ sieve, maxTokens: 200 }).postprocessNodes(nodes, QUESTION);
    for (const scored of kept) {
      const { spans, tokens, originalTokens, relevance, words } = factsOf(scored);
      const source = nodes.find(({ node }) => node.id_ === scored.node.id_)?.node as TextNode;
      const text = (scored.node as TextNode).text;
      expect(text.replace(/\s+/g, "")).toBe(
        spans
          .map(([start, end]) => source.text.slice(start, end))
          .join("")
          .replace(/\s+/g, ""),
      );
      expect(tokens).toBe(tokensOf(text));
      expect(originalTokens).toBe(tokensOf(source.text));
      expect(relevance).toBeGreaterThanOrEqual(0);
      expect(relevance).toBeLessThanOrEqual(1);
      expect(words).toBeUndefined();
      expect(scored.node.getContent(MetadataMode.LLM)).not.toContain("contextsieve");
      expect(scored.node.getContent(MetadataMode.EMBED)).not.toContain("contextsieve");
      expect(source.metadata).not.toHaveProperty("contextsieve");
    }
  });

  test("holds every word when asked to explain.", async () => {
    const postprocessor = new SieveNodePostprocessor({ sieve, maxTokens: 100, explain: true });
    const [scored] = await postprocessor.postprocessNodes(oneNode(), QUESTION);
    const words = factsOf(scored as NodeWithScore).words ?? [];
    expect(words.some(({ kept }) => kept)).toBe(true);
    expect(words.some(({ kept }) => !kept)).toBe(true);
  });

  test("may be cut again by a second sieve, each key excluded once.", async () => {
    const first = await new SieveNodePostprocessor({ sieve, maxTokens: 400 }).postprocessNodes(
      handbookNodes(),
      QUESTION,
    );
    const second = await new SieveNodePostprocessor({ sieve, maxTokens: 100 }).postprocessNodes(first, QUESTION);
    expect(tokensOf(rendered(second))).toBeLessThanOrEqual(100);
    for (const { node } of second) expect(node.excludedLlmMetadataKeys).toEqual(["contextsieve"]);
  });
});

describe("Images", () => {
  const image = (init: { text?: string; metadata?: Record<string, string> } = {}) => ({
    node: new ImageNode({ id_: "image", image: "data:,", ...init }),
    score: 0.1,
  });

  test("without text stay as they are, in their place.", async () => {
    const [first, ...others] = handbookNodes() as [NodeWithScore, ...NodeWithScore[]];
    const bare = image();
    const kept = await new SieveNodePostprocessor({ sieve, rate: 0.9 }).postprocessNodes([first, bare, ...others]);
    expect(kept[1]).toEqual(bare);
    expect(kept[1]?.node).not.toBe(bare.node);
    expect(await new SieveNodePostprocessor({ sieve, maxTokens: 1 }).postprocessNodes([bare])).toEqual([bare]);
  });

  test("with metadata are kept and counted.", async () => {
    const nodes = [...handbookNodes(), image({ metadata: { caption: "the rota on the wall" } })];
    const kept = await new SieveNodePostprocessor({ sieve, maxTokens: 120 }).postprocessNodes(nodes, QUESTION);
    expect(kept.at(-1)?.node.id_).toBe("image");
    expect(rendered(kept)).toContain("caption: the rota on the wall");
    expect(tokensOf(rendered(kept))).toBeLessThanOrEqual(120);
  });

  test("whose words are more than the ceiling are left out, and texts beside them stay.", async () => {
    const caption = "The rota on the wall, with all who are on call this year. ".repeat(30);
    const long = image({ metadata: { caption } });
    const bare = image();
    const short = image({ metadata: { caption: "the rota on the wall" } });
    const [first] = handbookNodes() as [NodeWithScore];
    const postprocessor = new SieveNodePostprocessor({ sieve, maxTokens: 100 });
    for (const nodes of [[long], [first, long], [long, first, long], [first, short, long], [bare, long]]) {
      const kept = await postprocessor.postprocessNodes(nodes, QUESTION);
      expect(tokensOf(rendered(kept))).toBeLessThanOrEqual(100);
      expect(rendered(kept)).not.toContain("with all who");
      const ids = kept.map(({ node }) => node.id_);
      if (nodes.includes(bare)) expect(kept).toEqual([bare]);
      expect(ids.includes("handbook-0")).toBe(nodes.includes(first));
    }
  });

  test("with text keep the picture when the text is cut.", async () => {
    const { text } = firstNode<TextNode>(oneNode());
    const kept = await new SieveNodePostprocessor({ sieve, maxTokens: 80 }).postprocessNodes(
      [image({ text })],
      QUESTION,
    );
    expect(kept[0]?.node).toBeInstanceOf(ImageNode);
    expect(firstNode<ImageNode>(kept).image).toBe("data:,");
    expect(tokensOf(rendered(kept))).toBeLessThanOrEqual(80);
  });
});

describe("Options", () => {
  test("that are wrong are named when it is made.", () => {
    const made = (options: object) => () => new SieveNodePostprocessor({ sieve, ...options } as never);
    expect(made({ maxTokens: 0 })).toThrow(InvalidOptionError);
    expect(made({ maxTokens: 0 })).toThrow("`maxTokens`");
    expect(made({ maxToken: 9 })).toThrow("`maxToken`");
    expect(made({})).toThrow("`rate`");
    expect(made({ maxTokens: 9, query: "x" })).toThrow("`query`");
    expect(made({ maxTokens: 9, documents: ["x"] })).toThrow("`documents`");
    expect(made({ maxTokens: 9, sieve: Promise.resolve(sieve) })).toThrow("`sieve`");
  });

  test("left undefined count as absent.", async () => {
    const options = { ...modelOptions, maxTokens: 100, rate: undefined, device: undefined } as never;
    const postprocessor = new SieveNodePostprocessor(options);
    expect(await postprocessor.postprocessNodes(handbookNodes(), QUESTION)).not.toEqual([]);
  });

  test("that name an absent model fail the call, and the next call tries again.", async () => {
    const postprocessor = new SieveNodePostprocessor({ model: "/nowhere", maxTokens: 9 });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await expect(postprocessor.postprocessNodes(handbookNodes())).rejects.toThrow("/nowhere");
    }
  });

  test("of the sieve are checked at once.", () => {
    expect(() => new SieveNodePostprocessor({ device: "abacus" as never, maxTokens: 9 })).toThrow("`device`");
  });

  test("may hold a signal, whose reason goes through.", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    const aborted = new SieveNodePostprocessor({ sieve, maxTokens: 9, signal });
    await expect(aborted.postprocessNodes(handbookNodes())).rejects.toThrow("enough");
  });
});
