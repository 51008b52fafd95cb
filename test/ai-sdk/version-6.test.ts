import * as sdk from "ai";
import { MockLanguageModelV3 } from "ai/test";
import { type AISDK, aiSdkContract, type MockModel } from "./scripted-agents.js";

aiSdkContract("6", sdk as unknown as AISDK, MockLanguageModelV3 as unknown as MockModel);
