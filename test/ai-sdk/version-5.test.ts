import * as sdk from "ai-5";
import { MockLanguageModelV2 } from "ai-5/test";
import { vi } from "vitest";
import { type AISDK, aiSdkContract, type MockModel } from "./scripted-agents.js";

// The adapter finds the version that its user has installed.
vi.mock("ai", () => import("ai-5"));

aiSdkContract("5", sdk as unknown as AISDK, MockLanguageModelV2 as unknown as MockModel);
