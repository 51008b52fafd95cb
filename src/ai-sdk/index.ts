export { type AISDKMessage, sieveAISDKMessages } from "./messages.js";
