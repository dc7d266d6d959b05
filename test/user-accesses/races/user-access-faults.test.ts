import { expect, test } from "vitest";
import { accessEvents, accessesInDatabase, rolesInDatabase } from "../../harness/accounts/user-accesses.ts";
import { type Call, problemOf } from "../../harness/api.ts";
import { createCompany, createUser } from "../../harness/factories.ts";
import { dumpDirectory, failAtEveryStatement } from "../../harness/failing-statement.ts";

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

/** Who is calling; whose accesses these are, what the caller has in their companies, after both. */
const LOOKS = 3;
/** Which trees the caller manages, and what they have where access is wanted. */
const RIGHTS = 2;
const AFTER_THE_LAST = 1;
/** The event, the links and the rows of what somebody loses the right to have given. */
const ENDED_INVITATIONS = 3;

test("a grant that fails at whatever statement gives nothing", async () => {
  // Only their own primary is anybody's to choose.
  const user = await createUser({
    access: [
      { company: a, role: "viewer" },
      { company: parent, role: "owner" },
    ],
  });
  const wanted = [
    { company_id: b.id, access_id: 3 },
    { company_id: c.id, access_id: 2, primary: true },
  ];
  const asked = { method: "POST", token: user.token, json: { user_accesses: wanted } };
  const failures = await failEverywhere(`/users/${user.id}/user_access`, asked, 201);
  // What they hold already, and who is to be asked first. Three guards; events, rows; the old primary and the new one;
  // the answer.
  expect(failures).toBe(LOOKS + RIGHTS + 2 + 3 + 2 + 2 + 1 + AFTER_THE_LAST);
  expect(await rolesInDatabase(user)).toEqual({ [parent.id]: 1, [a.id]: 4, [b.id]: 3, [c.id]: 2 });
  expect(await accessEvents(user)).toHaveLength(2);
});

test("a replacement that fails at whatever statement changes nothing", async () => {
  const user = await createUser({
    access: [
      { company: a, role: "viewer" },
      { company: b, role: "agent" },
      { company: parent, role: "owner" },
    ],
  });
  const wanted = [
    { company_id: parent.id, access_id: 1 },
    { company_id: b.id, access_id: 2 },
    { company_id: c.id, access_id: 4, primary: true },
  ];
  const asked = { method: "PUT", token: user.token, json: { user_accesses: wanted } };
  const failures = await failEverywhere(`/users/${user.id}/user_access`, asked, 200);
  // Who is to be asked first. Two guards; events and rows of changes, grants and
  // removals, of which the user has to say that they leave; the old primary and the new one; the invitations that they gave; the answer.
  expect(failures).toBe(LOOKS + RIGHTS + 1 + 2 + 3 * 2 + 1 + 2 + ENDED_INVITATIONS + 1 + AFTER_THE_LAST);
  expect(
    (await accessesInDatabase(user)).map(({ company, access, primary }) => [company, access, primary]),
  ).toEqual([
    [b.id, 2, false],
    [parent.id, 1, false],
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
  // What the owner has there, and as whole trees; two guards; the event and the row; the invitations that they gave.
  expect(failures).toBe(LOOKS + 1 + 2 + 2 + ENDED_INVITATIONS + AFTER_THE_LAST);
  expect(await accessesInDatabase(user)).toEqual([{ ...next, primary: true }]);
  expect(await accessEvents(user)).toHaveLength(1);
});
