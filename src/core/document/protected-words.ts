/** Words that turn a statement around or bound it, in the languages that prompts are mostly written in. */
const NEGATIONS = new Set(
  [
    // English
    "no not never none nope nah nay nil nought naught nothing nobody nowhere neither nor without cannot except unless only hardly barely scarcely excluding dont doesnt didnt isnt arent wasnt werent cant couldnt wont wouldnt shouldnt mustnt hasnt havent hadnt",
    // German, Dutch, Swedish, Danish
    "nicht kein keine keinen keinem keiner keines nie niemals nichts niemand ohne außer weder nur niet geen nooit niets zonder alleen behalve inte ingen inga aldrig utan ikke intet aldri uden",
    // French, Italian, Spanish, Portuguese, Catalan, Romanian
    "ne pas jamais rien aucun aucune sans sauf ni seulement non mai nessuno nessuna niente senza né soltanto nunca nada nadie ninguno ninguna ningún sin salvo excepto solo sólo tampoco não nem nenhum nenhuma ninguém sem exceto apenas cap sense nu niciodată fără",
    // Polish, Czech, Russian, Ukrainian, Greek, Turkish
    "nie nigdy bez żaden nikt nic tylko ne nikdy žádný nikdo pouze не нет ни никогда ничего никто без кроме только немає ніколи нічого δεν μην όχι ποτέ χωρίς μόνο değil yok hiç asla hiçbir",
    // Arabic, Hebrew, Persian, Hindi
    "لا لم لن ليس ليست غير بدون إلا لیس لא لא אין אינו אינה בלי ללא אף רק نه نیست بدون فقط नहीं न मत बिना कभी केवल",
  ]
    .join(" ")
    .split(" "),
);
/** Negating morphemes of scripts that write them inside words. */
const UNSPACED_NEGATION =
  /^(?:不|没|沒|無|无|未|非|别|別|莫|勿|否|ない|なく|なかっ|ません|ず|ぬ|なし|以外|だけ|のみ|안|못|없|않|아니|말|ไม่|มิ|ห้าม|อย่า)/u;

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
  const lower = surface.normalize("NFKC").toLowerCase().replace(/[’ʼ]/gu, "'").replace(INVISIBLE, "");
  return isBareNegation(lower) || (WRAPPING.test(lower) && lower.split(WRAPPING).some(isBareNegation));
}

/** Characters that are not seen: soft hyphens, joiners, marks of direction. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/gu;
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
    UNSPACED_NEGATION.test(lower)
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

/** What is between the two figures of a range or a product. */
export function isRangeWord(surface: string): boolean {
  return /^(?:to|or|and|by|per|of|in|bis|oder|und|mal|à|ou|et|o|y|x|[-–—:/])$/iu.test(surface);
}

/** What bounds the figure after it: without it, `at most 5` would be 5. */
export function isBound(surface: string): boolean {
  return /^(?:than|least|most|to|over|under|above|below|until|exceeding|minimum|maximum|min|max|mindestens|höchstens|über|unter|moins|plus|menos|más)$/iu.test(
    surface,
  );
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
export function protectionOf(surface: string): Protection {
  if (PLAIN_WORD.test(surface)) {
    const lower = surface.toLowerCase();
    if (NEGATIONS.has(lower)) return "negation";
    return NUMBER_WORDS.has(lower) ? "number" : undefined;
  }
  if (isNegation(surface)) return "negation";
  if (isIdentifier(surface)) return "identifier";
  return isNumber(surface) ? "number" : undefined;
}
