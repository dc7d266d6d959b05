import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../../src/cli/root.ts";
import { createClient, followImport, importFile } from "../../src/client/index.ts";

const IMPORT = { import_code: "imp_1", status_name: "processing", progress: 0, finished_at: null };
const FORBIDDEN = { code: "insufficient_scope", detail: "This needs imports:read." };

/** What answers instead of the API: some of it is not the API. */
let server: Server;
let url: string;
let folder: string;
const undoKeys: unknown[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "leadsy-manners-"));
  server = createServer((request, response) => {
    const answer = (status: number, type: string, body: string) =>
      response.writeHead(status, { "Content-Type": type }).end(body);
    const json = (status: number, body: object) => answer(status, "application/json", JSON.stringify(body));
    request.resume().on("end", () => {
      if (request.url?.includes("/undo")) undoKeys.push(request.headers["idempotency-key"]);
      if (request.url?.includes("/export")) {
        if (request.url.includes("/1/")) return answer(200, "text/html", "<p>Sign in</p>");
        const isNext = request.url.includes("cursor=two");
        if (/\/[45]\//.test(request.url)) {
          if (!isNext) response.setHeader("Link", '</api/v1/export?cursor=two>; rel="next"');
          const header = isNext && request.url.includes("/5/") ? "email,city" : "email";
          return answer(200, "text/csv; charset=utf-8", `${header}\r\n${isNext ? "b" : "a"}@example.com\r\n`);
        }
        response.writeHead(200, { "Content-Type": "text/csv; charset=utf-8", "Content-Length": 9_000_000 });
        response.write("email\n");
        return request.url.includes("/2/")
          ? setTimeout(() => response.destroy(), 100)
          : response.end("x".repeat(8_999_994));
      }
      if (request.url === "/api/v1/import") return json(202, { import_file: IMPORT });
      if (request.url?.startsWith("/api/v1/import/")) return json(403, FORBIDDEN);
      return answer(200, "text/html", "<p>Welcome</p>");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs `leadsy`, whose output is read to its end, or not at all. */
async function run(args: string[], env: object = {}, { input = "", reads = true } = {}) {
  const process_ = spawn(process.execPath, [join(ROOT, "src/command/leadsy.ts"), ...args], {
    env: { ...process.env, LEADSY_URL: url, LEADSY_KEY: "key", ...env },
  });
  process_.stdin.on("error", () => {}).end(input);
  if (!reads) process_.stdout.destroy();
  const [out, problem, [code]] = await Promise.all([
    reads ? text(process_.stdout) : "",
    text(process_.stderr),
    once(process_, "exit"),
  ]);
  return { code, out, problem };
}

describe("the client", () => {
  test("asks again while the first request with its key runs", async () => {
    let asked = 0;
    const client = createClient({
      url,
      key: "key",
      fetch: async () =>
        ++asked === 1
          ? Response.json({ code: "request_in_flight" }, { status: 409, headers: { "Retry-After": "0" } })
          : Response.json({ import_file: { import_code: "imp_1" } }, { status: 202 }),
    });
    const path = { import_code: "imp_1" };
    const header = { "Idempotency-Key": "1" };
    const { response } = await client.POST("/import/{import_code}/undo", { params: { path, header } });
    expect([asked, response.status]).toEqual([2, 202]);
  });

  test("says where no answer came from, or one that is not the API's", async () => {
    const nobody = createClient({ url: "http://127.0.0.1:1", key: "key" });
    const body = { email: "a@example.com", password: "x" };
    await expect(nobody.POST("/users/login", { body })).rejects.toMatchObject({
      name: "LeadsyError",
      status: 0,
      code: "no_answer",
      message: expect.stringContaining("http://127.0.0.1:1/api/v1/users/login"),
    });
    const page = createClient({ url, key: "key" }).GET("/companies");
    await expect(page).rejects.toMatchObject({ status: 200, message: expect.stringContaining("text/html") });
  });

  test("lets through what the caller's own function throws", async () => {
    const data = JSON.stringify({ import_file: IMPORT });
    const fetch = async () => new Response(`id: 1\nevent: progress\ndata: ${data}\n\n`);
    const onChange = () => {
      throw new Error("mine");
    };
    const followed = followImport(createClient({ url, key: "key", fetch }), "imp_1", { onChange });
    await expect(followed).rejects.toThrow("mine");
  });

  test("has the code of an import before it is followed", async () => {
    const codes: string[] = [];
    const onStart = ({ import_code }: { import_code: string }) => codes.push(import_code);
    const options = { company_id: 1, onStart };
    const done = importFile(createClient({ url, key: "key" }), new Blob(["email\n"]), options);
    await expect(done).rejects.toMatchObject({ code: "insufficient_scope" });
    expect(codes).toEqual(["imp_1"]);
  });
});

describe("the command line", () => {
  test("exports all parts as one file, with one header, and none where the columns change in between", async () => {
    const [whole, changed] = await Promise.all(["4", "5"].map((id) => run(["export", "--company", id])));
    expect(whole).toMatchObject({ code: 0, out: "email\r\na@example.com\r\nb@example.com\r\n" });
    expect(changed).toMatchObject({ code: 1, problem: expect.stringContaining("export them again") });
  });

  test("refuses a key and an address that cannot be, and prints no key", async () => {
    const secret = `lk_secret\nline`;
    const [key, empty, wrong] = await Promise.all([
      run(["undo", "imp_1"], { LEADSY_KEY: secret }),
      run(["undo", "imp_1"], { LEADSY_URL: "" }),
      run(["undo", "imp_1"], { LEADSY_URL: "localhost:8787" }),
    ]);
    expect(key).toMatchObject({ code: 2, problem: expect.stringContaining("LEADSY_KEY") });
    expect(key.out + key.problem).not.toContain("secret");
    for (const one of [empty, wrong]) {
      expect(one).toMatchObject({ code: 2, problem: expect.stringContaining("LEADSY_URL") });
    }
  });

  test("reads standard input, refuses a folder, and says the code though it may not follow", async () => {
    const company = ["--company", "1"];
    const [piped, dir, watched, undo] = await Promise.all([
      run(["import", "-", ...company], {}, { input: "email\na@example.com\n" }),
      run(["import", folder, ...company]),
      run(["import", "-", ...company, "--watch"], {}, { input: "email\n" }),
      run(["undo", "imp_1"]),
    ]);
    expect(piped).toMatchObject({ code: 0, out: expect.stringContaining('"loaded":20') });
    expect(dir).toMatchObject({ code: 2, problem: expect.stringContaining("is a folder") });
    expect(watched).toMatchObject({ code: 1, problem: expect.stringContaining("imp_1 goes on") });
    expect(watched.out).toContain("imp_1");
    expect(undo.code).toBe(1);
    expect(undoKeys).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  });

  test("leaves a file as it was until the new one is there", async () => {
    const path = join(folder, "all.csv");
    await writeFile(path, "before");
    const exported = (company: string) => run(["export", "--company", company, "--output", path]);
    expect(await exported("1")).toMatchObject({ code: 1, problem: expect.stringContaining("text/html") });
    expect((await exported("2")).code).toBe(1);
    expect(await readFile(path, "utf8")).toBe("before");
    expect(await exported("3")).toMatchObject({ code: 0 });
    expect((await readFile(path, "utf8")).length).toBe(9_000_000);
    expect(await readdir(folder)).toEqual(["all.csv"]);
    const nowhere = join(folder, "none", "all.csv");
    const refused = await run(["export", "--company", "3", "--output", nowhere]);
    expect(refused).toMatchObject({
      code: 2,
      problem: expect.stringContaining(`${nowhere} cannot be written`),
    });
  });

  test("ends quietly where nobody reads on, and helps after a command", async () => {
    const [broken, help, version] = await Promise.all([
      run(["export", "--company", "3"], {}, { reads: false }),
      run(["import", "--help"]),
      run(["undo", "--version"]),
    ]);
    expect(broken).toMatchObject({ code: 141, problem: "" });
    expect(help).toMatchObject({ code: 0, out: expect.stringContaining("leadsy import <file>") });
    expect(version).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});
