import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commandWords } from "../../src/cli/command-words.js";

describe("commandWords", () => {
  it.each<[string, string[]]>([
    ["npx -y server .", ["npx", "-y", "server", "."]],
    ["  node\tserver.js \n", ["node", "server.js"]],
    ['"/opt/my tools/node" server.js', ["/opt/my tools/node", "server.js"]],
    ["run 'it''s' \"a \\\"b\\\"\" ''", ["run", "its", 'a "b"', ""]],
    ["a\\ b c", ["a b", "c"]],
    ["echo $HOME `id` && rm *", ["echo", "$HOME", "`id`", "&&", "rm", "*"]],
  ])("splits %j as a shell would, and expands nothing", (command, words) => {
    expect(commandWords(command, false)).toEqual(words);
  });

  it("leaves the backslashes of Windows paths", () => {
    expect(commandWords('C:\\node\\node.exe "C:\\my server\\main.js" \\"q\\"', true)).toEqual([
      "C:\\node\\node.exe",
      "C:\\my server\\main.js",
      '"q"',
    ]);
  });

  it("gives back any words that were quoted", () => {
    const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (words) => {
        expect(commandWords(words.map(quote).join(" "), false)).toEqual(words);
      }),
    );
  });

  it.each(["", "  ", "'open", 'say "hello'])("refuses %j", (command) => {
    expect(() => commandWords(command, false)).toThrow(/^Expected --wrap to /u);
  });
});
