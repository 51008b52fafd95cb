// Debian packages in a folder, with nothing installed on the machine: `apt-get` fetches, `dpkg-deb` unpacks.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const SOURCES = "/etc/apt/sources.list.d/debian.sources";
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** Where packages lie, or in one line why they do not. */
export type DebianFolder = { root: string } | { why: string };

/**
 * Unpacks packages of a suite, with those that they need and the machine does not have.
 *
 * @param suite `bookworm-backports`.
 * @param folder Where; what is there already is not fetched again.
 */
export function unpackDebian(suite: string, names: readonly string[], folder: string): DebianFolder {
  const root = join(folder, "root");
  const whole = join(folder, "whole");
  if (existsSync(whole)) return { root };
  if (!existsSync(SOURCES) || !existsSync(KEYRING)) return { why: `no Debian: ${SOURCES} is not there` };
  const [uri] = /(?<=^URIs: ).+/mu.exec(readFileSync(SOURCES, "utf8")) ?? [];
  for (const part of ["lists/partial", "cache/archives/partial", "sources", "packages", "root"]) {
    mkdirSync(join(folder, part), { recursive: true });
  }
  const codename = suite.replace(/-backports$/u, "");
  const source = (name: string) => `deb [signed-by=${KEYRING}] ${uri} ${name} main\n`;
  writeFileSync(join(folder, "sources", "debian.list"), source(codename) + source(suite));
  const own = {
    "Dir::Etc::sourcelist": "/dev/null",
    "Dir::Etc::sourceparts": join(folder, "sources"),
    "Dir::State::Lists": join(folder, "lists"),
    "Dir::Cache": join(folder, "cache"),
    "APT::Sandbox::User": "",
  };
  const options = Object.entries(own).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  const apt = (words: readonly string[], cwd?: string) =>
    spawnSync("apt-get", [...options, ...words], { encoding: "utf8", cwd, env: { ...process.env, LC_ALL: "C" } });
  const updated = apt(["update"]);
  // What cannot be reached is a warning to apt.
  if (updated.status !== 0 || /^(?:W|E): Failed/mu.test(updated.stderr)) {
    return { why: `apt-get cannot reach ${suite}: ${updated.stderr.trim().split("\n")[0]}` };
  }
  const planned = apt(["install", "--simulate", "--no-install-recommends", "-t", suite, ...names]);
  const packages = [...planned.stdout.matchAll(/^Inst (\S+)/gmu)].map(([, name]) => name as string);
  if (planned.status !== 0 || packages.length === 0) {
    return { why: `apt-get has no plan for ${names.join(", ")}: ${planned.stderr.trim() || "nothing to install"}` };
  }
  const fetched = apt(["download", "-t", suite, ...packages], join(folder, "packages"));
  if (fetched.status !== 0) return { why: `apt-get download failed: ${fetched.stderr.trim().split("\n")[0]}` };
  for (const archive of readdirSync(join(folder, "packages"))) {
    const unpacked = spawnSync("dpkg-deb", ["-x", join(folder, "packages", archive), root]);
    if (unpacked.status !== 0) return { why: `dpkg-deb could not unpack ${archive}` };
  }
  writeFileSync(whole, "");
  return { root };
}
