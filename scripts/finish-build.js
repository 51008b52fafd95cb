// What the compiler leaves undone: the command's executable bit, and files that are not TypeScript.
import { chmodSync, copyFileSync, existsSync } from "node:fs";

chmodSync("dist/cli/main.js", 0o755);
for (const file of ["cli/convert.py"]) {
  if (existsSync(`src/${file}`)) copyFileSync(`src/${file}`, `dist/${file}`);
}
