import { describe, expect, it } from "vitest";
import { createShelf, originalId } from "../../../src/agents/tools/shelf.js";

describe("createShelf", () => {
  it("gives back what it keeps, by an id that the text alone decides", () => {
    const shelf = createShelf();
    const id = shelf.keep("all berths");
    expect(id).toMatch(/^[0-9a-f]{12}$/u);
    expect(id).toBe(originalId("all berths"));
    expect(shelf.read(id)).toBe("all berths");
    expect(createShelf().read(id)).toBeUndefined();
  });

  it("tells apart lone surrogates, which UTF-8 would make one", () => {
    expect(originalId("\ud800")).not.toBe(originalId("\ud801"));
  });

  it("forgets what was kept longest ago", () => {
    const shelf = createShelf();
    const ids = Array.from({ length: 201 }, (_, index) => shelf.keep(`text ${index}`));
    expect(shelf.read(ids[0] as string)).toBeUndefined();
    expect(shelf.read(ids[1] as string)).toBe("text 1");
    shelf.keep("text 1");
    shelf.keep("another");
    expect(shelf.read(ids[1] as string)).toBe("text 1");
    expect(shelf.read(ids[2] as string)).toBeUndefined();
  });
});
