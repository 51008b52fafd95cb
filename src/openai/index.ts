export { type OpenAIChatMessage, type OpenAIContentPart, sieveOpenAIMessages } from "./messages.js";
