import { describe, expect, it } from "vitest";
import {
  isIdentifier,
  isNegation,
  isNumber,
  isUnit,
  protectionOf,
} from "../../../src/core/document/protected-words.js";
import { splitUnits } from "../../../src/core/document/units.js";
import { renderDocument } from "../../../src/core/render/prose.js";
import { splitSentences } from "../../../src/core/text/sentences.js";
import { splitWords } from "../../../src/core/text/words.js";
import { markPhrases } from "../../../src/core/value/forced-units.js";
import { documentOf } from "../../support/documents.js";
import { PROTECT_CASES } from "../../support/texts.js";

/** The text with nothing in it but what is protected. */
function protectedText(text: string): string {
  const document = documentOf(text);
  const isKept = document.units.map((unit) => unit.isProtected || document.sentences[unit.sentence]?.kind !== "prose");
  return renderDocument(document, Uint8Array.from(isKept, Number)).text;
}

function protectedUnits(text: string): string[] {
  const words = splitWords(text);
  return splitUnits(text, words, splitSentences(text, words))
    .filter(({ isProtected }) => isProtected)
    .map(({ firstWord, endWord }) => text.slice(words[firstWord]?.start, words[endWord - 1]?.end));
}

describe("doubt", () => {
  it.each([
    ["Professor Adler doubted that Linda wrote the letters by herself.", "doubted"],
    ["Historians disbelieve that a shepherd found the cave near the old pass.", "disbelieve"],
    ["The heirs disputed that the house by the sea was ever sold.", "disputed"],
  ])("stays in %j, whether a model says so or not", (text, expected) => {
    expect(protectedText(text)).toContain(expected);
    const judged = documentOf(text, undefined, [], undefined, () => 0.1);
    const isKept = judged.units.map(({ isProtected }) => Number(isProtected));
    expect(renderDocument(judged, Uint8Array.from(isKept)).text).toContain(expected);
  });
});

describe("who may or must", () => {
  it.each([
    ["During a freeze, hotfixes may be released.", "hotfixes may"],
    ["The guests of the house must leave the hall quietly by noon, said Ann.", "guests must"],
    ["In the great hall of the old town, guests may only read what they were given.", "guests may only read"],
    ["Books that are reserved for others cannot be renewed at the desk.", "cannot be renewed"],
    ["After the long meeting in the hall, it may rain on the boats outside.", "may"],
  ])("stays with the duty in %j", (text, expected) => {
    expect(protectedText(text)).toContain(expected);
  });

  it("is nobody where a pronoun stands there", () => {
    expect(protectedText("After the long meeting in the hall, it may rain on the boats outside.")).not.toContain(
      "it may",
    );
  });
});

describe("what is protected with its object", () => {
  it.each([
    ["No tea? Not at all: the members of the club may bring two guests.", "Not at all"],
    ["It is a myth of long standing that bats are blind by night and day.", "myth"],
    ["Emil, whom Jonas had accused of theft before the court, was acquitted in May.", "whom Jonas had accused"],
    ["The cheese: ✅ hard cheese of the valley for the guests of the hut", "✅ hard"],
    ["- [ ] call the fire brigade about the alarm in the cellar of the house", "[ ]"],
  ])("in %j", (text, expected) => {
    expect(protectedText(text)).toContain(expected);
  });
});

describe("protection by surface", () => {
  it.each(
    "not No NEVER n't don't can’t cannot Nope nil without unless non-periodic sugar-free nicht kein pas sans nunca не لا 不 没有 ない 없다".split(
      " ",
    ),
  )("knows %s for a negation", (word) => {
    expect(isNegation(word)).toBe(true);
    expect(protectionOf(word)).toBe("negation");
  });

  it.each("note knot another nobleman cannon unit undo north anti free".split(" "))("takes %s for none", (word) => {
    expect(isNegation(word)).toBe(false);
  });

  it.each("7 3.5 18,640 ½ x² ٤٠ 十二 seven twenty-one".split(" "))("knows %s for a number", (word) => {
    expect(isNumber(word)).toBe(true);
  });

  it.each("kg % °C m² kg/m³ µg μg hours month's € hectares Mbit/s May".split(" "))("knows %s for a unit", (word) => {
    expect(isUnit(word)).toBe(true);
  });

  it.each(
    "--no-cache -v camelCase PascalCase snake_case __init__ src/pages /etc/hosts ./run.sh C:\\temp https://a.b ada@example.org a.b.length foo() std::move E0499 v2.1 hotfix-2.1 #42a @scope $HOME ZK4TR9".split(
      " ",
    ),
  )("knows %s for an identifier", (word) => {
    expect(isIdentifier(word)).toBe(true);
  });

  it.each("word Word WORD well-known e.g. don't and/ (see".split(" "))("takes %s for none of a machine's", (word) => {
    expect(isIdentifier(word)).toBe(false);
  });
});

describe("protection by neighbourhood", () => {
  it.each([
    ["It weighs 12 kg today.", ["weighs", "12", "kg"]],
    ["Keep it under 37–40 °C there.", ["Keep", "under", "37–40", "°C"]],
    ["It needs at most 5 retries here.", ["needs", "at", "most", "5", "retries"]],
    ["Some 15 to 20 g of sugar.", ["15", "to", "20", "g"]],
    ["It is no longer sold.", ["no", "longer", "sold"]],
    ["About 84 × 0.75 = 63 km from there.", ["About", "84", "×", "0.75", "=", "63", "km"]],
    ["Call it with `run fast` please.", ["Call", "run", "fast"]],
    ["So (b) follows.", ["b"]],
    ["She was born in 1961 in Moen, of a miller.", ["1961"]],
    ["Cut it 6 in wide and 12 in long, or 4 in.", ["6", "in", "12", "in", "4", "in"]],
    ["In the laboratory of the school, the kg is a unit of mass.", []],
  ])("in %j", (text, units) => {
    expect(protectedUnits(text)).toEqual(units);
  });
});

describe("protection by scope", () => {
  it.each([
    ["The barn that stands on the hill is not for the use of the tenants of the farm.", "not use"],
    ["In the autumn nobody outside the village ever uses the bridge of the mill.", "nobody uses"],
    ["The farm pays the tax on the barn unless the tenant has sold the cattle by May.", "unless tenant sold"],
    ["In that year the court ruled for the tenant and against the owner of the mill.", "for tenant and against owner"],
    ["The committee of the village dropped the plan of a road and kept the plan of a bridge.", "dropped plan and kept"],
    ["The path runs along the wall of the garden from the church to the mill of the village.", "from church to mill"],
    ["In the end it was the work of the tenant, not the owner, that saved the old barn.", "tenant not owner"],
    ["The devices of class II in the old barn of the farm have to be checked by the tenant.", "class II"],
    ["The loan of the farm on the hill cost the tenant 7 per cent in the year of the flood.", "7 per cent"],
    ["The bridge over the river near the mill used to be free for the carts of the village.", "used to be free"],
  ])("in %j: %s", (text, words) => {
    const found = protectedUnits(text).join(" ");
    for (const word of words.split(" ")) expect(` ${found} `).toContain(` ${word} `);
  });

  it("does not reach over a comma, nor into a sentence that turns nothing around", () => {
    expect(protectedUnits("On the hill of the village, the cattle of the tenant graze in the shade of trees.")).toEqual(
      [],
    );
  });
});

describe("protection by language", () => {
  it.each([
    ["de", "Der Nachbar des Hofes hat keinesfalls die Mauer des Gartens gebaut.", "keinesfalls"],
    ["fr", "Le voisin a failli vendre la ferme de la colline avec les vaches.", "failli"],
    ["es", "El vecino de la casa dejó de pagar el alquiler de la granja.", "dejó"],
    ["it", "Il vicino della casa non ha pagato l'affitto della fattoria.", "non"],
    ["pt", "O vizinho da casa não pagou o aluguel da quinta com os animais.", "não"],
    ["nl", "De buurman van het huis heeft de huur van het land nooit betaald.", "nooit"],
    ["sv", "Grannen har aldrig betalat hyran för huset och det är sant.", "aldrig"],
    ["da", "Naboen har aldrig betalt lejen for huset og det er sandt.", "aldrig"],
    ["fi", "Naapuri ei ole maksanut talon vuokraa kesän jälkeen.", "ei"],
    ["et", "Naaber ei maksnud maja üüri pärast suve lõppu.", "ei"],
    ["hu", "A szomszéd nem fizette ki a ház bérleti díját nyáron.", "nem"],
    ["tr", "Komşu yaz boyunca evin kirasını hiç ödemedi.", "ödemedi"],
    ["cs", "Soused nezaplatil nájem domu po celé léto.", "nezaplatil"],
    ["pl", "Sąsiad nigdy nie zapłacił czynszu za dom.", "nigdy"],
    ["hr", "Susjed nije platio najam kuće cijelo ljeto.", "nije"],
    ["ro", "Vecinul nu a plătit chiria casei toată vara.", "nu"],
    ["id", "Tetangga belum membayar sewa rumah sepanjang musim panas.", "belum"],
    ["tl", "Hindi nagbayad ng upa sa bahay ang kapitbahay.", "Hindi"],
    ["sw", "Jirani hakulipa kodi ya nyumba wakati wa kiangazi.", "hakulipa"],
    ["cy", "Nid yw'r cymydog wedi talu rhent y tŷ.", "Nid"],
    ["ga", "Níor íoc an comharsa cíos an tí sa samhradh.", "Níor"],
    ["lt", "Kaimynas niekada nemokėjo nuomos už namą.", "nemokėjo"],
    ["lv", "Kaimiņš nekad nav maksājis īri par māju.", "nav"],
    ["is", "Nágranninn hefur aldrei borgað leigu fyrir húsið.", "aldrei"],
    ["eu", "Bizilagunak ez du etxeko alokairua ordaindu udan.", "ez"],
    ["ca", "El veí no ha pagat mai el lloguer de la casa.", "mai"],
    ["vi", "Người hàng xóm chưa trả tiền thuê nhà.", "chưa"],
  ])("%s: %s", (_language, text, word) => {
    expect(protectedUnits(text)).toContain(word);
    expect(protectedUnits(text.normalize("NFD")).map((unit) => unit.normalize("NFC"))).toContain(word);
  });

  it("keeps words of other languages that English uses in another sense out of English", () => {
    expect(protectedUnits("The sense of the cap on the pole in the village is that the cattle stay.")).toEqual([]);
  });
});

describe("protection of signs", () => {
  it.each(["❌", "✅", "🚫", "⚠", "☑", "[x]"])("%s stays with its sentence", (sign) => {
    expect(protectedText(`${sign} The cattle of the tenant graze in the shade of the old trees there.`)).toContain(
      sign,
    );
  });
});

describe("what must survive", () => {
  it.each(PROTECT_CASES)("survives in $id where nothing else does", ({ text, mustKeep }) => {
    const left = protectedText(text);
    expect(mustKeep.filter((phrase) => !left.includes(phrase))).toEqual([]);
  });
});

describe("forced phrases", () => {
  it("are found to the letter, overlapping words in part or whole", () => {
    const text = "Dear Sir, dear sir; Dearest.";
    const words = splitWords(text);
    const marked = (phrase: string) =>
      [...markPhrases(text, words, [phrase])].flatMap((flag, word) =>
        flag ? [text.slice(words[word]?.start, words[word]?.end)] : [],
      );
    expect(marked("Dear Sir,")).toEqual(["Dear", "Sir", ","]);
    expect(marked("Dear")).toEqual(["Dear", "Dearest"]);
    expect(marked(" ")).toEqual([]);
    expect(marked("absent")).toEqual([]);
  });
});
