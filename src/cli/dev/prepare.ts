import { join } from "node:path";
import { getPlatformProxy } from "wrangler";
import { leadStores } from "../../db/bindings.ts";
import { provisionStore } from "../../db/leads/provision.ts";
import { LOCAL_ONLY } from "../config/wrangler.ts";
import { ROOT } from "../root.ts";
import { seed } from "../seed/seed.ts";
import { migrate, type Renamed } from "./migrate.ts";

/**
 * Brings the local databases up to date: migrations, the lead stores' ranges of ids, the seed. Doing it again
 * changes nothing.
 *
 * @param state the folder that holds all local state, as `wrangler dev --persist-to` takes it.
 * @param renamed migrations that have another name since they were applied.
 * @returns how many migrations it applied.
 */
export async function prepare(state: string, renamed: Renamed[] = []): Promise<number> {
  Object.assign(process.env, LOCAL_ONLY);
  const { env, dispose } = await getPlatformProxy<Env>({
    configPath: join(ROOT, "wrangler.toml"),
    persist: { path: join(state, "v3") },
    remoteBindings: false,
    envFiles: [],
  });
  try {
    const of = (kind: string) => renamed.filter(({ to }) => to.startsWith(`${kind}/`));
    const directory = await migrate(env.DIRECTORY, join(ROOT, "migrations/directory"), of("directory"));
    let applied = directory.length;
    for (const [number, store] of leadStores(env).entries()) {
      applied += (await migrate(store, join(ROOT, "migrations/leads"), of("leads"))).length;
      await provisionStore(store, number);
    }
    await seed(env, Date.now());
    return applied;
  } finally {
    await dispose();
  }
}
