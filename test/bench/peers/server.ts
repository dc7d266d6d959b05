import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Worker } from "node:worker_threads";
import Fastify from "fastify";
import { jwtVerify } from "jose";
import * as z from "zod";
import { openDatabase } from "./database.ts";
import type { ImportJob } from "./import-worker.ts";

/** `node server.ts FOLDER SECRET`: prints its address once it listens. */
const [folder = ".", secret = ""] = process.argv.slice(2);
const databasePath = join(folder, "peer.sqlite");
const db = openDatabase(databasePath);
const key = new TextEncoder().encode(secret);

const Query = z.object({
  company_id: z.coerce.number().int(),
  campaign_id: z.coerce.number().int(),
  country: z.enum(["MX", "BR", "ES", "PT", "US"]),
  file_name: z.string().max(200),
});
const Params = z.object({ id: z.coerce.number().int() });

const addImport = db.prepare(
  `INSERT INTO imports (company_id, campaign_id, file_name, path, bytes, sha256, created_at)
   VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING *`,
);
const findImport = db.prepare("SELECT * FROM imports WHERE id = ?");

const app = Fastify();
app.addContentTypeParser("text/csv", (_request, body, done) => done(null, body));
app.addHook("onRequest", async (request, reply) => {
  const token = request.headers.authorization?.replace(/^Bearer /, "") ?? "";
  try {
    await jwtVerify(token, key, { algorithms: ["HS256"] });
  } catch {
    return reply.code(401).send({ error: "unauthorized" });
  }
});

app.post("/imports", async (request, reply) => {
  const query = Query.parse(request.query);
  const path = join(folder, `${randomUUID()}.csv`);
  const hash = createHash("sha256");
  let bytes = 0;
  const measure = new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  await pipeline(request.body as NodeJS.ReadableStream, measure, createWriteStream(path));

  const row = addImport.get(
    query.company_id,
    query.campaign_id,
    query.file_name,
    path,
    bytes,
    hash.digest("hex"),
    Date.now(),
  );
  const job: ImportJob = {
    databasePath,
    importId: Number(row?.id),
    companyId: query.company_id,
    campaignId: query.campaign_id,
    country: query.country,
    path,
    errorsPath: `${path}.errors.csv`,
  };
  new Worker(join(import.meta.dirname, "import-worker.ts"), { workerData: job });
  return reply.code(202).send({ import: row });
});

app.get("/imports/:id", async (request, reply) => {
  const row = findImport.get(Params.parse(request.params).id);
  return row ? { import: row } : reply.code(404).send({ error: "not_found" });
});

app.get("/imports/:id/errors", async (request, reply) => {
  const row = findImport.get(Params.parse(request.params).id);
  if (row?.status !== "completed") return reply.code(404).send({ error: "not_found" });
  return reply.type("text/csv").send(createReadStream(`${row.path}.errors.csv`));
});

console.log(await app.listen({ host: "127.0.0.1", port: 0 }));
