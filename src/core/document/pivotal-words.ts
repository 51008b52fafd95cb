/**
 * Words of English that decide what a clause says and are easily taken for fillers: exceptions and contrasts,
 * conditions, hedges and reports, duties and permissions, quantities without a figure, order and direction. Left out
 * alone, each can make its clause false, wider, narrower, or of somebody else.
 */
const PIVOTAL = new Set(
  // exceptions, contrasts, conditions
  (
    "but except excepting excluding exclude excludes excluded including include includes included besides apart save unlike instead rather although though despite however if unless until till whether provided otherwise else " +
    // hedges, reports, what is not so
    "almost nearly about approximately roughly around allegedly reportedly supposedly apparently probably possibly perhaps maybe likely unlikely supposed alleged rumoured claimed claims denied denies deny refused refuses refuse rejected rejects failed fails fail false untrue fake forged forgery hoax myth wrong incorrect invalid void pretended imaginary hypothetical former formerly ex-used " +
    "promised promises planned plans intended intends tried tries wanted wants expected expects hoped threatened offered asked proposed suggested recommended considered " +
    // duties, permissions, possibility
    "must may might can could should shall would need needs needed ought required require requires optional allowed permitted forbidden prohibited banned barred illegal mandatory exempt " +
    // lack, end, opposite
    "lack lacks lacking lacked missing absent absence stop stops stopped cease ceased cancel cancelled canceled cancels dropped drops dismissed acquitted convicted cleared contraindicated contraindications contraindication allergic allergy free avoid avoids avoided prevent prevents prevented disabled inactive closed empty " +
    // quantities and order without a figure
    "all every each both either any some most few fewer several least less more only just too enough exactly first last next previous same different other another again still yet already seldom rarely sometimes often always usually mostly " +
    // order, direction, comparison
    "than before after during while since against for-against behind ahead above below under over within beyond up down into out off " +
    "longer shorter higher lower heavier lighter older younger earlier later faster slower better worse"
  ).split(" "),
);

/** Whether a word decides what its clause says. */
export function isPivotal(word: string): boolean {
  return PIVOTAL.has(word.toLowerCase());
}
