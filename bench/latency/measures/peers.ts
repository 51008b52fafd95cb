import { openPeer } from "../../quality/peer-systems.js";
import { PeerAbsentError, type System } from "../../quality/system.js";
import { type Figure, type Measure, numberOf } from "../case.js";
import { makeDocuments } from "../corpus.js";
import { importLibrary } from "../library.js";
import { median } from "../statistics.js";

const PEERS: [peer: string, title: string][] = [
  ["python-llmlingua2", "llmlingua 0.2.2 (Python)"],
  ["npm-llmlingua2", "@atjsh/llmlingua-2, fp32"],
];

const OURS = "contextsieve";

/**
 * Tokens a second of whole requests on documents never seen, beside the peers on the same weights. Every system
 * answers a round before the next one begins, and each round begins with another one.
 */
export const measure: Measure = async ({ settings, model, dtype, dist }) => {
  const count = numberOf(settings, "documents");
  const tokens = numberOf(settings, "tokensPerDocument");
  const rounds = numberOf(settings, "rounds");
  const share = numberOf(settings, "share");
  const { createSieve } = await importLibrary(dist);
  const made = { model, ...(dtype ? { dtype } : {}), cache: false } as const;
  const sieves = [
    { title: OURS, sieve: await createSieve(made) },
    { title: `${OURS}, \`sessions: 2\``, sieve: await createSieve({ ...made, sessions: 2 }) },
  ];
  const notes: string[] = [];
  const peers: [title: string, system: System][] = [];
  for (const [peer, title] of PEERS) {
    const config = { name: peer, title, kind: "peer", settings: { peer } };
    try {
      peers.push([title, await openPeer(config, { model, forgetful: true })]);
    } catch (error) {
      if (!(error instanceof PeerAbsentError)) throw error;
      notes.push(`Left out: ${error.message}`);
    }
  }
  const systems: [title: string, compress: (documents: string[]) => Promise<number>][] = [
    ...sieves.map(({ title, sieve }): (typeof systems)[number] => [
      title,
      async (documents) => {
        const started = performance.now();
        await sieve.compress({ documents, rate: share });
        return performance.now() - started;
      },
    ]),
    ...peers.map(([title, system]): (typeof systems)[number] => [
      title,
      async (documents) => (await system.compress({ question: "", documents, share, ceiling: 0 })).ms as number,
    ]),
  ];
  const speeds = new Map<string, number[]>(systems.map(([title]) => [title, []]));
  for (let round = -1; round < rounds; round += 1) {
    const documents = makeDocuments(count, tokens, 90_000 + round);
    for (let turn = 0; turn < systems.length; turn += 1) {
      const [title, compress] = systems[(turn + round + systems.length) % systems.length] as (typeof systems)[number];
      const ms = await compress(documents);
      // The first round warms up.
      if (round >= 0) speeds.get(title)?.push((1000 * count * tokens) / ms);
    }
  }
  for (const [, system] of peers) await system.close();
  for (const { sieve } of sieves) await sieve.dispose();
  const isOurs = (title: string) => sieves.some((own) => own.title === title);
  const figures = [...speeds].flatMap(([title, values]): Figure[] => [
    { name: title, value: median(values), unit: "tokens/s", rounds: values },
    ...(isOurs(title) ? [] : sieves).map((own) => ({
      name: `${own.title} against ${title}`,
      value: median((speeds.get(own.title) ?? []).map((speed, round) => speed / (values[round] as number))),
      unit: "times",
    })),
  ]);
  return {
    figures,
    notes: [...notes, "Tokens are o200k tokens of the documents, within a sentence of what was asked for."],
  };
};
