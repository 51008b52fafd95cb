import { describe, expect, it } from "vitest";
import { BackendError, BudgetError, InvalidOptionError, SieveError } from "../../src/core/errors.js";

describe("an error", () => {
  it("is an instance of its class and of those that it extends, and of no other", () => {
    const error = new BudgetError(12, 10);
    expect(BudgetError.isInstance(error)).toBe(true);
    expect(SieveError.isInstance(error)).toBe(true);
    expect(InvalidOptionError.isInstance(error)).toBe(false);
    expect(BudgetError.isInstance(new SieveError("a"))).toBe(false);
  });

  it("is known as one of another copy of the package too, which `instanceof` is not", async () => {
    const path = "../../src/core/errors.js?copy";
    const copy = (await import(path)) as typeof import("../../src/core/errors.js");
    const error = new copy.InvalidOptionError("from a copy");
    expect(error).not.toBeInstanceOf(SieveError);
    expect(SieveError.isInstance(error)).toBe(true);
    expect(InvalidOptionError.isInstance(error)).toBe(true);
    expect(BackendError.isInstance(error)).toBe(false);
  });

  it("is none of other values", () => {
    for (const value of [new Error("a"), { name: "SieveError" }, "SieveError", null, undefined]) {
      expect(SieveError.isInstance(value)).toBe(false);
    }
  });

  it("shows nothing of its marks", () => {
    expect(Object.keys(new SieveError("a"))).toEqual(["name"]);
    expect(Object.getOwnPropertySymbols({ ...new SieveError("a") })).toEqual([]);
  });
});
