import * as newest from "@openai/agents";
import * as oldest from "openai-agents-oldest";
import { type AgentsSdk, agentsSdkContract } from "./scripted-agents.js";

agentsSdkContract("0.20", newest);
agentsSdkContract("0.3", oldest as unknown as AgentsSdk);
