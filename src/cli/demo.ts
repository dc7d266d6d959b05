import { openAsBlob } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { createClient, errorOf, importFile } from "../client/index.ts";
import { ledger } from "../command/show/ledger.ts";
import { progressOn } from "../command/show/progress.ts";
import { rejections } from "./demo/rejections.ts";
import { DEFAULT_PORT, type Server, startServer } from "./dev/server.ts";
import { untilSignal } from "./dev/until-signal.ts";
import { ROOT } from "./root.ts";
import { DEMO_CAMPAIGN_ID, DEMO_PASSWORD } from "./seed/data.ts";

/** `npm run demo`: imports a file of leads over HTTP and shows what became of each record. */

const { values } = parseArgs({
  options: {
    url: { type: "string" },
    port: { type: "string", default: String(DEFAULT_PORT) },
    "persist-to": { type: "string" },
    file: { type: "string", default: join(ROOT, "test/fixtures/sample-leads.csv") },
    once: { type: "boolean", default: false },
  },
});
const EMAIL = "manager@demo.test";

const ending = untilSignal();
let server: Server | undefined;
let code = 0;
try {
  const url = values.url ?? `http://127.0.0.1:${values.port}`;
  let serving = false;
  if (!(await answersAt(url))) {
    if (values.url) throw new Error(`Nothing answers at ${url}.`);
    console.log("Starting the API …");
    server = await startServer({
      port: Number(values.port),
      persistTo: values["persist-to"],
      signal: ending.signal,
      onOutput: (text) => (serving || !server) && process.stdout.write(text),
      onStep: console.log,
    });
  }
  await importSample(url);
  if (server && process.stdout.isTTY && !values.once) {
    serving = true;
    console.log("\n  The API goes on at this address. Ctrl-C ends it.\n");
    const ended = await server.ended;
    if (!ending.signal.aborted) code = ended;
  }
} catch (error) {
  if (!ending.signal.aborted) console.error(error instanceof Error ? error.message : error);
  code = 1;
}
ending.abort();
await server?.ended;
process.exit(code);

async function importSample(url: string): Promise<void> {
  const { signal } = ending;
  const { data: session, error } = await createClient({ url, key: "" }).POST("/users/login", {
    body: { email: EMAIL, password: DEMO_PASSWORD },
    signal,
  });
  if (!session) throw new Error(`${EMAIL} cannot sign in at ${url}: ${error.detail}`);
  const client = createClient({ url, key: session.token });
  const query = { name_cont: "Demo" };
  const listed = await client.GET("/companies", { params: { query }, signal });
  if (!listed.data) throw errorOf(listed.response, listed.error);
  const company = listed.data.companies.find(({ name }) => name === "Demo Agency");
  if (!company) throw new Error(`${EMAIL} sees no company Demo Agency.`);
  console.log(`\nSigned in as ${EMAIL}, importing ${basename(values.file)} into ${company.name}\n`);

  const done = await importFile(client, await openAsBlob(values.file), {
    file_name: basename(values.file),
    company_id: company.id,
    campaign_id: DEMO_CAMPAIGN_ID,
    onProgress: progressOn(process.stdout),
    signal,
  });
  if (done.status_name !== "completed" && done.status_name !== "completed_with_errors") {
    throw new Error(`The import ended as ${done.status_name}. ${done.failure?.detail ?? ""}`.trim());
  }

  console.log(`\n${ledger(done)}`);
  if (done.same_file_as) {
    console.log(`\n  The same file came before as ${done.same_file_as}: its leads are there already.`);
  }
  const rejected = await rejections(done);
  if (rejected) console.log(`\n${rejected}`);
  console.log(`\n  Reference    ${url}/docs`);
  console.log(`  OpenAPI      ${url}/openapi.json`);
  console.log(`  Sign in as   ${EMAIL}, ${DEMO_PASSWORD}`);
  console.log(`  Console      ${url}/console/c/${company.id}/imports/${done.import_code}`);
}

/** Whether anything answers at an address. */
async function answersAt(url: string): Promise<boolean> {
  return fetch(`${url}/health`).then(
    () => true,
    () => false,
  );
}
