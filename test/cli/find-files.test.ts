import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FindOptions, findFiles } from "../../src/cli/find-files.js";
import { InvalidOptionError } from "../../src/core/index.js";

const folder = mkdtempSync(join(tmpdir(), "contextsieve-find-"));
const TREE: Readonly<Record<string, string>> = {
  ".gitignore": "build/\n*.log\n/only-here.md\n",
  "README.md": "",
  "only-here.md": "",
  "notes.TXT": "",
  "build/out.md": "",
  "docs/.gitignore": "!keep.log\nsecret/**\n!secret/open.md\n",
  "docs/.hidden.md": "",
  "docs/a.md": "",
  "docs/b.md": "",
  "docs/keep.log": "",
  "docs/other.log": "",
  "docs/only-here.md": "",
  "docs/secret/closed.md": "",
  "docs/secret/open.md": "",
  "docs/deep/er/c.txt": "",
  "odd [1].md": "",
};

beforeAll(() => {
  for (const [path, text] of Object.entries(TREE)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  execFileSync("git", ["init", "--quiet", folder]);
  symlinkSync(join(folder, "docs"), join(folder, "link"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function find(names: string[], options: Partial<FindOptions> = {}, listed: string[] = []): Promise<string[]> {
  const absolute = (name: string) => (name === "-" ? name : join(folder, name));
  const files = await findFiles(names.map(absolute), listed.map(absolute), {
    extensions: [],
    hidden: false,
    ignored: false,
    ...options,
  });
  return files.map(({ path }) => (path === "-" ? path : relative(folder, path)));
}

const VISIBLE = [
  "README.md",
  "docs/a.md",
  "docs/b.md",
  "docs/deep/er/c.txt",
  "docs/keep.log",
  "docs/only-here.md",
  "docs/secret/open.md",
  "notes.TXT",
  "odd [1].md",
];

describe("a folder brings", () => {
  it("the files that git would not ignore, sorted by path", async () => {
    expect(await find(["."])).toEqual(VISIBLE);
    const tracked = execFileSync("git", ["ls-files", "-z", "--others", "--exclude-standard"], { cwd: folder });
    const byGit = tracked
      .toString()
      .split("\0")
      .filter((path) => path !== "" && path !== "link");
    expect((await find(["."], { hidden: true })).sort()).toEqual(byGit.sort());
  });

  it("hidden files only where they are asked for, and .git never", async () => {
    const all = await find(["."], { hidden: true, ignored: true });
    expect(all).toContain("docs/.hidden.md");
    expect(all).toContain("build/out.md");
    expect(all.filter((path) => path.startsWith(".git/"))).toEqual([]);
  });

  it("its files where it is itself ignored, but was named", async () => {
    expect(await find(["build"])).toEqual(["build/out.md"]);
  });

  it("what the rules of the folders above leave, where it lies inside a repository", async () => {
    expect(await find(["docs"])).not.toContain("docs/other.log");
  });

  it("files with the endings that are asked for, in any letter case", async () => {
    expect(await find(["."], { extensions: ["txt"] })).toEqual(["docs/deep/er/c.txt", "notes.TXT"]);
    await expect(find(["docs"], { extensions: ["pdf", "rs"] })).rejects.toThrow(
      /Expected a file in .*docs that ends in \.pdf or \.rs, got none\./u,
    );
  });
});

describe("a glob brings", () => {
  it.each<[string, string[]]>([
    ["*.md", ["README.md", "odd [1].md"]],
    ["docs/*.md", ["docs/a.md", "docs/b.md", "docs/only-here.md"]],
    [
      "docs/**/*.{md,txt}",
      ["docs/a.md", "docs/b.md", "docs/deep/er/c.txt", "docs/only-here.md", "docs/secret/open.md"],
    ],
    ["docs/[ab].md", ["docs/a.md", "docs/b.md"]],
    ["docs/.*.md", ["docs/.hidden.md"]],
    ["build/*.md", ["build/out.md"]],
  ])("%s", async (pattern, expected) => {
    expect(await find([pattern])).toEqual(expected);
  });

  it("an error where it matches nothing", async () => {
    await expect(find(["*.rst"])).rejects.toThrow(/Expected .*\*\.rst to match a file, got none\./u);
    await expect(find(["nowhere/*.md"])).rejects.toThrow(/to match a file, got none\./u);
  });

  it("nothing where a file has that very name", async () => {
    expect(await find(["odd [1].md"])).toEqual(["odd [1].md"]);
  });
});

describe("names", () => {
  it("keep their order, and a file comes once however often it is named", async () => {
    expect(await find(["docs/b.md", "docs", "-", "docs/a.md", "-", "README.md"])).toEqual([
      "docs/b.md",
      "docs/a.md",
      "docs/deep/er/c.txt",
      "docs/keep.log",
      "docs/only-here.md",
      "docs/secret/open.md",
      "-",
      "README.md",
    ]);
  });

  it("of a list are no globs, and may be ignored or hidden files", async () => {
    expect(await find([], {}, ["docs/other.log", "docs/.hidden.md"])).toEqual(["docs/other.log", "docs/.hidden.md"]);
    await expect(find([], {}, ["*.md"])).rejects.toThrow(/to be a readable file, got no such file or folder\./u);
  });

  it("that are not there are errors in words", async () => {
    await expect(find(["absent.md"])).rejects.toThrow(
      new InvalidOptionError(
        `Expected ${join(folder, "absent.md")} to be a readable file, got no such file or folder.`,
      ),
    );
    await expect(find(["README.md/x"])).rejects.toThrow(/got a file where a folder should be\./u);
    await expect(findFiles([""], [], { extensions: [], hidden: false, ignored: false })).rejects.toThrow(
      /Expected the name of a file, folder or glob, got an empty one\./u,
    );
  });
});
