import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

// docs/architecture.md: who may import whom, and what every file keeps to.

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

/** What everything may stand on. */
const GROUND = ["core/errors", "core/types", "core/log-odds", "core/runtime/"];
/** Each framework's adapter: it translates and delegates, and knows no other. */
const ADAPTERS = ["langchain/", "llamaindex/", "openai/", "ai-sdk/", "openai-agents/", "mcp/"];

/** The first row that a file's name begins with says what it may import besides its own folder and the ground. */
const TABLE: readonly [from: string, may: readonly string[]][] = [
  ["core/runtime/", []],
  ["core/errors", []],
  ["core/types", []],
  ["core/log-odds", []],
  ["core/structure/", []],
  ["core/text/", ["core/structure/"]],
  ["core/tokens/", []],
  ["core/cache/", []],
  ["core/model/", ["core/text/"]],
  ["core/document/", ["core/text/", "core/structure/", "core/cache/", "core/model/encoder", "core/model/encoder-pair"]],
  ["core/relevance/", ["core/document/", "core/structure/outline", "core/text/"]],
  ["core/select/", ["core/relevance/", "core/document/", "core/text/"]],
  ["core/value/", ["core/relevance/", "core/document/", "core/text/"]],
  ["core/render/", ["core/document/", "core/text/", "core/structure/"]],
  ["core/fit/", ["core/value/", "core/render/", "core/document/", "core/structure/", "core/tokens/"]],
  ["core/options/", ["core/cache/", "core/model/", "core/tokens/counter"]],
  ["core/methods/", ["core/options/", "core/model/", "core/tokens/", "core/text/"]],
  ["core/", ["core/"]],
  ["agents/", ["core/index"]],
  ...ADAPTERS.map((adapter): [string, string[]] => [adapter, ["agents/", "core/index"]]),
  ["distill/", ["core/index", "core/text/"]],
  ["bulk/", ["core/index"]],
  ["cli/", ["core/index", "core/model/", "bulk/index", "distill/", "mcp/index"]],
  ["index", ["core/index", "agents/", "openai/", "ai-sdk/"]],
];

/** The only places of the core, and of what runs on it everywhere, that know Node: elsewhere it may be a browser. */
const NODE = [
  "core/runtime/",
  "core/model/load/",
  "core/model/hub/",
  "core/model/devices/",
  "core/model/backends/onnx/",
  "core/cache/folder",
  "core/tokens/folder-counter",
  "core/tokens/resolve",
];

describe("the layout", () => {
  it.each(FILES)("lets $name import only what the table says", ({ name, path, code }) => {
    const row = TABLE.find(([from]) => begins(name, from));
    expect(row, "a row of the table").toBeDefined();
    const [own, may] = row as [string, readonly string[]];
    const allowed = [...(GROUND.includes(own) ? [] : GROUND), ...(own.endsWith("/") ? [own] : []), ...may];
    const strangers = targetsOf(path, code).filter(
      (target) => !allowed.some((prefix) => begins(target, prefix)) && target !== "../package.json",
    );
    expect(strangers).toEqual([]);
  });

  it("has no circle of imports, of types or otherwise", () => {
    const targets = new Map(FILES.map(({ name, path, code }) => [name, targetsOf(path, code)]));
    const finished = new Set<string>();
    const circles: string[] = [];
    const visit = (name: string, trail: readonly string[]) => {
      if (trail.includes(name)) circles.push([...trail.slice(trail.indexOf(name)), name].join(" -> "));
      if (finished.has(name) || trail.includes(name)) return;
      for (const target of targets.get(name) ?? []) visit(target, [...trail, name]);
      finished.add(name);
    };
    for (const name of targets.keys()) visit(name, []);
    expect(circles).toEqual([]);
  });

  it("knows Node in few places of the core and of the agents", () => {
    const strangers = FILES.filter(({ name }) => /^(?:core|agents|openai|ai-sdk)\//u.test(name))
      .filter(({ name, code }) => importsOf(code).some((specifier) => specifier.startsWith("node:")) && !isNode(name))
      .map(({ name }) => name);
    expect(strangers).toEqual([]);
  });

  it("lets nothing in the core know of an adapter, agents, the command line or the distillation", () => {
    for (const { name, path, code } of FILES.filter((file) => file.name.startsWith("core/"))) {
      const outside = targetsOf(path, code).filter((target) => !target.startsWith("core/"));
      expect(outside, name).toEqual([]);
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
    // The build puts the packed lists in the place of these modules.
    for (const { name, code } of FILES.filter((file) => !file.name.startsWith("core/tokens/ranks/"))) {
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
      expect(withoutComments(code), name).not.toMatch(/\bconsole\.|process\.std(?:out|err)/u);
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

function isNode(name: string): boolean {
  return NODE.some((prefix) => begins(name, prefix));
}

/** The files that a file imports, by name. */
function targetsOf(path: string, code: string): string[] {
  return importsOf(code)
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) =>
      relative(SOURCE, resolve(dirname(path), specifier))
        .replaceAll(sep, "/")
        .replace(/\.js$/u, ""),
    );
}

function begins(name: string, prefix: string): boolean {
  return prefix.endsWith("/") ? name.startsWith(prefix) : name === prefix;
}

/** Specifiers of static and dynamic imports, types included. */
function importsOf(code: string): string[] {
  return [...withoutComments(code).matchAll(/(?:(?<!")\bfrom|\bimport)\s*\(?\s*"([^"]+)"/gu)].map(
    (match) => match[1] as string,
  );
}

function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gmu, "");
}
