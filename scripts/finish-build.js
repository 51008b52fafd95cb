// What the compiler leaves undone: the command's executable bit.
import { chmodSync } from "node:fs";

chmodSync("dist/cli/main.js", 0o755);
