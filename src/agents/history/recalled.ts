import { queryOf, shortened } from "../question.js";
import { isApproval, withoutAnnouncements } from "../speech.js";
import { questionsAnswered } from "./exchanges.js";
import { boundedLogOdds } from "./rank.js";
import { sharedRareWords } from "./rare-words.js";
import type { TrimRequest } from "./trim-request.js";
import { type HistoryNote, isText, type MessageFate, type NeutralMessage, saidIn } from "./types.js";

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
/** Code units of a question that stands before its answer. */
const LONGEST_QUESTION = 160;
/** Of the room, it may take so much, or goes. */
const LARGEST_QUESTION_SHARE = 0.5;
const HEAD = "[recalled from earlier in this conversation; a later statement replaces an earlier one]";

/** A message that lost something, or what is left of one. */
interface Source {
  index: number;
  role: NeutralMessage["role"];
  text: string;
  isLost: boolean;
  /** Indices of the questions that it answers. */
  answers: readonly number[];
}

/** What is known of a source for the question of the moment: log-odds that it is needed. */
interface Scored extends Source {
  /** By what it says itself. */
  own: number;
  /** By what it says and the questions that it answers. */
  score: number;
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
  const said = (index: number) => saidIn(messages[index] as NeutralMessage);
  const sources = sourcesOf(messages, fates, before);
  if (!options.recall || question === undefined || !sources.some(({ isLost }) => isLost)) return undefined;
  const scored = withQuestions(sources, await scoresOf(request, sources, messages.length));
  const best = Math.max(...scored.map(({ own }) => own));
  const heldBy = new Map(scored.flatMap(({ index, isLost, own }) => (isLost ? [] : [[index, own]])));
  const near = scored
    .filter(({ score }) => score >= Math.max(LEAST_SCORE, best - NEAR_BEST))
    .sort((a, b) => b.score - a.score || b.index - a.index)
    .slice(0, MOST_SOURCES)
    .filter(({ isLost, index, own }) => isLost && own > (heldBy.get(index) ?? Number.NEGATIVE_INFINITY));
  if (near.length === 0) return undefined;
  const { maxTokens } = options;
  const most = Math.floor(Math.max(RECALL_SHARE * maxTokens, Math.min(LEAST_TOKENS, LARGEST_SHARE * maxTokens)));
  const room = most - (await count(HEAD)) - options.messageOverhead;
  if (room < 1) return undefined;
  const { tokenizer, signal } = options.passed;
  // A question that is asked once more, word for word, is not said twice.
  const askedBy = ({ answers }: Source) => answers.map(said).filter((asked) => !query.includes(asked));
  const full = (source: Source, text: string) => withSource(source, text, askedBy(source).join(" "));
  const isTight = (await count(full(near[0] as Scored, ""))) > LARGEST_QUESTION_SHARE * room;
  const written = isTight ? (source: Source, text: string) => withSource(source, text, "") : full;
  const chosen = await mostThatFit(near, room, (source) => count(written(source, source.text)));
  chosen.sort((a, b) => a.index - b.index);
  const { documents } = await sieve.compress({
    documents: chosen.map(({ text }, place) => ({ text, id: String(place) })),
    query: question,
    maxTokens: room,
    template: ({ id }, text) => written(chosen[Number(id)] as Source, text),
    separator: "\n",
    ...{ tokenizer, signal, form: "compact" },
  });
  if (documents.length === 0) return undefined;
  const lines = documents.map(({ index, text }) => written(chosen[index] as Source, text));
  return {
    note: { kind: "recalled", before, text: [HEAD, ...lines].join("\n") },
    sources: documents.map(({ index }) => (chosen[index] as Source).index),
  };
}

/** Messages before the question, itself not, that lost something, whole, and what is left of all. */
function sourcesOf(messages: readonly NeutralMessage[], fates: readonly MessageFate[], before: number): Source[] {
  const answered = questionsAnswered(messages);
  const asking = messages.findLastIndex((message) => message.role === "user" && !isApproval(saidIn(message)));
  return messages.slice(0, before).flatMap((message, index): Source[] => {
    const source = { index, role: message.role, answers: answered.get(index) ?? [] };
    const fate = fates[index] as MessageFate;
    const whole = message.parts.filter(isText).map(({ text }) => text);
    if (message.role === "system" || index === asking) return [];
    const lost = fate === "whole" ? [] : [{ ...source, text: whole.join("\n"), isLost: true }];
    const left =
      fate === "dropped" ? [] : [{ ...source, text: (fate === "whole" ? whole : fate).join("\n"), isLost: false }];
    return [...lost, ...left].filter(
      ({ text, role }) => (role === "assistant" ? withoutAnnouncements(text) : text).trim() !== "",
    );
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

/**
 * Sources that tell something: a question is found by its own words, but tells nothing without its answer, which takes
 * its score over. The best question counts as much as the best of what tells something, no more.
 */
function withQuestions(sources: readonly Source[], scores: readonly number[]): Scored[] {
  const questions = new Set(sources.flatMap(({ answers }) => answers));
  const scored = sources.map((source, place) => ({ ...source, own: scores[place] as number }));
  const telling = scored.filter(({ index }) => !questions.has(index));
  const asked = new Map<number, number>();
  for (const { index, own } of scored)
    if (questions.has(index)) asked.set(index, Math.max(own, asked.get(index) ?? own));
  const best = Math.max(LEAST_SCORE, ...telling.map(({ own }) => own));
  const excess = Math.max(0, ...[...asked.values()].map((score) => score - best));
  return telling.map((source) => ({
    ...source,
    score: Math.max(source.own, ...source.answers.map((question) => (asked.get(question) ?? source.own) - excess)),
  }));
}

/** Those that fit together, the first of them first; that one in any case. */
async function mostThatFit<Candidate extends Source>(
  candidates: readonly Candidate[],
  room: number,
  tokensOf: (candidate: Candidate) => number | Promise<number>,
): Promise<Candidate[]> {
  const chosen: Candidate[] = [];
  let tokens = 0;
  for (const candidate of candidates) {
    const own = (await tokensOf(candidate)) + 1;
    if (chosen.length > 0 && tokens + own > room) continue;
    tokens += own;
    chosen.push(candidate);
  }
  return chosen;
}

function withSource({ role, index, answers: [first = 0] }: Source, text: string, asked: string): string {
  const question = asked === "" ? "" : `user, message ${first + 1}: ${shortened(asked, LONGEST_QUESTION)}\n`;
  return `${question}${role}, message ${index + 1}: ${text}`;
}
