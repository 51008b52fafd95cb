/** A statement up to this length that decides nothing is an acknowledgement, in code units. */
const LONGEST_ACKNOWLEDGEMENT = 40;

const ACKNOWLEDGEMENT =
  /^\W*(?:ok(?:ay)?|yes|no|yep|nope|yeah|sure|right|great|fine|good|cool|thanks?|thank you|noted|agreed|hi|hello|hey|dear|bye|goodbye|good (?:morning|afternoon|evening|night)|cheers|regards|(?:best|kind|warm) regards|sincerely|sounds good|see you|lol|welcome)\b/iu;
const WEIGHTY =
  /\b(?:decid\w+|decision|agree[ds]?|approv\w+|reject\w+|action items?|deadline|due|must|never|always|cancel\w*|postpon\w+|moved? to|instead|because|need(?:s|ed)? to|will|shall|please|can you|could you|owner|cost|price|budget|problem|bug|fail\w*|broken|error|fix(?:ed)?|remember|important|urgent|not)\b|[€$£¥%]|\d/iu;

const PRIOR = { acknowledgement: 0.15, plain: 0.5, weighty: 0.65 };

/** What a statement in a conversation is worth without a question: decisions, requests and figures before greetings. */
export function priorOfStatement(statement: string): number {
  const opening = statement.slice(0, 400);
  const isWeighty = WEIGHTY.test(opening);
  if (!isWeighty && statement.length <= LONGEST_ACKNOWLEDGEMENT && ACKNOWLEDGEMENT.test(opening)) {
    return PRIOR.acknowledgement;
  }
  return isWeighty ? PRIOR.weighty : PRIOR.plain;
}
