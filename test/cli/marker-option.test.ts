import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { markerOption, spellOutMarker } from "../../src/cli/marker-option.js";

function markerOf(words: readonly string[]): { marker: unknown; rest: string[] } {
  const command = new Command().argument("[files...]").addOption(markerOption()).exitOverride();
  command.parse(spellOutMarker(words), { from: "user" });
  return { marker: command.opts().marker, rest: command.args };
}

describe("--marker", () => {
  it.each<[string[], unknown, string[]]>([
    [["a.md"], undefined, ["a.md"]],
    [["--marker", "a.md"], true, ["a.md"]],
    [["a.md", "--marker"], true, ["a.md"]],
    [["--marker", "all", "a.md"], "all", ["a.md"]],
    [["--marker=all", "a.md"], "all", ["a.md"]],
    [["--marker=false", "a.md"], false, ["a.md"]],
    [["--", "--marker"], undefined, ["--marker"]],
  ])("of %j is %j, and takes no file for its value", (words, marker, rest) => {
    expect(markerOf(words)).toEqual({ marker, rest });
  });
});
