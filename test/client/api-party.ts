import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEMO_PASSWORD } from "../../src/cli/seed/data.ts";
import { createClient, type LeadsyClient } from "../../src/client/index.ts";
import { sharedBuild } from "../harness/build.ts";
import { type RunningWorker, startWorker } from "../harness/worker.ts";

/** A Worker, with somebody of the demo who manages a company. */
export interface ApiParty {
  worker: RunningWorker;
  /** Their access token. */
  token: string;
  client: LeadsyClient;
  companyId: number;
  /** Writes a file. @returns its path. */
  write(name: string, text: string): Promise<string>;
  read(path: string): Promise<string>;
  close(): Promise<void>;
}

export async function startApi(): Promise<ApiParty> {
  const folder = await mkdtemp(join(tmpdir(), "leadsy-client-"));
  const script = await sharedBuild(join(folder, "built"));
  const worker = await startWorker({ script, folder: join(folder, "state") });
  const body = { email: "manager@demo.test", password: DEMO_PASSWORD };
  const { data } = await createClient({ url: worker.url, key: "" }).POST("/users/login", { body });
  if (!data) throw new Error("the demo's manager cannot sign in");
  const client = createClient({ url: worker.url, key: async () => data.token, locale: "es" });
  const { data: seen } = await client.GET("/companies", { params: { query: { name_eq: "Demo Agency" } } });
  const [company] = seen?.companies ?? [];
  if (!company) throw new Error("the demo's manager sees no company");
  return {
    worker,
    token: data.token,
    client,
    companyId: company.id,
    async write(name, text) {
      await writeFile(join(folder, name), text);
      return join(folder, name);
    },
    read: (path) => readFile(path, "utf8"),
    async close() {
      await worker.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
