/**
 * Where a file of an installed package lies, as a program would find it. Asked of Node by name: what is imported as
 * `createRequire` bundlers take for an import of that file (webpack since 5.113).
 *
 * @param program Path or address of a file that may not exist: its folder is where the search begins.
 * @param file Package and path in it, `name/package.json`.
 * @throws The system's error if it is nowhere.
 */
export function findInstalled(program: string, file: string): string {
  return process.getBuiltinModule("node:module").createRequire(program).resolve(file);
}
