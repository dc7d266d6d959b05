import { env } from "cloudflare:test";
import { beforeAll, expect, test } from "vitest";
import { openDirectory } from "../../../../src/db/clients.ts";
import { markErased } from "../../../../src/db/directory/erased-mark.ts";
import { eraseDirectoryCopies } from "../../../../src/erasures/space/directory-copies.ts";
import { fillDirectoryRootsStatements } from "../../../../src/erasures/space/fill-roots.ts";
import { spreadStatements } from "../../../../src/erasures/space/spread-rows.ts";
import { createUser } from "../../../harness/factories.ts";

/** What goes over live rows of the directory to get at the space between them leaves these as they are. */

const { DIRECTORY: client } = env;
const directory = openDirectory(client);
const TABLES = { uploads: "multipart_uploads", parts: "uploaded_parts", answers: "keyed_requests" } as const;

const rowsOf = (table: string) =>
  client.prepare(`SELECT *, rowid AS place FROM ${table} ORDER BY rowid`).raw();
const all = () => Promise.all([...Object.values(TABLES), "fillers", "sqlite_sequence"].map(rowsOf));
const marks = () =>
  client.prepare("SELECT value FROM checkpoints WHERE name = 'erased_from_directory'").raw<[string]>();

beforeAll(async () => {
  const { id } = await createUser();
  const name = "Ñandú 🎪.csv".repeat(40);
  const key = crypto.randomUUID();
  const insert = `INSERT INTO multipart_uploads
    (user_id, company_id, file_name, bytes, part_bytes, file_key, created_at, expires_at)`;
  await client.batch([
    ...["", "a.csv", name].map((one) =>
      client
        .prepare(`${insert} VALUES (?, NULL, ?, 8000000000, 5242880, ?, 1, 2)`)
        .bind(id, one, `${key}/${one.length}`),
    ),
    client
      .prepare(
        `INSERT INTO uploaded_parts (upload_id, number, attempts, etag, probe)
         SELECT id, 1, 1, NULL, NULL FROM multipart_uploads WHERE file_key = ?1
         UNION ALL SELECT id, 2, 300, 'etag', ?2 FROM multipart_uploads WHERE file_key = ?1`,
      )
      .bind(`${key}/5`, JSON.stringify({ sample: name.repeat(20) })),
    client
      .prepare(
        `INSERT INTO keyed_requests (key_hash, operation, fingerprint, lease_id, leased_until, body, created_at)
         VALUES (?1, 'openUpload', 'f', ?1, 70000, ?2, 1)`,
      )
      .bind(key, name),
  ]);
});

test.each(Object.entries(TABLES))("%s that took a page each are what they were", async (kind, table) => {
  const before = await rowsOf(table);
  const last = await client.prepare(`SELECT max(rowid) AS id FROM ${table}`).first<number>("id");
  const [spread] = await client.batch(spreadStatements(client, kind as keyof typeof TABLES, last ?? 0));
  expect(spread?.meta.changes).toBeGreaterThan(0);
  expect(await rowsOf(table)).toEqual(before);
});

test("what fills the first pages of tables is gone", async () => {
  const before = await all();
  await client.batch(fillDirectoryRootsStatements(client));
  expect(await all()).toEqual(before);
});

test("it is gone over once something was erased from it, and left alone before", async () => {
  const before = await all();
  let batches = 0;
  const counting = openDirectory({
    prepare: (text: string) => client.prepare(text),
    batch: (statements: D1PreparedStatement[]) => {
      batches += 1;
      return client.batch(statements);
    },
  } as D1Database);
  await eraseDirectoryCopies(counting);
  expect(batches).toBe(0);

  await markErased(directory, Date.now());
  await eraseDirectoryCopies(counting);
  // Around the ends of both tables, and their first pages.
  expect(batches).toBe(5);
  expect(await marks()).toEqual([]);
  expect(await all()).toEqual(before);
});

test("what is erased meanwhile is left to the erasure that it came with", async () => {
  await markErased(directory, Date.now());
  const [[first] = []] = await marks();
  const busy = Object.create(directory, {
    delete: {
      value: (table: Parameters<typeof directory.delete>[0]) => ({
        where: async (condition: never) => {
          await markErased(directory, Date.now());
          return directory.delete(table).where(condition);
        },
      }),
    },
  }) as typeof directory;
  await eraseDirectoryCopies(busy);
  const [[second] = [], ...others] = await marks();
  expect(others).toEqual([]);
  expect(second).toEqual(expect.any(String));
  expect(second).not.toBe(first);
});
