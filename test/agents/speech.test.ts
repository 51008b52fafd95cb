import { describe, expect, it } from "vitest";
import { isAcknowledgement, isApproval, isStatement } from "../../src/agents/speech.js";

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
  ])("takes %j for a statement", (text) => expect(isStatement(text)).toBe(true));

  it.each([
    "Tell me about the choir.",
    "What is Ingrid allergic to?",
    "Please fix the failing build",
    "¿Dónde está?",
    "ok",
  ])("does not take %j for a statement", (text) => expect(isStatement(text)).toBe(false));

  it("takes a short answer for an acknowledgement, a long one not", () => {
    expect(isAcknowledgement("Noted, I will keep that in mind.")).toBe(true);
    expect(isAcknowledgement("a\nb\nc\nd\ne")).toBe(false);
    expect(isAcknowledgement("word ".repeat(100))).toBe(false);
  });
});
