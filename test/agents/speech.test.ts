import { describe, expect, it } from "vitest";
import { isAcknowledgement, isApproval, isStatement, withoutAnnouncements } from "../../src/agents/speech.js";

describe("what a user's message is", () => {
  it.each(["yes", "OK, go ahead.", "Thanks!", "да, продолжай", "はい。", "继续", "Ja, mach weiter bitte", ""])(
    "takes %j for an approval",
    (text) => expect(isApproval(text)).toBe(true),
  );

  it.each(["yes, but only on Mondays", "Continue with the invoices", "no", "port 8443"])(
    "does not take %j for an approval",
    (text) => expect(isApproval(text)).toBe(false),
  );

  it.each([
    "Our staging database password rotates every 45 days.",
    "Please never use em dashes in texts for the newsletter.",
    "We decided on NATS.",
    "Write it in Spanish. The manual is for Bilbao.",
    "Notre serveur de test écoute sur le port 8443.",
    "Tell me before you delete a file.",
    "Check with the lawyers before each release.",
    "Please don't use emojis, ok?",
    "No emojis, please?",
    "Could you please always use strict mode?",
    "Would you mind not using tabs anywhere?",
    "Can we do Tuesday instead?",
    "I said 6000, didn't I?",
    "Make it 6000.",
    "ok do B",
    "do the first one",
    "Run the tests with --in-band.",
  ])("takes %j for a statement", (text) => expect(isStatement(text)).toBe(true));

  it.each([
    "Tell me about the choir.",
    "What is Ingrid allergic to?",
    "Please fix the failing build",
    "¿Dónde está?",
    "Could you check the log?",
    "Why does it not work?",
    "Make it work.",
    "ok",
  ])("does not take %j for a statement", (text) => expect(isStatement(text)).toBe(false));

  it.each([
    ["Let me look at the documentation. What is the default delay?", "What is the default delay?"],
    ["I’ll read the file first.\nThe retries are set in client.ts.", "The retries are set in client.ts."],
    ["Now I check how retries are counted.", "Now I check how retries are counted."],
    ["Let me check the logs...", ""],
    ["", ""],
  ])("leaves out of %j that an assistant goes to work", (text, left) => expect(withoutAnnouncements(text)).toBe(left));

  it("takes a short answer for an acknowledgement, a long one not", () => {
    expect(isAcknowledgement("Noted, I will keep that in mind.")).toBe(true);
    expect(isAcknowledgement("a\nb\nc\nd\ne")).toBe(false);
    expect(isAcknowledgement("word ".repeat(100))).toBe(false);
  });
});
