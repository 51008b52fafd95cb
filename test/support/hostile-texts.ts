/** A kind of text that an attacker, or a blob in a tool's answer, may bring: about so many code units of it. */
export type HostileText = (length: number) => string;

const filled =
  (part: string): HostileText =>
  (length) =>
    part.repeat(Math.ceil(length / part.length));

/** `open` so many times, a core, and as many times `close`. */
const tower =
  (open: string, close: string, core = "x"): HostileText =>
  (length) => {
    const height = Math.floor(length / (open.length + close.length));
    return open.repeat(height) + core + close.repeat(height);
  };

/** One text, then another, each of half the length. */
const halves =
  (first: string, second: string): HostileText =>
  (length) =>
    filled(first)(length / 2) + filled(second)(length / 2);

/** Shapes of text that make a step quadratic where it looks back, looks ahead, or tries again from each place. */
export const HOSTILE_TEXTS: Readonly<Record<string, HostileText>> = {
  // Words without an end.
  "one letter again and again": filled("a"),
  "one capital again and again": filled("A"),
  "a sequence of bases": filled("ACGT"),
  hexadecimal: filled("a1b2"),
  digits: filled("7"),
  "letters beyond ASCII": filled("é"),
  "letters with their marks apart": filled("e\u0301"),
  "camel case": filled("aB"),
  "underscores between letters": filled("a_"),
  "a word of Chinese": filled("中文"),
  "a word of Thai": filled("ก"),
  "letters and hyphens": filled("ab-"),
  "base64 on one line": filled("QmFzZTY0/+9a"),
  // Marks.
  "full stops": filled("."),
  "exclamation marks": filled("!"),
  "stops of Hindi": filled("।"),
  "stops of Chinese": filled("。"),
  ellipses: filled("…"),
  "stops with quotes behind": filled('."'),
  asterisks: filled("*"),
  backticks: filled("`"),
  dashes: filled("—"),
  commas: filled(","),
  quotes: filled('"'),
  apostrophes: filled("'"),
  "a letter between apostrophes": filled("a'"),
  "dots between letters": filled("a."),
  slashes: filled("/a"),
  "at signs": filled("a@"),
  "equals signs": filled("a="),
  // Pairs.
  "brackets that open": filled("("),
  "brackets that close": filled(")"),
  "a tower of brackets": tower("(", ")"),
  "a tower of brackets in the air": tower("( ", " )", " x "),
  "brackets that do not match": halves("(", "]"),
  "kinds of brackets in turn": tower("([{<", ">}])"),
  "quotes in quotes": tower("“", "”"),
  "a banner": tower("*", "*", "WARNING"),
  "banners under one another": filled(`${"*".repeat(40)} NOTE ${"*".repeat(40)}\n`),
  "calls in calls": tower("f(", ")"),
  "calls with a space": tower("f( ", " )"),
  "code in backticks": filled("`a` "),
  "brackets around two words": tower("(", ")", "not happy"),
  // White space and what cannot be seen.
  "blank lines": filled("\n"),
  "blank lines with text": filled("a\n\n\n\n"),
  spaces: filled(" "),
  "spaces in front of numbers": halves(" ", "1. "),
  tabs: filled("\t"),
  "joiners between letters": filled("a\u200d"),
  joiners: filled("\u200d"),
  "zero-width spaces": filled("\u200b"),
  "marks on one letter": (length) => `a${filled("\u0301")(length - 1)}`,
  "marks out of their order": (length) => `a${filled("\u0301\u0316")(length - 1)}`,
  "lone surrogates": filled("\ud800"),
  "direction marks": filled("\u202ea"),
  "control characters": filled("\u0000"),
  // Emoji.
  "families of emoji": filled("👨‍👩‍👧"),
  "one family without an end": filled("👩‍"),
  flags: filled("🇩🇪🇫"),
  "emoji with skin tones": filled("👍🏽"),
  // Data and code.
  "JSON in JSON": tower('{"a":', "}", "1"),
  "arrays in arrays": tower("[", "]", "1"),
  "a JSON string without an end": (length) => `{"a": "${filled("b ")(length)}`,
  "JSON lines": filled('{"a":1,"b":[1,2,3]}\n'),
  backslashes: (length) => `["${filled("\\")(length)}"]`,
  tags: filled("<a>"),
  "tags that close": filled("</a>"),
  "tags in tags": tower("<b>", "</b>"),
  "a comment without an end": (length) => `<!--${filled("- ")(length)}`,
  "fences of code": filled("```\n"),
  "fences of a language that nobody knows": filled("```zigzag\nx = 1;\ny = 2;\nz = 3; // of four\n```\n"),
  "one long fence": filled("`~"),
  "rows of a table": filled("|"),
  headings: filled("# a\n"),
  "list items": filled("- a\n"),
  "indented lines": (length) =>
    Array.from({ length: Math.ceil(Math.sqrt(2 * length)) }, (_, n) => " ".repeat(n)).join("x\n"),
  "semicolons on lines": filled("a;\n"),
  "an assignment of spaces": (length) => `a${filled(" ")(length)}=`,
  // Prose that is not.
  "numbers with stops": filled("1. "),
  abbreviations: filled("e.g. "),
  initials: filled("A. "),
  "short words": filled("a "),
  negations: filled("not "),
  "numbers and units": filled("5 kg "),
  "units over units": (length) => `5 ${filled("m/")(length)}`,
  names: filled("Ann "),
  "sentences of one word": filled("No. Yes! "),
  "one sentence again and again": filled("The ferry left at noon. "),
  genitives: filled("dogs' "),
  "words of many scripts": filled("aяक中ก"),
};
