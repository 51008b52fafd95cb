/** Inflected forms that no ending gives away, by their lemma. */
const IRREGULAR: Readonly<Record<string, string>> = {
  be: "am is are was were been being",
  have: "has had having",
  do: "does did done",
  go: "goes went gone",
  get: "got gotten getting",
  say: "said",
  make: "made",
  take: "took taken",
  see: "saw seen",
  come: "came coming",
  know: "knew known",
  think: "thought",
  give: "gave given",
  find: "found",
  tell: "told",
  become: "became",
  leave: "left",
  feel: "felt",
  bring: "brought",
  begin: "began begun",
  keep: "kept",
  hold: "held",
  write: "wrote written",
  stand: "stood",
  hear: "heard",
  mean: "meant",
  meet: "met",
  run: "ran",
  pay: "paid",
  sit: "sat",
  speak: "spoke spoken",
  lead: "led",
  grow: "grew grown",
  lose: "lost",
  fall: "fell fallen",
  send: "sent",
  build: "built",
  understand: "understood",
  draw: "drew drawn",
  break: "broke broken",
  spend: "spent",
  rise: "rose risen",
  drive: "drove driven",
  buy: "bought",
  wear: "wore worn",
  choose: "chose chosen",
  eat: "ate eaten",
  fly: "flew flown",
  sell: "sold",
  teach: "taught",
  catch: "caught",
  win: "won",
  child: "children",
  man: "men",
  woman: "women",
  person: "people",
  foot: "feet",
  tooth: "teeth",
  mouse: "mice",
  good: "better best",
  bad: "worse worst",
};

const LEMMA_OF = new Map(
  Object.entries(IRREGULAR).flatMap(([lemma, forms]) => forms.split(" ").map((form) => [form, lemma] as const)),
);

/**
 * The dictionary form of an English word, lower-cased, by rules and a list of irregular forms: what the
 * reference implementation takes spaCy's lemmas for. Other words come back lower-cased.
 */
export function lemmaOf(surface: string): string {
  const word = surface.toLowerCase();
  const irregular = LEMMA_OF.get(word);
  if (irregular !== undefined) return irregular;
  if (!/^[a-z]{4,}$/u.test(word)) return word;
  if (word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  if (/(?:ss|sh|ch|x|zz)es$/u.test(word)) return word.slice(0, -2);
  if (/[^su]s$/u.test(word) && !word.endsWith("is")) return word.slice(0, -1);
  if (word.endsWith("ied")) return `${word.slice(0, -3)}y`;
  if (word.endsWith("ing") && hasVowel(word.slice(0, -3))) return restoreStem(word.slice(0, -3));
  if (word.endsWith("ed") && hasVowel(word.slice(0, -2))) return restoreStem(word.slice(0, -2));
  return word;
}

function hasVowel(stem: string): boolean {
  return stem.length >= 2 && /[aeiouy]/u.test(stem);
}

/** The stem an ending stood on: a doubled consonant is halved, a lost final e comes back. */
function restoreStem(stem: string): string {
  if (/([bdgklmnprt])\1$/u.test(stem) && !/(?:ll|ss)$/u.test(stem)) return stem.slice(0, -1);
  const lostE = /(?:[aeiou][csvz]|[^aeiou][aiou][dklmnprt]|at|dg|rg|rs|rv|[bcdgkt]l|u)$/u;
  const short = /^[^aeiou]*[aeiouy][^aeiouwxy]$/u.test(stem);
  return short || lostE.test(stem) ? `${stem}e` : stem;
}
