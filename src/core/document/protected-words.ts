import { foldWord } from "../text/fold.js";
import { rememberWords } from "../text/remember-words.js";
import { ENGLISH_TOO, NEGATIONS as NEGATIONS_BY_LANGUAGE } from "./word-lists/negations.js";
import { NUMBERS } from "./word-lists/numbers.js";
import { BOUNDS } from "./word-lists/pivots.js";

/** Words that turn a statement around or bound it, of all languages that are listed. */
const NEGATIONS = new Set(Object.values(NEGATIONS_BY_LANGUAGE).flatMap((words) => words.split(" ")));
/** Number words of other languages than English. */
const FOREIGN_NUMBERS = new Set(Object.values(NUMBERS).flatMap((words) => words.split(" ")));
const BOUND_WORDS = new Set(BOUNDS.split(" "));
/** Negating morphemes of scripts that write them inside words. */
const UNSPACED_NEGATION =
  /[不没沒無无未非莫勿]|[别別](?!的)|^否|禁|除非|除了|除外|以外|过敏|過敏|拒|停|ない|なく|なかっ|ません|ず$|ぬ$|なし|だけ|のみ|않|못|없|아니|^안$|말|ไม่|มิ|ห้าม|อย่า/u;
const SPACED_SCRIPT = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{N}\p{P}\p{S}]*$/u;

/** Words after a number that say what it counts. */
const UNITS = new Set(
  "% ‰ ° °c °f c f k kg g mg µg mcg ng lb lbs oz t ton tons tonne tonnes m km cm mm µm nm mi mile miles ft feet foot in inch inches yd yard yards l ml dl litre litres liter liters gal gallon gallons s sec secs second seconds ms µs us ns millisecond milliseconds microsecond microseconds min mins minute minutes h hr hrs hour hours d day days week weeks month months year years decade decades century centuries am pm a.m p.m utc gmt bc ad bce ce hz khz mhz ghz w kw mw gw kwh mwh v kv mv ma ah mah pa kpa hpa bar psi n j kj cal kcal mol mmol mm3 m2 m3 km2 ha acre acres mph kph rpm fps dpi px pt em rem vh vw b kb mb gb tb pb kib mib gib tib bit bits byte bytes kbps mbps gbps token tokens word words percent percentage pp bps usd eur gbp jpy chf cny inr dollar dollars cent cents euro euros pound pounds yen yuan rupee rupees thousand million millions billion billions trillion trillions hundred hundreds dozen dozens times x fold degree degrees celsius fahrenheit kelvin people users requests req rps qps retries replicas nodes cores threads pages items rows files lines points gram grams kilogram kilograms milligram milligrams microgram micrograms stone st ct au ly pc å hectare hectares metre metres meter meters kilometre kilometres kilometer kilometers centimetre centimetres centimeter centimeters millimetre millimetres millimeter millimeters micrometre micrometres micrometer micrometers nanometre nanometres nanometer nanometers millilitre millilitres milliliter milliliters cl hl pint pints cup cups tbsp tsp tablespoon tablespoons teaspoon teaspoons night nights quarter quarters season seasons hertz watt watts kilowatt kilowatts megawatt megawatts volt volts amp amps ampere amperes joule joules newton newtons pascal pascals calorie calories lumen lumens lm lux db dba mmhg ppm ppb mol/l m/s cm2 mm2 sq sqm sqft cm3 ft2 ft3 mbit gbit kbit mbit/s gbit/s sek nok dkk pln czk aud cad krw brl zar thousands pair pairs person persons guest guests patient patients student students employee employees customer customers member members passenger passengers participant participants household households child children man men woman women vote votes case cases death deaths copy copies question questions sample samples room rooms seat seats floor floors step steps attempt attempts connection connections instance instances process processes chunk chunks character characters line page file item row user request node core thread point document documents message messages version versions letter letters chapter chapters".split(
    " ",
  ),
);
/** The same without raised figures and look-alikes, as `m²` and the two letters mu are written. */
const FLAT_UNITS = new Set([...UNITS].map((unit) => unit.normalize("NFKC")));
/** No unit is longer, `kilometres/hours` and the like included, in UTF-16 code units. */
const LONGEST_UNIT = 64;
const NUMBER_WORDS = new Set(
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion half quarter double triple".split(
    " ",
  ),
);
const MONTHS = new Set(
  "january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec".split(
    " ",
  ),
);

/** Most words of English: nothing about them but the word itself can speak for protection. */
const PLAIN_WORD = /^[A-Za-z][a-z]*$/;

/** What a run of glued words may be protected as. */
export type Protection = "negation" | "number" | "unit" | "identifier" | undefined;

/** A negation: it flips or bounds what its sentence says. */
export function isNegation(surface: string): boolean {
  const lower = foldWord(surface);
  return isBareNegation(lower) || (WRAPPING.test(lower) && lower.split(WRAPPING).some(isBareNegation));
}

/** What may stand around a word: entities, commands, escapes, tags, emphasis, quotes. */
const WRAPPING = /&#?\w{1,8};|\\+[a-z]*|<\/?[a-z][^<>]{0,40}>|[^\p{L}\p{M}\p{N}']+/u;
/** Contractions without their apostrophe. */
const CONTRACTION =
  /^(?:do|does|did|is|are|was|were|ca|could|wo|would|should|must|might|may|need|has|have|had|sha|ai)nt$/u;

function isBareNegation(lower: string): boolean {
  return (
    CONTRACTION.test(lower) ||
    /^(?:no|non|not|never|un|anti)[-‐‑]\p{L}|\p{L}[-‐‑](?:free|less)$/u.test(lower) ||
    NEGATIONS.has(lower) ||
    NEGATIONS.has(lower.replace(/'/gu, "")) ||
    lower.endsWith("n't") ||
    (!SPACED_SCRIPT.test(lower) && UNSPACED_NEGATION.test(lower))
  );
}

/** A number in digits, or a number word. */
export function isNumber(surface: string): boolean {
  if (PLAIN_WORD.test(surface)) return NUMBER_WORDS.has(surface.toLowerCase());
  return /\p{N}/u.test(surface) || /^[零〇一二三四五六七八九十百千万億亿兆]+$/u.test(surface) || isNumberWord(surface);
}

function isNumberWord(surface: string): boolean {
  const lower = surface.toLowerCase();
  return NUMBER_WORDS.has(lower) || lower.split("-").every((part) => NUMBER_WORDS.has(part));
}

/** A unit, currency, scale or month, also in the genitive and with raised figures: protected next to a number. */
export function isUnit(surface: string): boolean {
  if (surface.length > LONGEST_UNIT) return false;
  const lower = surface.toLowerCase().replace(/['’]s?$/u, "");
  const flat = lower.normalize("NFKC");
  return (
    FLAT_UNITS.has(flat) ||
    MONTHS.has(lower) ||
    /^[€$£¥₹₩₽₺₴%‰°]$/u.test(surface) ||
    flat.split("/").every((part) => FLAT_UNITS.has(part))
  );
}

/** Whether a word behind a number is its unit. An inch is one only with nothing behind it that a preposition could govern. */
export function isUnitOfNumber(surface: string, next: string | undefined): boolean {
  return isUnit(surface) && !(/^in$/iu.test(surface) && isGoverned(next));
}

/** Whether a word may stand behind a preposition: `born 22 February 1969 in Dombås`, but not `6 in wide`. */
function isGoverned(surface: string | undefined): boolean {
  return surface !== undefined && /^\p{L}/u.test(surface) && !BEHIND_A_MEASURE.test(surface);
}

const BEHIND_A_MEASURE =
  /^(?:of|x|by|and|or|to|wide|long|high|deep|tall|thick|across|square|diameter|width|length|height|depth|thickness|above|below|apart|per)$/iu;

/** Whether a folded word turns what stands around it: a negation, a condition, an exception, a bound. */
export function turnsMeaning(word: string): boolean {
  return isNegation(word) || TURNING.test(word);
}

const TURNING =
  /^(?:if|unless|until|till|provided|but|save|apart|unlike|instead|almost|nearly|allegedly|about|refused?|failed|denied|forbidden|used|against|least|most|more|less|[<>≤≥!]=?)$/u;

/** Whether a word of a language's negations means something else in English. */
export function isEnglishToo(word: string): boolean {
  return ENGLISH_TOO.has(word);
}

/** A number word of another language than English. */
export function isForeignNumber(word: string): boolean {
  return FOREIGN_NUMBERS.has(word);
}

/** What is between the two figures of a range or a product. */
export function isRangeWord(surface: string): boolean {
  return /^(?:to|or|and|by|per|of|in|bis|oder|und|mal|à|ou|et|o|y|x|[-–—:/])$/iu.test(surface);
}

/** What bounds the figure after it: without it, `at most 5` would be 5. */
export function isBound(surface: string): boolean {
  return BOUND_WORDS.has(foldWord(surface));
}

/**
 * A name that a machine reads: camelCase, snake_case, a path, URL, e-mail address, flag, version, error
 * code, dotted or scoped name, call, or letters mixed with digits.
 */
export function isIdentifier(surface: string): boolean {
  return (
    /^--?[\p{L}\p{N}][\p{L}\p{N}_-]*(?:=.+)?$/u.test(surface) ||
    /\p{L}_|_\p{L}|\p{N}_|_\p{N}/u.test(surface) ||
    /^\p{Ll}+\p{Lu}\p{L}*|^\p{Lu}\p{Ll}+\p{Lu}\p{L}*/u.test(surface) ||
    /:\/\/|[\p{L}\p{N}]@[\p{L}\p{N}]|^[~.]{0,2}\/[\p{L}\p{N}._-]|^[A-Za-z]:\\|::|->|\(\)/u.test(surface) ||
    /[\p{L}\p{N}_]\/[\p{L}\p{N}_-]+(?:[./]|$)/u.test(surface) ||
    // From each dot backwards: a run without one is read no further than its first letter.
    /\.(?=[\p{L}_][\p{L}\p{N}_-])(?<=\p{L}[\p{L}\p{N}_-]*\.)/u.test(surface) ||
    /^(?=.*\p{L})(?=.*\p{Nd})[\p{L}\p{N}._#+-]+$/u.test(surface) ||
    /^[`@#$].*\p{L}/u.test(surface)
  );
}

/**
 * What a glued run of words (`don't`, `3.5`, `--no-cache`) is protected as inside a kept sentence;
 * `undefined` if it is none of these. Units are told apart by {@link isUnit}: they need a neighbour.
 */
export const protectionOf = rememberWords((surface): Protection => {
  if (PLAIN_WORD.test(surface)) {
    const lower = surface.toLowerCase();
    if (NEGATIONS.has(lower) || CONTRACTION.test(lower)) return "negation";
    return NUMBER_WORDS.has(lower) ? "number" : undefined;
  }
  if (isNegation(surface)) return "negation";
  if (isIdentifier(surface)) return "identifier";
  return isNumber(surface) ? "number" : undefined;
});
