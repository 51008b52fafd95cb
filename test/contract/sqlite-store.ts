import { EventEmitter } from "node:events";
import Database from "better-sqlite3";
import type { KeyvStoreAdapter } from "keyv";

/**
 * A Keyv store over better-sqlite3, as small as Keyv allows. (`@keyv/sqlite` is over `sqlite3`, whose binary
 * comes from outside the npm registry.)
 */
export function sqliteStore(file: string): KeyvStoreAdapter {
  const database = new Database(file);
  database.pragma("journal_mode = WAL");
  database.exec("CREATE TABLE IF NOT EXISTS keyv (key TEXT PRIMARY KEY, value TEXT)");
  const select = database.prepare<[string], { value: string }>("SELECT value FROM keyv WHERE key = ?");
  const upsert = database.prepare(
    "INSERT INTO keyv VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  );
  const remove = database.prepare("DELETE FROM keyv WHERE key = ?");
  const events = new EventEmitter();
  const adapter = {
    opts: { dialect: "sqlite" },
    namespace: undefined,
    on(event: string, listener: (...parameters: unknown[]) => void) {
      events.on(event, listener);
      return adapter;
    },
    get: async (key: string) => select.get(key)?.value,
    set: async (key: string, value: unknown) => upsert.run(key, value).changes > 0,
    delete: async (key: string) => remove.run(key).changes > 0,
    clear: async () => void database.exec("DELETE FROM keyv"),
    disconnect: async () => void database.close(),
  };
  return adapter as unknown as KeyvStoreAdapter;
}
