import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

// DESIGN.md, "Layout": who may import whom, and what every file keeps to.

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const SOURCE = join(ROOT, "src");
const FILES = walk(SOURCE).map((path) => ({
  /** From src, without the ending: `core/text/words`. */
  name: relative(SOURCE, path)
    .replaceAll(sep, "/")
    .replace(/\.[jt]s$/u, ""),
  path,
  code: readFileSync(path, "utf8"),
}));

const LEAVES = ["core/errors", "core/types"];
/** The steps of the method and what they are told in: they know texts and scores, not models, caches or options. */
const STEPS = [
  "core/select",
  "core/value",
  "core/fit",
  "core/render",
  "core/threshold",
  "core/explain",
  "core/plan",
  "core/mass",
  "core/relevance",
  "core/bridge",
  "core/rank-order",
];

/** The first row that a file's name begins with says what it may import besides its own folder. */
const TABLE: readonly [from: readonly string[], may: readonly string[]][] = [
  [["core/errors", "core/types", "core/turn", "core/until-aborted"], []],
  [["core/text/"], ["core/text/", "core/types", "core/turn"]],
  [STEPS, [...STEPS, ...LEAVES, "core/text/", "core/turn", "core/tokens/counter", "core/tokens/joined"]],
  [["core/tokens/"], ["core/tokens/", "core/errors", "core/plan", "core/text/", "core/turn"]],
  [["core/cache/"], ["core/cache/", ...LEAVES]],
  [["core/model/backends/"], ["core/model/", "core/errors"]],
  [["core/model/"], ["core/model/", "core/hub/", "core/text/", ...LEAVES, "core/turn", "core/until-aborted"]],
  [["core/"], ["core/"]],
  [["langchain/"], ["langchain/", "core/index"]],
  [["llamaindex/"], ["llamaindex/", "core/index"]],
  [["distill/"], ["distill/", "core/index", "core/text/", ...LEAVES]],
  [["cli/"], ["cli/", "core/index", "core/hub/", "core/model/manifest", "core/errors", "distill/"]],
];

describe("the layout", () => {
  it.each(FILES)("lets $name import only what the table says", ({ name, path, code }) => {
    const row = TABLE.find(([from]) => from.some((prefix) => begins(name, prefix)));
    expect(row, "a row of the table").toBeDefined();
    const strangers = importsOf(code)
      .filter((specifier) => specifier.startsWith("."))
      .map((specifier) =>
        relative(SOURCE, resolve(dirname(path), specifier))
          .replaceAll(sep, "/")
          .replace(/\.js$/u, ""),
      )
      .filter((target) => !row?.[1].some((prefix) => begins(target, prefix)) && target !== "../package.json");
    expect(strangers).toEqual([]);
  });

  it("lets nothing in core know of an adapter, the command line or the distillation", () => {
    for (const { name, code } of FILES.filter((file) => file.name.startsWith("core/"))) {
      expect(code, name).not.toMatch(/from "[^"]*(?:langchain|llamaindex|distill|\/cli\/)[^"]*"/u);
    }
  });

  it("lets the adapter for LlamaIndex do without an import of it", () => {
    for (const { name, code } of FILES.filter((file) => file.name.startsWith("llamaindex/"))) {
      const bare = importsOf(code).filter((specifier) => /^@?llamaindex(?:\/|$)/u.test(specifier));
      expect(bare, name).toEqual([]);
    }
  });

  it("imports only packages that a user will have", () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Record<
      string,
      Record<string, string>
    >;
    const known = new Set(
      ["dependencies", "peerDependencies", "optionalDependencies"].flatMap((field) =>
        Object.keys(manifest[field] ?? {}),
      ),
    );
    for (const { name, code } of FILES) {
      const packages = importsOf(code)
        .filter((specifier) => !/^(?:\.|node:)/u.test(specifier))
        .map((specifier) =>
          specifier
            .split("/")
            .slice(0, specifier.startsWith("@") ? 2 : 1)
            .join("/"),
        );
      expect(
        packages.filter((own) => !known.has(own)),
        name,
      ).toEqual([]);
    }
  });
});

describe("every file", () => {
  it.each(FILES)("$name is short, named in kebab case, and exports by name", ({ name, code }) => {
    expect(code.split("\n").length).toBeLessThanOrEqual(401);
    expect(name).toMatch(/^[a-z0-9/-]+$/u);
    expect(name).not.toMatch(/(?:^|\/)(?:utils?|helpers?|common|misc)$/u);
    expect(code).not.toMatch(/^export \*/mu);
    expect(code).not.toMatch(/^export default/mu);
  });

  it("prints nothing, unless it is the command line's", () => {
    for (const { name, code } of FILES.filter((file) => !file.name.startsWith("cli/"))) {
      expect(code, name).not.toMatch(/\bconsole\.|process\.std(?:out|err)/u);
    }
  });

  it("explains each function, constant and class that it exports", () => {
    const bare = FILES.flatMap(({ name, code }) =>
      [...code.matchAll(/^(?<before>.*)\nexport (?:async )?(?:function|const|class) (?<export>\w+)/gmu)]
        // Overloads share the words of the first.
        .filter(({ groups }) => !/(?:\*\/|^export function .*;)\s*$/u.test(groups?.before ?? ""))
        .map(({ groups }) => `${name}: ${groups?.export}`),
    );
    expect(bare).toEqual([]);
  });
});

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return walk(path);
    return /\.[jt]s$/u.test(entry.name) ? [path] : [];
  });
}

function begins(name: string, prefix: string): boolean {
  return prefix.endsWith("/") ? name.startsWith(prefix) : name === prefix;
}

/** Specifiers of static and dynamic imports, types included. */
function importsOf(code: string): string[] {
  const uncommented = code.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gmu, "");
  return [...uncommented.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/gu)].map((match) => match[1] as string);
}
