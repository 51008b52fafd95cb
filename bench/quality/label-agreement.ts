/** Counts of labels against a truth, word by word. */
export interface Agreement {
  words: number;
  different: number;
  both: number;
  given: number;
  expected: number;
}

/** Agreement in shares, 0..1. */
export interface AgreementShares {
  words: number;
  /** Words labelled differently. */
  different: number;
  /** Of the words that were labelled, those that should be. */
  precision: number;
  /** Of the words that should be labelled, those that were. */
  recall: number;
}

export function startAgreement(): Agreement {
  return { words: 0, different: 0, both: 0, given: 0, expected: 0 };
}

export function countLabel(agreement: Agreement, expected: boolean, given: boolean): void {
  agreement.words += 1;
  agreement.different += Number(expected !== given);
  agreement.both += Number(expected && given);
  agreement.given += Number(given);
  agreement.expected += Number(expected);
}

export function agreementShares({ words, different, both, given, expected }: Agreement): AgreementShares {
  const share = (part: number, whole: number) => (whole === 0 ? 1 : Number((part / whole).toFixed(5)));
  return { words, different: share(different, words), precision: share(both, given), recall: share(both, expected) };
}
