import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { crc32, deflateRawSync } from "node:zlib";

/**
 * Writes a wheel: a zip archive of the files and of a RECORD of them, every second one deflated.
 *
 * @param altered Files whose digests are those of other contents.
 */
export function writeWheel(
  path: string,
  name: string,
  version: string,
  files: Readonly<Record<string, string>>,
  altered: readonly string[] = [],
): void {
  const info = `${name}-${version}.dist-info/RECORD`;
  const record = recordOf(files, altered);
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [index, [file, content]] of Object.entries({ ...files, [info]: `${record}${info},,\n` }).entries()) {
    const bytes = Buffer.from(content);
    const packed = index % 2 === 0 ? bytes : deflateRawSync(bytes);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(index % 2 === 0 ? 0 : 8, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(Buffer.byteLength(file), 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), common, Buffer.from(file), packed]);
    directory.push(Buffer.concat([Buffer.from("PK\u0001\u0002\u0014\u0000"), common, rest, Buffer.from(file)]));
    parts.push(local);
    offset += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006");
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  writeFileSync(path, Buffer.concat([...parts, entries, end]));
}

/** A package's RECORD of its files. */
export function recordOf(files: Readonly<Record<string, string>>, altered: readonly string[] = []): string {
  return Object.entries(files)
    .map(([file, content]) => {
      const said = altered.includes(file) ? `${content}!` : content;
      return `${file},sha256=${createHash("sha256").update(said).digest("base64url")},${content.length}\n`;
    })
    .join("");
}
