import { FakeListChatModel } from "@langchain/core/utils/testing";
import { describe, expect, it } from "vitest";
import { chatModelTeacher } from "../../src/distill/chat-model-teacher.js";

describe("chatModelTeacher", () => {
  it("asks a LangChain chat model", async () => {
    const teacher = chatModelTeacher(new FakeListChatModel({ responses: ["first", "second"] }));
    expect(await teacher("prompt")).toBe("first");
    expect(await teacher("prompt")).toBe("second");
  });

  it("hands the prompt and the signal on", async () => {
    const seen: unknown[] = [];
    const { signal } = new AbortController();
    const teacher = chatModelTeacher({
      invoke: async (input, options) => {
        seen.push(input, options?.signal);
        return "answer";
      },
    });
    expect(await teacher("prompt", { signal })).toBe("answer");
    expect(seen).toEqual(["prompt", signal]);
  });

  it("joins the text parts of a message and passes over the others", async () => {
    const content = [
      { type: "thinking", thinking: "hm" },
      { type: "text", text: "one " },
      { type: "text", text: "two" },
    ];
    expect(await chatModelTeacher({ invoke: async () => ({ content }) })("prompt")).toBe("one two");
  });

  it.each([undefined, 7, {}, { content: [{ type: "image" }] }])("refuses %o, which holds no text", async (answer) => {
    await expect(chatModelTeacher({ invoke: async () => answer })("prompt")).rejects.toThrow(
      "Expected the chat model to answer with text, got none.",
    );
  });
});
