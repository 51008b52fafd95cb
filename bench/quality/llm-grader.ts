import { normaliseAnswer } from "./metrics.js";

/** An OpenAI-compatible endpoint that answers questions from a context. */
export interface LlmEndpoint {
  /** Address that ends before `/chat/completions`. */
  url: string;
  model: string;
  /** Sent as a bearer token where given. */
  apiKey?: string;
}

/** How well a model answered, against the right answers: each the best over them, 0..1. */
export interface Grade {
  exactMatch: number;
  f1: number;
}

const INSTRUCTION =
  "Answer the question from the context alone, in as few words as possible. The context may be shortened. If it does not hold the answer, say: unknown.";

/** Asks a question about a context. @throws Error where the endpoint does not answer. */
export async function askModel(
  { url, model, apiKey }: LlmEndpoint,
  context: string,
  question: string,
): Promise<string> {
  const response = await fetch(`${url.replace(/\/+$/, "")}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}) },
    body: JSON.stringify({
      model,
      temperature: 0,
      messages: [
        { role: "system", content: INSTRUCTION },
        { role: "user", content: `Context:\n${context}\n\nQuestion: ${question}` },
      ],
    }),
    signal: AbortSignal.timeout(120_000),
  });
  if (!response.ok) throw new Error(`Expected the language model to answer, got HTTP ${response.status}.`);
  const reply = (await response.json()) as { choices?: { message?: { content?: string | null } }[] };
  return reply.choices?.[0]?.message?.content ?? "";
}

/** Exact match and word F1 as for SQuAD: case, punctuation and articles do not count. */
export function gradeAnswer(given: string, answers: readonly string[]): Grade {
  const words = normaliseAnswer(given).split(" ").filter(Boolean);
  const grades = answers.map((answer) => {
    const wanted = normaliseAnswer(answer).split(" ").filter(Boolean);
    const left = [...wanted];
    let common = 0;
    for (const word of words) {
      const at = left.indexOf(word);
      if (at < 0) continue;
      left.splice(at, 1);
      common += 1;
    }
    const isSame = words.join(" ") === wanted.join(" ");
    return { exactMatch: isSame ? 1 : 0, f1: common === 0 ? 0 : (2 * common) / (words.length + wanted.length) };
  });
  return {
    exactMatch: Math.max(0, ...grades.map(({ exactMatch }) => exactMatch)),
    f1: Math.max(0, ...grades.map(({ f1 }) => f1)),
  };
}
