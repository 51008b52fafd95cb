/** Code units of a text that are looked at. */
const SAMPLE_LENGTH = 600;
/** Share of a text's words from which on words like these say what it is: in running English a third or more are. */
const ENGLISH_SHARE = 0.12;
const OTHER_SHARE = 0.1;
/** Share of words with letters beyond ASCII from which on a text may be of another language; in a short one they may be names. */
const MARKED_SHARE = 0.08;
const SHORT_MARKED_SHARE = 0.51;
/** A text of fewer letters is short: what its pairs and triples of letters say is chance. */
export const LONG_ENOUGH = 40;

/** Common in English, and in no other language that is written in Latin letters. */
const ENGLISH = new Set(
  "the of and to is that with for this it be which by from have has not they you what how who when where does did would should could their its these those there been were will can if at your our his her but about into than then only also".split(
    " ",
  ),
);
/** Common in other languages, and rare in English. */
const OTHER = new Set(
  [
    "der die das und ist nicht ein eine einen dem den des mit für auf von zu im wird sind wie wer wo wann warum welche welcher welches werden oder auch sie wir bei nach über wurde hat haben sich als aus",
    "el la los las de del que en y es por para con una un se su como más qué quién cuál cuándo cuánto cuántos cuántas dónde tiene fue son lo al pero está",
    "le les et est une dans pour pas qui sur avec par ce cette sont du au aux vous nous il elle ne ou quel quelle quand combien où été",
    "os um uma não da dos das em mais ao quem quando quantos quantas onde qual tem foi são você",
    "il gli di che chi dove quanti è sono della nel alla questo quale anche non si ha",
    "het een van wanneer waar welke ik niet dat op zijn te met voor naar wordt worden aan door ook bij",
    "och vem när att det som på är för inte till ett av har og ikke",
    "kto gdzie w z na się nie jest przez oraz jak jako",
    "kuka missä ve bir bu için ile olarak ne yang itu untuk tidak dari pada",
  ].flatMap((words) => words.split(" ")),
);
/** Of these, those that stand in names which are at home in English: Los Angeles, Les Misérables. */
const NAME_PARTS = new Set(
  "au da de del des di die du el en es la las le les lo los na para san são si un une van von".split(" "),
);

/**
 * The language of a text in Latin letters, as an ISO 639-3 code; undefined if nothing in it says that it is English and
 * nothing that it is not: a name, a list, a command. Function words decide where they can: plain English is never
 * looked at closer, and what has neither function words nor letters of another language is not taken for one.
 */
export async function languageOf(text: string): Promise<string | undefined> {
  const sample = text.slice(0, SAMPLE_LENGTH);
  const guess = guessLanguage(sample);
  if (guess !== "other") return guess;
  const { franc } = await import("franc-min");
  const code = isLong(sample) ? franc(sample) : franc(sample, { minLength: 1, ignore: ["eng"] });
  return code === "und" ? undefined : code;
}

/** Whether a word is common in another language than English: `Der` and `Los` at the start of a sentence are no names. */
export function isForeignFunctionWord(word: string): boolean {
  return OTHER.has(word.toLowerCase());
}

/** Whether a text has letters enough to tell its language by itself. */
export function isLong(text: string): boolean {
  return (text.match(/\p{L}/gu)?.length ?? 0) >= LONG_ENOUGH;
}

function guessLanguage(sample: string): "eng" | "other" | undefined {
  const words = sample.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? [];
  const share = (test: (word: string) => boolean) => words.filter(test).length / words.length;
  if (share((word) => ENGLISH.has(word)) >= ENGLISH_SHARE) return "eng";
  const isShort = !isLong(sample);
  if (isShort && words.length === 1) return undefined;
  const other = share((word) => OTHER.has(word) && !(isShort && NAME_PARTS.has(word)));
  const marked = share((word) => /[^a-z]/u.test(word));
  return other >= OTHER_SHARE || marked >= (isShort ? SHORT_MARKED_SHARE : MARKED_SHARE) ? "other" : undefined;
}
