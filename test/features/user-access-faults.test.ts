import { expect, test } from "vitest";
import { type Call, problemOf } from "../harness/api.ts";
import { createCompany, createUser } from "../harness/factories.ts";
import { dumpDirectory, failAtEveryStatement } from "../harness/failing-statement.ts";
import { accessEvents, accessesInDatabase, rolesInDatabase } from "../harness/user-accesses.ts";

const parent = await createCompany();
const [a, b, c] = [
  await createCompany({ parent }),
  await createCompany({ parent }),
  await createCompany({ parent }),
];
const owner = await createUser({ access: [{ company: parent, role: "owner" }] });

/** Fails a request at each of its statements. @returns how often nothing was to come of it, and nothing did. */
async function failEverywhere(path: string, asked: Call, success: number): Promise<number> {
  const before = await dumpDirectory();
  const { failures, answer } = await failAtEveryStatement(
    path,
    { token: owner.token, ...asked },
    async (failed) => {
      expect((await problemOf(failed, 500)).code).toBe("internal_error");
      expect(await dumpDirectory()).toEqual(before);
    },
  );
  expect(answer.status).toBe(success);
  expect(await dumpDirectory()).not.toEqual(before);
  return failures;
}

/** Who is calling, and whose accesses these are. */
const LOOKS = 2;
const AFTER_THE_LAST = 1;

test("a grant that fails at whatever statement gives nothing", async () => {
  const user = await createUser({ access: [{ company: a, role: "viewer" }] });
  const wanted = [
    { company_id: b.id, access_id: 3 },
    { company_id: c.id, access_id: 2, primary: true },
  ];
  const asked = { method: "POST", json: { user_accesses: wanted } };
  const failures = await failEverywhere(`/users/${user.id}/user_access`, asked, 201);
  // Two guards; events, rows; the old primary and the new one; the answer.
  expect(failures).toBe(LOOKS + 2 + 2 + 2 + 1 + AFTER_THE_LAST);
  expect(await rolesInDatabase(user)).toEqual({ [a.id]: 4, [b.id]: 3, [c.id]: 2 });
  expect(await accessEvents(user)).toHaveLength(2);
});

test("a replacement that fails at whatever statement changes nothing", async () => {
  const user = await createUser({
    access: [
      { company: a, role: "viewer" },
      { company: b, role: "agent" },
    ],
  });
  const wanted = [
    { company_id: b.id, access_id: 2 },
    { company_id: c.id, access_id: 4, primary: true },
  ];
  const asked = { method: "PUT", json: { user_accesses: wanted } };
  const failures = await failEverywhere(`/users/${user.id}/user_access`, asked, 200);
  // A guard; events and rows of changes, grants and removals; the old primary and the new one; the answer.
  expect(failures).toBe(LOOKS + 1 + 3 * 2 + 2 + 1 + AFTER_THE_LAST);
  expect(
    (await accessesInDatabase(user)).map(({ company, access, primary }) => [company, access, primary]),
  ).toEqual([
    [b.id, 2, false],
    [c.id, 4, true],
  ]);
  expect(await accessEvents(user)).toHaveLength(3);
});

test("a removal that fails at whatever statement takes nothing", async () => {
  const user = await createUser({
    access: [
      { company: a, role: "viewer" },
      { company: b, role: "agent" },
    ],
  });
  const [row, next] = await accessesInDatabase(user);
  const failures = await failEverywhere(
    `/users/${user.id}/user_access/${row?.id}`,
    { method: "DELETE" },
    204,
  );
  // Two guards; the event and the row.
  expect(failures).toBe(LOOKS + 2 + 2 + AFTER_THE_LAST);
  expect(await accessesInDatabase(user)).toEqual([{ ...next, primary: true }]);
  expect(await accessEvents(user)).toHaveLength(1);
});
