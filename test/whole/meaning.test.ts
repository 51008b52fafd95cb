import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSieve, type Sieve } from "../../src/core/index.js";
import { hasBundledModel } from "../support/bundled-model.js";
import { type MeaningTemplate, TEMPLATES, WORD_LISTS } from "../support/meaning-templates.js";

/** Sentences that are made of the templates. */
const SENTENCES = Number(process.env.SENTENCES ?? 2000);
const RATES = [0.3, 0.5, 0.7];
/** Sentences that are compressed at a time. */
const BATCH = 64;

/** A template with its words filled in. */
interface Statement {
  text: string;
  said: readonly string[];
  needs: readonly string[];
}

/** Fills a template: the words of each list begin at a place of their own, so that all are met. */
function fill({ sentence, said, needs }: MeaningTemplate, round: number): Statement {
  const names = [...new Set([...sentence.matchAll(/\{(\w+?)(\d?)\}/gu)].map(([name]) => name))];
  const words = new Map(
    names.map((name, place) => {
      const [, list = "", step = ""] = /\{(\w+?)(\d?)\}/u.exec(name) ?? [];
      const own = WORD_LISTS[list] ?? [];
      // Two of one list never meet.
      const shift = step === "" ? 0 : Number(step) - 1;
      return [
        name,
        own[(round * (list.length + 3) + shift + (shift === 0 ? place : place - shift)) % own.length] ?? "",
      ];
    }),
  );
  const filled = (text: string) => text.replace(/\{\w+\}/gu, (name) => words.get(name) ?? name);
  return { text: filled(sentence), said: said.map(filled), needs: needs.map(filled) };
}

function holds(text: string, part: string): boolean {
  if (!/\p{Script=Latin}$/u.test(part)) return text.includes(part);
  return new RegExp(`(?<!\\p{L})${part}(?!\\p{L})`, "iu").test(text);
}

/** Whether a text says what its source does not: something that hangs on words that are gone. */
function isFlipped(text: string, { said, needs }: Statement): boolean {
  return said.every((part) => holds(text, part)) && !needs.every((part) => holds(text, part));
}

/** Inputs of one sentence or few, and what must not be said without what. */
const CASES: readonly [title: string, text: string, rate: number, said: string[], needs: string[]][] = [
  ["a negation in tags", "The gate does <i>not</i> open before the bell rings.", 0.6, ["open"], ["not"]],
  ["a negation in full-width letters", "The gate does ｎｏｔ open before the bell rings.", 0.6, ["open"], ["ｎｏｔ"]],
  ["a negation in entities", "The gate does &quot;not&quot; open before the bell rings.", 0.6, ["open"], ["not"]],
  ["a myth", "It is a myth that bats are blind and cannot see at night.", 0.5, ["blind"], ["myth"]],
  ["not at all", "Not at all: members may bring two guests to the club.", 0.7, ["all"], ["at all"]],
  ["whom", "Emil, whom Jonas had accused of theft, was acquitted.", 0.5, ["Jonas", "acquitted"], ["accused"]],
  ["who may", "Members may borrow books, while guests may only read in the hall.", 0.6, ["only"], ["guests"]],
  [
    "a contraction without apostrophe",
    "The gate mightnt open before the bell of the school.",
    0.4,
    ["open"],
    ["mightnt"],
  ],
  [
    "what was ruled out",
    "Officials ruled out a second closure of the northern tunnel.",
    0.45,
    ["closure"],
    ["ruled out"],
  ],
  [
    "what was turned down",
    "The board turned the offer of Harrow down; it turned it down twice.",
    0.5,
    ["turned it"],
    ["down"],
  ],
  [
    "what did not happen",
    "Had it not been for the dam, the lower town would have been flooded.",
    0.6,
    ["flooded"],
    ["Had", "not", "would"],
  ],
  [
    "what was not done",
    "The driver should have stopped at the second signal on Friday.",
    0.5,
    ["stopped"],
    ["should have"],
  ],
  ["far from", "The result is far from certain after the count of the last votes.", 0.5, ["certain"], ["far from"]],
  [
    "but for",
    "But for the grant of the city, the museum would have closed years ago.",
    0.6,
    ["closed"],
    ["But for", "would have"],
  ],
  [
    "whose",
    "Ms. Adler, whose partner was jailed for fraud, was elected chair on Tuesday.",
    0.75,
    ["jailed"],
    ["partner"],
  ],
  [
    "the man of whom it is said",
    "Hanne Voss, a friend of the woman who poisoned her husband, spoke on Monday.",
    0.6,
    ["poisoned"],
    ["woman"],
  ],
  ["another subject", "Exports of wool rose, while imports of tin fell by 9 percent.", 0.75, ["fell"], ["imports"]],
  [
    "another subject behind a semicolon",
    "The pump was kept; the valve was replaced in 2020.",
    0.6,
    ["replaced"],
    ["valve"],
  ],
  [
    "a verb that is not said again",
    "Ann is allergic to nuts, Bo to eggs, and Cy to nothing.",
    0.75,
    ["Ann", "eggs"],
    ["Bo"],
  ],
  [
    "who pays the rest",
    "The owner pays for the heating, and the tenant for broken glass.",
    0.75,
    ["owner", "glass"],
    ["tenant"],
  ],
  ["a claim", "The shop sells wine to minors, an inspector claimed.", 0.75, ["sells"], ["claimed"]],
  [
    "an allegation",
    "The allegation that Ms. Roy stole the plans has been dropped.",
    0.75,
    ["Roy stole"],
    ["allegation"],
  ],
  [
    "a source",
    "According to an unconfirmed report, the head of the mill will resign.",
    0.7,
    ["resign"],
    ["unconfirmed"],
  ],
  ["a mistake", "The memo mistakenly listed Ms. Ray among the dismissed.", 0.75, ["listed"], ["mistakenly"]],
  ["a wish", "I wish the vendor had told us that the door would be shut.", 0.6, ["told"], ["wish"]],
  ["a supposition", "Supposing the plan is approved, Lund becomes head of the mill.", 0.75, ["becomes"], ["Supposing"]],
  ["what fails to come", "Failing payment by 30 June, the contract ends at once.", 0.75, ["ends"], ["Failing"]],
  [
    "an exception in front",
    "With the exception of Tuesday, the clinic opens at eight.",
    0.7,
    ["Tuesday", "opens"],
    ["exception"],
  ],
  ["a correction", "The ship has 14 decks, sorry, 12 decks, and carries 900 people.", 0.75, ["14"], ["sorry"]],
  [
    "who did it",
    "Moreno was beaten by Diaz over twelve rounds on Saturday night.",
    0.6,
    ["Moreno", "beaten", "Diaz"],
    ["by"],
  ],
  ["what was planned", "The bridge, which was to be torn down in 2020, is now a park.", 0.75, ["torn"], ["to be"]],
  ["what is yet to come", "The treaty will be signed in the old hall on Monday.", 0.6, ["signed"], ["will"]],
  ["what was lost", "The red team won the first game and lost the other two.", 0.6, ["two"], ["lost"]],
  ["a feigned role", "A man posing as a police officer took 900 euros from her.", 0.6, ["officer"], ["posing"]],
  ["few", "Few doctors recommend the treatment for people over 80.", 0.6, ["recommend"], ["Few"]],
  ["a part", "Part of the roof collapsed during the storm in May.", 0.6, ["collapsed"], ["Part"]],
  ["should you", "Should you miss two payments, the bank will cancel the card.", 0.5, ["Should"], ["Should you"]],
  ["even if", "People without a visa are refused even if they hold a ticket.", 0.6, ["if they"], ["even"]],
  ["who is left out", "All members except those hired after June may join the plan.", 0.6, ["join"], ["except"]],
  ["a sign", "⛔ Dogs in the nursery of the zoo during the summer.", 0.5, ["Dogs"], ["⛔"]],
  ["a bound in signs", "The pressure in the second tank must stay <= 4 bar at night.", 0.6, ["4 bar"], ["<= 4"]],
  [
    "a prohibition that ends a sentence of Japanese",
    "この橋は夜に渡ってはいけません。店は駅の前にあります。",
    0.5,
    ["渡って"],
    ["いけません"],
  ],
  [
    "Chinese with English terms",
    "请勿在 production 环境以外调用 DELETE endpoint，除非获得 approval。",
    0.7,
    ["DELETE"],
    ["勿"],
  ],
  [
    "a negation of Finnish",
    "Naapuri ei ole palauttanut avainta eikä maksanut vuokraa.",
    0.7,
    ["palauttanut"],
    ["ei ole"],
  ],
  ["a negation of Turkish", "Bu kapı geceleri açılmaz ve anahtar kimseye verilmez.", 0.7, ["kapı"], ["açılmaz"]],
  ["a negation of Indonesian", "Tamu tidak boleh membawa makanan ke dalam ruang baca.", 0.7, ["membawa"], ["tidak"]],
  ["a negation of Welsh", "Nid yw'r siop yn derbyn sieciau ar ôl y Nadolig.", 0.7, ["derbyn"], ["Nid"]],
  [
    "a decomposed accent",
    "O clube não aceita hóspedes e não serve jantar.".normalize("NFD"),
    0.7,
    ["aceita"],
    ["não".normalize("NFD")],
  ],
  ["a French ne … que", "Le musée n'accueille que les groupes inscrits en hiver.", 0.7, ["groupes"], ["que"]],
  ["a German Statt", "Statt die Miete zu erhöhen, senkte der Verein sie um 3 Prozent.", 0.7, ["Miete"], ["Statt"]],
  [
    "two statements around a semicolon",
    "Fill the tank with 20 l; a tank of 40 l is not allowed.",
    0.7,
    ["not allowed"],
    [";"],
  ],
  [
    "a label and what it names",
    "Left: out of service. Right: in use by the guests of the hotel.",
    0.6,
    ["service"],
    ["out of"],
  ],
];

describe.skipIf(!hasBundledModel)("what is kept says what the source says", () => {
  let sieve: Sieve;
  beforeAll(async () => {
    sieve = await createSieve({ cache: false, threads: 2 });
  });
  afterAll(() => sieve?.dispose());

  it.each(CASES)("with %s", async (_title, input, rate, said, needs) => {
    const { text } = await sieve.compress({ documents: [input], rate });
    expect(text).not.toBe("");
    expect(isFlipped(text, { text: input, said, needs })).toBe(false);
  });

  it("in thousands of sentences of many kinds", { timeout: 300_000 }, async () => {
    const statements = Array.from({ length: SENTENCES }, (_, index) =>
      fill(TEMPLATES[index % TEMPLATES.length] as MeaningTemplate, Math.floor(index / TEMPLATES.length)),
    );
    const flips: string[] = [];
    const empty: string[] = [];
    for (let start = 0; start < statements.length; start += BATCH) {
      await Promise.all(
        statements.slice(start, start + BATCH).map(async (statement, place) => {
          const rate = RATES[(start + place) % RATES.length] as number;
          const { text } = await sieve.compress({ documents: [statement.text], rate });
          if (text === "") empty.push(`${rate} ${statement.text}`);
          if (isFlipped(text, statement)) flips.push(`${statement.text} -> ${text}`);
        }),
      );
    }
    expect(flips).toEqual([]);
    expect(empty).toEqual([]);
  });
});
