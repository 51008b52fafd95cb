/**
 * What `node --import` is told so that a process finds a package under another name: as if the version of that name were
 * the one that is installed.
 */
export function aliasedPackage(name: string, alias: string): string {
  const pattern = `^${name}(?=/|$)`;
  const hooks = `export const resolve = (specifier, context, next) =>
    next(specifier.replace(new RegExp(${JSON.stringify(pattern)}), ${JSON.stringify(alias)}), context);`;
  const register = `import { register } from "node:module";
    register("data:text/javascript," + ${JSON.stringify(encodeURIComponent(hooks))});`;
  return `data:text/javascript,${encodeURIComponent(register)}`;
}
