import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createProgram, everyCommand, fullName, helpPage } from "../../src/cli/program.js";

const page = readFileSync(new URL("../../docs/cli.md", import.meta.url), "utf8");
const commands = everyCommand(createProgram()).filter((command) => command.parent);

describe("docs/cli.md (npm run docs:cli)", () => {
  it.each(commands.map((command) => [fullName(command), command] as const))("has today's help of %s", (_, command) => {
    expect(page).toContain(`\`\`\`\n${helpPage(command)}\n\`\`\`\n`);
  });
});
