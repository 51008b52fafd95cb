import { queryOf } from "../question.js";
import { boundedLogOdds } from "./rank.js";
import { sharedRareWords } from "./rare-words.js";
import type { TrimRequest } from "./trim-request.js";
import { type HistoryNote, isText, type MessageFate, type NeutralMessage } from "./types.js";

/** Share of the ceiling that what is fetched back may take. */
const RECALL_SHARE = 0.12;
/** Fewer tokens say nothing: under a low ceiling it may take so many, or a larger share. */
const LEAST_TOKENS = 24;
const LARGEST_SHARE = 0.25;
/** So many of the messages that the question is nearest to. */
const MOST_SOURCES = 6;
/** A message is fetched back if it is so near to the best one, of those that are still there too, in log-odds. */
const NEAR_BEST = 3;
/** A message is fetched back only if it is so likely needed: log-odds, exact words counted in. */
const LEAST_SCORE = -1.5;
/** What the rare words of the question weigh if a message has all of them, in log-odds. */
const WORDS_WEIGHT = 5;
/** What being the newest of all weighs: of two statements of one thing the newer holds. */
const NEWEST_WEIGHT = 1;
const HEAD = "[recalled from earlier in this conversation; a later statement replaces an earlier one]";

/** A message that lost something, or what is left of one. */
interface Source {
  index: number;
  role: NeutralMessage["role"];
  text: string;
  isLost: boolean;
}

/**
 * Fetches back what the question asks for from messages that earlier trims dropped or cut, unless what is left says it
 * as well: the nearest messages by meaning and by exact words, each with its source, under a share of the ceiling.
 */
export async function recalledNote(
  request: TrimRequest,
  fates: readonly MessageFate[],
  before: number,
): Promise<{ note: HistoryNote; sources: number[] } | undefined> {
  const { options, query, sieve, count, messages } = request;
  const question = queryOf(query);
  const sources = sourcesOf(messages, fates, before);
  if (!options.recall || question === undefined || !sources.some(({ isLost }) => isLost)) return undefined;
  const scores = await scoresOf(request, sources, messages.length);
  const best = Math.max(...scores);
  const heldBy = new Map(
    sources.flatMap(({ index, isLost }, place) => (isLost ? [] : [[index, scores[place] as number]])),
  );
  const near = sources
    .map((source, place) => ({ ...source, score: scores[place] as number }))
    .filter(({ score }) => score >= Math.max(LEAST_SCORE, best - NEAR_BEST))
    .sort((a, b) => b.score - a.score || b.index - a.index)
    .slice(0, MOST_SOURCES)
    .filter(({ isLost, index, score }) => isLost && score > (heldBy.get(index) ?? Number.NEGATIVE_INFINITY));
  if (near.length === 0) return undefined;
  const { maxTokens } = options;
  const most = Math.floor(Math.max(RECALL_SHARE * maxTokens, Math.min(LEAST_TOKENS, LARGEST_SHARE * maxTokens)));
  const room = most - (await count(HEAD)) - options.messageOverhead;
  if (room < 1) return undefined;
  const { tokenizer, signal } = options.passed;
  const chosen = (await mostThatFit(near, room, count)).sort((a, b) => a.index - b.index);
  const { documents } = await sieve.compress({
    documents: chosen.map(({ text }, place) => ({ text, id: String(place) })),
    query: question,
    maxTokens: room,
    template: ({ id }, text) => withSource(chosen[Number(id)] as Source, text),
    separator: "\n",
    ...{ tokenizer, signal, form: "compact" },
  });
  if (documents.length === 0) return undefined;
  const lines = documents.map(({ index, text }) => withSource(chosen[index] as Source, text));
  return {
    note: { kind: "recalled", before, text: [HEAD, ...lines].join("\n") },
    sources: documents.map(({ index }) => (chosen[index] as Source).index),
  };
}

/** Messages before the question that lost something, whole, and what is left of all. */
function sourcesOf(messages: readonly NeutralMessage[], fates: readonly MessageFate[], before: number): Source[] {
  return messages.slice(0, before).flatMap((message, index): Source[] => {
    const { role } = message;
    const fate = fates[index] as MessageFate;
    const whole = message.parts.filter(isText).map(({ text }) => text);
    if (role === "system") return [];
    const lost = fate === "whole" ? [] : [{ index, role, text: whole.join("\n"), isLost: true }];
    const left =
      fate === "dropped" ? [] : [{ index, role, text: (fate === "whole" ? whole : fate).join("\n"), isLost: false }];
    return [...lost, ...left].filter(({ text }) => text.trim() !== "");
  });
}

/** How much each source is needed for the question: by meaning, by the question's rare words, and by age. */
async function scoresOf(
  { sieve, options, query }: TrimRequest,
  sources: readonly Source[],
  length: number,
): Promise<number[]> {
  const { tokenizer, signal } = options.passed;
  const texts = sources.map(({ text }) => text);
  const { documents } = await sieve.compress({ documents: texts, query: queryOf(query), rate: 1, tokenizer, signal });
  const relevance = new Map(documents.map((document) => [document.index, document.relevance]));
  const words = sharedRareWords(query.join("\n"), texts);
  return sources.map(({ index }, place) => {
    const meaning = boundedLogOdds(relevance.get(place) ?? 0);
    return meaning + WORDS_WEIGHT * (words[place] as number) + (NEWEST_WEIGHT * index) / length;
  });
}

/** The first that fit together; the first one in any case. */
async function mostThatFit<Candidate extends Source>(
  candidates: readonly Candidate[],
  room: number,
  count: TrimRequest["count"],
): Promise<Candidate[]> {
  const chosen: Candidate[] = [];
  let tokens = 0;
  for (const candidate of candidates) {
    tokens += (await count(withSource(candidate, candidate.text))) + 1;
    if (chosen.length > 0 && tokens > room) break;
    chosen.push(candidate);
  }
  return chosen;
}

function withSource({ role, index }: Source, text: string): string {
  return `${role}, message ${index + 1}: ${text}`;
}
