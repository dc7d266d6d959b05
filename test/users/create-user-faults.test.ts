import { expect, test } from "vitest";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser } from "../harness/factories.ts";
import { dumpDirectory, failAtEveryStatement } from "../harness/failing-statement.ts";
import { createInvitation, freshEmail, rowsOf } from "../harness/people.ts";
import { howMany } from "../harness/runtime/how-many.ts";

test("a failure at any statement leaves no user, access, mail, event or used invitation", async () => {
  const [inviting, company] = [await createCompany(), await createCompany()];
  const owner = await createUser({ access: [{ company, role: "owner" }] });
  const email = freshEmail();
  const { id, code } = await createInvitation(inviting, email);
  const before = await dumpDirectory();
  const { failures, answer } = await failAtEveryStatement(
    "/users",
    {
      method: "POST",
      token: owner.token,
      json: {
        first_name: "Ana",
        last_name: "Díaz",
        email,
        invitation_code: code,
        user_accesses_attributes: [{ company_id: company.id, access_id: 3, primary: true }],
      },
    },
    async (failed) => {
      expect((await problemOf(failed, 500)).code).toBe("internal_error");
      expect(await dumpDirectory()).toEqual(before);
    },
  );
  const { user } = await bodyOf(answer, 201);
  // Each statement of the look-ups and of the transaction, six of which are for an account that is there, and the end.
  expect(failures).toBe(30);
  expect(
    await rowsOf('SELECT company_id, "primary" FROM user_accesses WHERE user_id = ? ORDER BY id', user.id),
  ).toEqual([
    { company_id: company.id, primary: 1 },
    { company_id: inviting.id, primary: 0 },
  ]);
  expect(await rowsOf("SELECT accepted_by FROM invitations WHERE id = ?", id)).toEqual([
    { accepted_by: user.id },
  ]);
  expect(await rowsOf("SELECT kind FROM mails WHERE email = ?", email)).toEqual([{ kind: "set_password" }]);
});

const RUNS = howMany(16, 50);

test("of two who redeem one invitation at once, exactly one is made, however often", async () => {
  const company = await createCompany();
  const outcomes: string[] = [];
  for (let run = 0; run < RUNS; run++) {
    const email = freshEmail();
    const { id, code } = await createInvitation(company, email);
    const before = await rowsOf("SELECT max(id) AS id FROM audit_events");
    const answers = await Promise.all(
      ["Ana", "Iván"].map((first_name) =>
        call("/users", {
          method: "POST",
          json: { first_name, last_name: "Díaz", email, invitation_code: code },
        }),
      ),
    );
    const [made, lost] = answers.sort((a, b) => a.status - b.status) as [Response, Response];
    const { user } = await bodyOf(made, 201);
    const problem = await problemOf(lost, 422);
    expect(problem).toMatchObject({ code: "invalid_invitation", errors: [{ pointer: "/invitation_code" }] });
    outcomes.push(problem.code);

    expect(await rowsOf("SELECT id, first_name FROM users WHERE email = ?", email)).toEqual([
      { id: user.id, first_name: user.first_name },
    ]);
    expect(await rowsOf("SELECT accepted_by FROM invitations WHERE id = ?", id)).toEqual([
      { accepted_by: user.id },
    ]);
    expect(await rowsOf("SELECT user_id, access_id FROM user_accesses WHERE user_id = ?", user.id)).toEqual([
      { user_id: user.id, access_id: 3 },
    ]);
    expect(await rowsOf("SELECT kind FROM mails WHERE email = ?", email)).toEqual([{ kind: "set_password" }]);
    const events = await rowsOf(
      "SELECT action FROM audit_events WHERE id > ? ORDER BY id",
      before[0].id ?? 0,
    );
    expect(events.map((event) => event.action)).toEqual([
      "user.created",
      "user_access.granted",
      "invitation.accepted",
    ]);
  }
  expect(outcomes).toHaveLength(RUNS);
});
