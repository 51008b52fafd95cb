import { createAgent } from "langchain";
import { agentContract } from "../support/agent-contract.js";
import { type InvokableAgent, langchainAgent } from "./scripted-agents.js";

const adapter = langchainAgent((parts) => createAgent(parts) as unknown as InvokableAgent);

agentContract("createAgent of LangChain with sieveMiddleware", adapter);
