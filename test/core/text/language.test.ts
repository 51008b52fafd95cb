import { describe, expect, it } from "vitest";
import { languageOf } from "../../../src/core/text/language.js";

describe("the language of a text", () => {
  it.each([
    ["deu", "Die Pumpe im Keller ist seit Montag defekt, und niemand hat den Hausmeister gerufen."],
    ["spa", "La bomba del sótano no funciona desde el lunes y nadie ha llamado al conserje."],
    ["fra", "La pompe de la cave est en panne depuis lundi et personne n'a appelé le gardien."],
    ["por", "A bomba do porão não funciona desde segunda-feira e ninguém chamou o zelador."],
    ["nld", "De pomp in de kelder is sinds maandag kapot en niemand heeft de huismeester gebeld."],
    ["pol", "Pompa w piwnicy nie działa od poniedziałku i nikt nie zadzwonił do dozorcy, który jest na urlopie."],
  ])("is told of a sentence: %s", async (code, sentence) => {
    expect(await languageOf(sentence)).toBe(code);
  });

  it.each([
    "Wer hat die Pumpe repariert?",
    "¿Cuándo se reparó la bomba?",
    "Combien coûte la pompe ?",
    "Quem consertou a bomba?",
  ])("is not English for a short question of another: %s", async (question) => {
    const code = await languageOf(question);
    expect(code).toBeDefined();
    expect(code).not.toBe("eng");
  });

  it.each([
    "Who repaired the pump in the cellar, and what did it cost?",
    "The café on Königstraße is closed until the façade has been repaired.",
    "Les Misérables author",
    "São Paulo population 2020",
    "Los Angeles mayor",
    "error code ENOENT",
  ])("is English, or unknown, whatever names stand in it: %s", async (text) => {
    expect([undefined, "eng"]).toContain(await languageOf(text));
  });

  it.each(["", "2026-01-04 12:03:55 4711", "git rebase --onto main topic~5 topic", "{}();", "Łódź"])(
    "is unknown where nothing tells it: %j",
    async (text) => {
      expect(await languageOf(text)).toBeUndefined();
    },
  );
});
