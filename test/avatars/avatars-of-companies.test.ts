import { beforeAll, expect, test } from "vitest";
import { CompanyAnswer } from "../../src/companies/schemas.ts";
import { gif, png, webp } from "../fixtures/images.ts";
import {
  avatarOf,
  base64,
  imageOf,
  keptAvatars,
  putForm,
  putJson,
  remove,
} from "../harness/accounts/avatars.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";
import { dumpDirectory } from "../harness/failing-statement.ts";
import { eventsOf } from "../harness/people.ts";

const image = base64(png());
let company: TestCompany;
let owner: TestUser;

beforeAll(async () => {
  company = await createCompany();
  owner = await createUser({ access: [{ company, role: "owner" }] });
});

test("an owner changes and removes it, and the trail tells of it", async () => {
  const json = { company_id: company.id, avatar_base64: image, name: "logo.png", type: "image/png" };
  const changed = CompanyAnswer.parse(await bodyOf(putJson("companies", owner.token, json)));
  expect(changed.company.avatar_route).toMatch(/^\/api\/v1\/avatars\/[0-9a-f]{32}\.png$/);
  expect(await bodyOf(call(`/companies/${company.id}`, { token: owner.token }))).toEqual(changed);
  const first = await avatarOf("companies", company.id);
  expect(await imageOf(first)).toEqual(png());

  const parts = [
    { name: "company_id", value: String(company.id) },
    { name: "file", value: webp(), fileName: "logo.webp" },
  ];
  await bodyOf(putForm("companies", owner.token, parts));
  const second = await avatarOf("companies", company.id);
  expect(await imageOf(first)).toBeNull();
  expect(await imageOf(second)).toEqual(webp());

  const removed = CompanyAnswer.parse(
    await bodyOf(remove("companies", owner.token, undefined, `?company_id=${company.id}`)),
  );
  expect(removed.company.avatar_route).toBeNull();
  expect(await imageOf(second)).toBeNull();
  const before = await dumpDirectory();
  expect(await bodyOf(remove("companies", owner.token, { company_id: company.id }))).toEqual(removed);
  expect(await dumpDirectory()).toEqual(before);

  const event = { company_id: company.id, actor_id: owner.id, details: {} };
  expect(await eventsOf("company", company.id)).toEqual([
    { action: "company.avatar_changed", ...event },
    { action: "company.avatar_changed", ...event },
    { action: "company.avatar_removed", ...event },
  ]);
});

test("owners of the parent and operators may too", async () => {
  const child = await createCompany({ parent: company });
  const operator = await createUser({ operator: true });
  for (const { token } of [owner, operator]) {
    await bodyOf(putJson("companies", token, { company_id: child.id, avatar_base64: base64(gif()) }));
    expect(await imageOf(await avatarOf("companies", child.id))).toEqual(gif());
  }
});

test("nobody else may, and to those outside the company does not exist", async () => {
  const child = await createCompany({ parent: company });
  await bodyOf(putJson("companies", owner.token, { company_id: company.id, avatar_base64: image }));
  const tried: [who: TestUser, whose: number, status: number][] = [
    [await createUser({ access: [{ company, role: "manager" }] }), company.id, 403],
    [await createUser({ access: [{ company, role: "agent" }] }), company.id, 403],
    [await createUser({ access: [{ company, role: "viewer" }] }), company.id, 403],
    [await createUser({ access: [{ company: child, role: "owner" }] }), company.id, 404],
    [await createUser({ access: [{ company: await createCompany(), role: "owner" }] }), company.id, 404],
    [owner, 9_007_199_254_740_991, 404],
    [await createUser({ operator: true }), 9_007_199_254_740_991, 404],
  ];
  const before = [await dumpDirectory(), await keptAvatars()];
  for (const [{ token }, id, status] of tried) {
    const parts = [
      { name: "company_id", value: String(id) },
      { name: "file", value: png(), fileName: "logo.png" },
    ];
    for (const asked of [
      putJson("companies", token, { company_id: id, avatar_base64: image }),
      putForm("companies", token, parts),
      remove("companies", token, { company_id: id }),
      remove("companies", token, undefined, `?company_id=${id}`),
    ]) {
      const problem = await problemOf(asked, status);
      expect(problem.errors).toEqual([expect.objectContaining({ pointer: "/company_id" })]);
    }
  }
  expect([await dumpDirectory(), await keptAvatars()]).toEqual(before);
});

test("a company has to be named", async () => {
  const before = [await dumpDirectory(), await keptAvatars()];
  for (const asked of [
    putJson("companies", owner.token, { avatar_base64: image }),
    putJson("companies", owner.token, { company_id: String(company.id), avatar_base64: image }),
    putJson("companies", owner.token, { company_id: company.id, avatar_base64: image, user_id: owner.id }),
    putForm("companies", owner.token, [{ name: "file", value: png(), fileName: "logo.png" }]),
    remove("companies", owner.token),
    remove("companies", owner.token, { company_id: null }),
  ]) {
    await problemOf(asked, 422);
  }
  expect([await dumpDirectory(), await keptAvatars()]).toEqual(before);
});
