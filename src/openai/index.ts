export { type OpenAIChatMessage, type OpenAIContentPart, sieveOpenAIMessages } from "./messages.js";
export { type OpenAIResponsesItem, sieveResponsesItems } from "./responses.js";
