import { PIVOTS } from "./word-lists/pivots.js";

/** Without these a clause says the opposite. */
const DOUBT =
  "doubt doubts doubted doubting doubtful disbelieve disbelieves disbelieved dispute disputes disputed refuted disproved debunked";

/** Without these what is false, feigned, given up or only partly so is said as it is. */
const NOT_QUITE =
  "mistakenly falsely erroneously wrongly wrongfully incorrectly purportedly ostensibly nominally theoretically jokingly unconfirmed unverified purported so-called self-styled self-proclaimed would-be mock fictional fictitious legend withdrawn partially partly former acting interim ex few exception aside";

/**
 * Words of English that decide what a clause says and are easily taken for fillers: exceptions and contrasts,
 * conditions, hedges and reports, duties and permissions, lack and end, comparisons. Left out alone, each can make its
 * clause false, wider, narrower, or of somebody else.
 */
const PIVOTAL = new Set(
  [
    // Exceptions, contrasts, conditions.
    "but except excepting excluding exclude excludes excluded excl apart save unlike instead rather although though despite however if unless until till whether provided otherwise",
    // Hedges and reports, what is not so.
    DOUBT,
    NOT_QUITE,
    "almost nearly allegedly reportedly supposedly apparently unlikely supposed alleged rumoured claimed claims denied denies denying deny refused refuses refuse rejected rejects failed fails fail false untrue fake forged forgery hoax myth wrong incorrect invalid void hypothetical former formerly promised promises planned intended tried wanted expected asked proposed",
    // Duties, permissions, possibility.
    "must may might could should would need needs ought optional allowed permitted forbidden prohibited banned barred illegal mandatory exempt",
    // Lack, end, opposite.
    "lack lacks lacking lacked missing absent stop stopped cancelled canceled dropped dismissed acquitted convicted contraindicated contraindications contraindication allergic avoid avoided prevent prevented disabled suspended revoked repealed withdrawn abolished",
    // Quantities and comparisons without a figure.
    "all both either few fewer less more enough too last seldom rarely sometimes than against behind ahead lighter heavier longer shorter higher lower older younger earlier later faster slower better worse",
  ].flatMap((words) => words.split(" ")),
);

/** Those that a model's pivots too often miss. */
const MISSED = new Set(
  [
    "but except excepting excluding exclude excludes excluded excl apart save unlike instead rather despite if unless until till whether provided otherwise",
    DOUBT,
    NOT_QUITE,
    "allegedly supposedly false untrue fake hoax myth must may suspended revoked repealed dropped acquitted convicted",
    "all both either against behind ahead",
  ].flatMap((words) => words.split(" ")),
);

/** The same of other languages. */
const FOREIGN = new Set(Object.values(PIVOTS).flatMap((words) => words.split(" ")));

/**
 * Whether a folded word of English decides what its clause says.
 *
 * @param isJudged Whether a model says which words decide: then only those that it often misses are listed.
 */
export function isPivotal(word: string, isJudged: boolean): boolean {
  return (isJudged ? MISSED : PIVOTAL).has(word);
}

/** Whether a folded word decides what its clause says in a language that is not English. */
export function isForeignPivot(word: string): boolean {
  return FOREIGN.has(word);
}
