import { describe, expect, it } from "vitest";
import { readsQuestion, unreadSentences } from "../../../src/core/document/unread.js";
import { segmentText } from "../../../src/core/text/segment.js";

const ENGLISH = { scripts: ["Latin"], languages: ["eng"] };

async function unreadIn(text: string, reads = ENGLISH): Promise<string[]> {
  const segments = await segmentText(text);
  const flags = await unreadSentences({ text, ...segments }, reads);
  return segments.sentences.filter((_, index) => flags[index]).map(({ start, end }) => text.slice(start, end));
}

const GERMAN = "Die Pumpe im Keller ist seit Montag defekt. Niemand hat bisher den Hausmeister gerufen.";
const PLAIN = "The pump in the cellar has been broken since Monday. Nobody has called the janitor yet.";

describe("what a model does not read", () => {
  it("is a text of another language in the same script", async () => {
    expect(await unreadIn(GERMAN)).toHaveLength(2);
    expect(await unreadIn(PLAIN)).toEqual([]);
  });

  it("is a line of another language among its own", async () => {
    const unread = await unreadIn(`${PLAIN}\n\n${GERMAN}\n\n${PLAIN}`);
    expect(unread.join(" ")).toBe(GERMAN);
  });

  it("is another script", async () => {
    expect(await unreadIn("Насос в подвале сломан с понедельника. Никто не позвонил.")).toHaveLength(2);
  });

  it("follows the longer lines where a line is too short to tell", async () => {
    expect(await unreadIn(`${GERMAN}\nPause.\n${GERMAN}`)).toContain("Pause.");
    expect(await unreadIn(`${PLAIN}\nPause.\n${GERMAN}\n${PLAIN}`)).not.toContain("Pause.");
  });

  it("is never code", async () => {
    const code = "const pumpe = new Pumpe({ keller: true, defekt: 'seit Montag' });\npumpe.reparieren();\n";
    const unread = await unreadIn(`\`\`\`js\n${code}\`\`\`\n\n${GERMAN}\n`);
    expect(unread.join(" ")).not.toContain("const");
    expect(unread.join(" ")).toContain("Niemand");
  });

  it("is nothing for a model that names no languages and no scripts", async () => {
    expect(await unreadIn(GERMAN, {} as typeof ENGLISH)).toEqual([]);
  });

  it("is a question of another language, and not one that could be English", async () => {
    expect(await readsQuestion("Wer hat die Pumpe repariert?", ENGLISH)).toBe(false);
    expect(await readsQuestion("Кто починил насос?", ENGLISH)).toBe(false);
    expect(await readsQuestion("Who repaired the pump?", ENGLISH)).toBe(true);
    expect(await readsQuestion("pump 4711", ENGLISH)).toBe(true);
  });
});
