import { env } from "cloudflare:test";
import { expect, test } from "vitest";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createUser } from "../harness/factories.ts";

const { token } = await createUser();

test("the catalogue has every role with what it may, the strongest first", async () => {
  const { accesses } = await bodyOf(call("/accesses", { token }));
  const { results } = await env.DIRECTORY.prepare("SELECT * FROM accesses ORDER BY id").all();
  expect(accesses).toEqual(
    results.map(({ id, name, description, permissions }) => ({
      id,
      name,
      description,
      permissions: JSON.parse(String(permissions)),
    })),
  );
  expect(accesses.map(({ name }: { name: string }) => name)).toEqual(["owner", "manager", "agent", "viewer"]);
  // A higher access may do all that a lower one may.
  for (const [index, { permissions }] of accesses.entries()) {
    expect(permissions.length).toBeGreaterThan(accesses[index + 1]?.permissions.length ?? 0);
  }
});

test("each role has an address of its own", async () => {
  const { accesses } = await bodyOf(call("/accesses", { token }));
  for (const access of accesses) {
    expect(await bodyOf(call(`/accesses/${access.id}`, { token }))).toEqual({ access });
  }
});

test.each(["/accesses", "/accesses/2"])("%s need not be sent twice", async (path) => {
  const first = await call(path, { token });
  const tag = first.headers.get("ETag") ?? "";
  expect(tag).toMatch(/^"[\w-]+"$/);
  const again = await call(path, { token, headers: { "If-None-Match": tag } });
  expect(again.status).toBe(304);
  expect(await again.text()).toBe("");
});

test.each(["0", "-1", "two", "1e0"])("%s is no id", async (id) => {
  expect((await problemOf(call(`/accesses/${id}`, { token }), 400)).errors[0].pointer).toBe("/id");
});

test("there is no fifth role, and nothing for strangers", async () => {
  await problemOf(call("/accesses/5", { token }), 404);
  for (const path of ["/accesses", "/accesses/1"]) await problemOf(call(path), 401);
  await problemOf(call("/accesses?page=1", { token }), 400);
});
