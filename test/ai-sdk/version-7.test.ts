import * as sdk from "ai-7";
import { MockLanguageModelV4 } from "ai-7/test";
import { vi } from "vitest";
import { type AISDK, aiSdkContract, type MockModel } from "./scripted-agents.js";

// The adapter finds the version that its user has installed.
vi.mock("ai", () => import("ai-7"));

aiSdkContract("7", sdk as unknown as AISDK, MockLanguageModelV4 as unknown as MockModel);
