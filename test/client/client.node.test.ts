import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../../src/cli/root.ts";
import {
  createClient,
  errorOf,
  followImport,
  importFile,
  LeadsyError,
  listErrors,
  type Progress,
  startImport,
} from "../../src/client/index.ts";
import { blocksOf, documents } from "../docs/markdown.ts";
import { type ApiParty, startApi } from "./api-party.ts";
import { command, runScript } from "./command.ts";

/** The client and the command line, on a Worker of their own. */
let api: ApiParty;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.close());

const fileOf = (name: string, count: number, bad = 0) =>
  [
    "Nombre,Correo",
    ...Array.from({ length: count }, (_, index) => `${name} ${index},${name}${index}@example.com`),
    ...Array.from({ length: bad }, (_, index) => `${name} sin ${index},nadie`),
  ].join("\n");

/** A file of two parts that has few records. */
const wideFile = (count: number) =>
  [
    "email,notes",
    ...Array.from({ length: count }, (_, index) => `parte${index}@example.com,${"x".repeat(4900)}`),
  ].join("\n");

async function all<One>(pages: AsyncIterable<One>): Promise<One[]> {
  const list: One[] = [];
  for await (const one of pages) list.push(one);
  return list;
}

describe("the client", () => {
  test("imports a file, pages its leads, changes one with If-Match and takes the import back", async () => {
    const { client, companyId } = api;
    const steps: Progress[] = [];
    const file = new File([fileOf("ana", 250, 2)], "feria.csv");
    const done = await importFile(client, file, {
      company_id: companyId,
      source: "feria",
      onProgress: (step) => steps.push(step),
    });
    expect(done).toMatchObject({
      status_name: "completed_with_errors",
      created_records: 250,
      failed_records: 2,
    });
    expect(steps.at(0)).toEqual({ step: "upload", loaded: 0, total: file.size });
    expect(steps.at(-1)).toEqual({ step: "import", importFile: done });
    const errors = await all(listErrors(client, done.import_code));
    expect(errors.map(({ line, column }) => ({ line, column }))).toEqual([
      { line: 252, column: "Correo" },
      { line: 253, column: "Correo" },
    ]);
    // In the language that the client was made with.
    expect(errors[0]?.reason).toMatch(/correo/);

    const query = { import_code_eq: done.import_code, limit: 100, sort: "created_at" } as const;
    const params = { path: { company_id: companyId }, query };
    const emails: (string | null)[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const { data } = await client.GET("/companies/{company_id}/leads", {
        params: { ...params, query: { ...query, ...(cursor && { cursor }) } },
      });
      emails.push(...(data?.leads.map(({ email }) => email) ?? []));
      cursor = data?.meta.next_cursor ?? null;
    }
    expect(emails).toEqual(Array.from({ length: 250 }, (_, index) => `ana${index}@example.com`));

    const { data: page } = await client.GET("/companies/{company_id}/leads", { params });
    const path = { id: page?.leads[0]?.id ?? 0 };
    const { response } = await client.GET("/leads/{id}", { params: { path } });
    const header = { "If-Match": response.headers.get("ETag") ?? "" };
    const put = { params: { path, header }, body: { city: "Oaxaca" } };
    expect((await client.PUT("/leads/{id}", put)).data?.lead.city).toBe("Oaxaca");
    const stale = await client.PUT("/leads/{id}", { ...put, body: { city: "Puebla" } });
    expect(stale.response.status).toBe(412);

    await client.POST("/import/{import_code}/undo", { params: { path: { import_code: done.import_code } } });
    const undone = await followImport(client, done.import_code);
    expect(undone.status_name).toBe("undone");
    const left = await client.GET("/companies/{company_id}/leads", { params });
    expect(left.data?.leads.map(({ city }) => city)).toEqual(["Oaxaca"]);
  });

  test("sends a large file in parts, goes on with those that are there, and imports it once", async () => {
    const { client, companyId } = api;
    const file = new File([wideFile(1400)], "large.csv");
    const fields = { company_id: companyId, idempotencyKey: crypto.randomUUID() };
    let uploadId = 0;
    const lost = new AbortController();
    const begun = startImport(client, file, {
      ...fields,
      resumeUpload: await openUpload(file.size),
      onUpload: (id) => {
        uploadId = id;
      },
      onProgress: (now) => now.step === "upload" && now.loaded > 0 && lost.abort(new Error("lost")),
      signal: lost.signal,
    });
    await expect(begun).rejects.toThrow();
    const sent: number[] = [];
    const code = await startImport(client, file, {
      ...fields,
      resumeUpload: uploadId,
      onProgress: (now) => now.step === "upload" && sent.push(now.loaded),
    });
    expect(sent[0]).toBeGreaterThan(0);
    expect(sent.at(-1)).toBe(file.size);
    const again = await startImport(client, file, { ...fields, resumeUpload: uploadId }).catch(
      (error) => error,
    );
    expect(again instanceof LeadsyError ? again.code : again.import_code).toBe(
      again instanceof LeadsyError ? "upload_complete" : code.import_code,
    );
    const done = await followImport(client, code.import_code);
    expect(done).toMatchObject({ created_records: 1400, failed_records: 0 });
  });

  test("says what the API refuses, by field", async () => {
    const { client, companyId } = api;
    const refused = importFile(client, new Blob(["email\n"]), { company_id: companyId, header_row: -1 });
    const error = await refused.catch((error: unknown) => error);
    expect(error).toBeInstanceOf(LeadsyError);
    expect(error).toMatchObject({ status: 422, code: "invalid_body", errors: [{ pointer: "/header_row" }] });
    const stranger = createClient({ url: api.worker.url, key: "nobody's" });
    const { error: unknown, response } = await stranger.GET("/companies");
    expect(errorOf(response, unknown)).toMatchObject({ status: 401, code: "unauthorized" });
  });

  test("asks again while the server has trouble, and what creates something only with a key", async () => {
    let trouble = 2;
    const asked: string[] = [];
    const fetch = async (request: Request) => {
      asked.push(request.method);
      if (trouble-- > 0) return new Response(null, { status: 503, headers: { "Retry-After": "0" } });
      return globalThis.fetch(request);
    };
    const client = createClient({ url: api.worker.url, key: api.token, fetch });
    expect((await client.GET("/companies")).response.status).toBe(200);
    expect(asked).toEqual(["GET", "GET", "GET"]);
    trouble = 1;
    const params = { path: { company_id: api.companyId } };
    const without = await client.POST("/companies/{company_id}/leads", {
      params,
      body: { email: "x@example.com" },
    });
    expect(without.response.status).toBe(503);
    trouble = 1;
    const lead = {
      params: { ...params, header: { "Idempotency-Key": "1" } },
      body: { email: "x@example.com" },
    };
    expect((await client.POST("/companies/{company_id}/leads", lead)).response.status).toBe(201);
  });

  async function openUpload(bytes: number): Promise<number> {
    const { data } = await api.client.POST("/import/uploads", {
      body: { file_name: "large.csv", bytes, company_id: api.companyId },
    });
    return data?.upload.id ?? 0;
  }
});

describe("the command line", () => {
  test("imports, lists errors, exports and takes back; its exit codes tell how it went", async () => {
    const run = (...args: string[]) => command(api, args);
    const path = await api.write("leads.csv", fileOf("luz", 20, 3));
    const company = ["--company", String(api.companyId)];
    const dry = await run("import", path, ...company, "--dry-run", "--watch");
    expect([dry.code, dry.lines.at(-1)?.import_file.status_name]).toEqual([3, "validated"]);

    const imported = await run("import", path, ...company, "--watch");
    expect(imported.code).toBe(3);
    const { import_code = "", created_records } = imported.lines.at(-1)?.import_file ?? {};
    expect(created_records).toBe(20);
    const errors = await run("errors", import_code);
    expect(errors.lines.map(({ line }) => line)).toEqual([22, 23, 24]);
    expect((await run("errors", import_code, "--output", `${path}.errors`)).code).toBe(0);
    expect(await api.read(`${path}.errors`)).toMatch(/_reason[\s\S]*luz sin 2/);

    const exported = await run("export", ...company);
    expect(exported.text.match(/luz\d+@example\.com/g)).toHaveLength(20);
    const undone = await run("undo", import_code);
    expect([undone.code, undone.lines.at(-1)?.import_file.status_name]).toEqual([0, "undone"]);
    expect((await run("export", ...company)).text).not.toContain("luz1@example.com");
  });

  test("says what is wrong with its arguments, and what the API refuses", async () => {
    const run = (...args: string[]) => command(api, args);
    expect(await run("import")).toMatchObject({
      code: 2,
      problem: expect.stringContaining("Say which file"),
    });
    expect(await run("import", "/nowhere.csv", "--company", "1")).toMatchObject({ code: 2 });
    expect(await run("fly")).toMatchObject({ code: 2, problem: expect.stringContaining("leadsy import") });
    expect(await run("undo", `imp_${"0".repeat(26)}`)).toMatchObject({ code: 1 });
    const path = await api.write("one.csv", fileOf("uno", 1));
    expect(await run("import", path, "--company", "999999999")).toMatchObject({ code: 1 });
  });
});

describe("the examples of the guide", () => {
  const examples = documents().flatMap((document) =>
    blocksOf(document).filter(({ language }) => language === "ts"),
  );

  test("there are some", () => expect(examples).not.toEqual([]));

  test.each(examples)("$at runs", async ({ text }) => {
    const client = pathToFileURL(join(ROOT, "src/client/index.ts")).href;
    const script = await api.write("example.ts", text.replace('from "leadsy"', `from "${client}"`));
    const { text: said, problem, code } = await runScript(api, script, []);
    expect([code, code && problem]).toEqual([0, 0]);
    expect(said).toMatch(/^completed_with_errors 1 1\n3 .*\n\[ 'ana@example.com' \]\n$/);
  });
});
