import { createReadStream, type Stats } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { InvalidOptionError } from "../../core/index.js";
import { readWheel } from "./wheel.js";

/** A Python package, in its wheel or as it is installed. */
export interface PythonPackage {
  /** Its name with underscores, as in file names: `onnxruntime_gpu`. */
  name: string;
  version: string;
  files: PackageFile[];
}

/** A file of a package, with what the package says its content is. */
export interface PackageFile {
  /** Path inside the package. */
  path: string;
  /** SHA-256, in base64url without padding. */
  sha256: string;
  open(): Promise<Readable>;
}

const INFO = /^(?<name>[A-Za-z0-9_.]+)-(?<version>[^-/]+)\.dist-info$/u;
/** A line of RECORD; names with commas, which are quoted, are none of those looked for. */
const RECORD_LINE = /^(?<path>[^",]+),sha256=(?<sha256>[\w-]+),\d*\r?$/u;

/**
 * The Python packages of a folder: of the wheels in it, and, if it is a site-packages folder, of what is installed there.
 *
 * @throws InvalidOptionError If it is no folder, or a wheel in it is damaged.
 */
export async function pythonPackages(folder: string): Promise<PythonPackage[]> {
  const found: Stats | undefined = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) throw new InvalidOptionError(`Expected \`cudaFrom\` to be a folder, got \`${folder}\`.`);
  const packages: PythonPackage[] = [];
  for (const entry of (await readdir(folder)).sort()) {
    if (entry.endsWith(".whl")) packages.push(await packedPackage(join(folder, entry)));
    const { name, version } = INFO.exec(entry)?.groups ?? {};
    if (name === undefined || version === undefined) continue;
    const record = await readFile(join(folder, entry, "RECORD"), "utf8").catch(() => "");
    const open = async (path: string) => createReadStream(join(folder, path));
    packages.push({ name, version, files: filesOf(record, open) });
  }
  return packages;
}

async function packedPackage(wheel: string): Promise<PythonPackage> {
  const entries = new Map((await readWheel(wheel)).map((entry) => [entry.name, entry]));
  for (const [path, entry] of entries) {
    const [folder = "", file] = path.split("/");
    const { name, version } = INFO.exec(folder)?.groups ?? {};
    if (file !== "RECORD" || name === undefined || version === undefined) continue;
    const record = await text(await entry.open());
    const known = filesOf(record, (inner) => entries.get(inner)?.open() ?? Promise.reject(lost(wheel, inner)));
    return { name, version, files: known };
  }
  throw new InvalidOptionError(`Expected ${wheel} to be a wheel, got an archive without a RECORD of its files.`);
}

function filesOf(record: string, open: (path: string) => Promise<Readable>): PackageFile[] {
  return record.split("\n").flatMap((line) => {
    const { path, sha256 } = RECORD_LINE.exec(line)?.groups ?? {};
    return path === undefined || sha256 === undefined ? [] : [{ path, sha256, open: () => open(path) }];
  });
}

function lost(wheel: string, path: string): InvalidOptionError {
  return new InvalidOptionError(`Expected ${wheel} to hold ${path}, which its RECORD names, got none.`);
}
