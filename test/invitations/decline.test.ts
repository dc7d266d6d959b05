import { expect, test } from "vitest";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createUser } from "../harness/factories.ts";
import { eventsOf, rowsOf } from "../harness/people.ts";
import { invited } from "./accepting.ts";

const decline = (codeOrId: string | number, token: string) =>
  call(`/invitations/${codeOrId}/decline`, { method: "POST", token });

test.each(["code", "id"] as const)(
  "the invited person declines it, and the company sees that: by %s",
  async (by) => {
    const user = await createUser();
    const { company, owner, id, code } = await invited(user.email, 3);
    const { invitation } = await bodyOf(decline(by === "id" ? id : code, user.token));
    expect(invitation).toMatchObject({ id, status: "declined", accepted_at: null });
    expect(await rowsOf("SELECT id FROM user_accesses WHERE user_id = ?", user.id)).toEqual([]);
    expect((await bodyOf(call("/invitations/pending", { token: user.token }))).invitations).toEqual([]);
    const list = (status: string) =>
      call(`/companies/${company.id}/invitations?status_eq=${status}`, { token: owner.token });
    expect((await bodyOf(list("declined"))).invitations).toMatchObject([{ id, status: "declined" }]);
    for (const other of ["revoked", "pending", "expired"]) {
      expect((await bodyOf(list(other))).invitations).toEqual([]);
    }
    expect((await eventsOf("invitation", id)).at(-1)).toMatchObject({
      action: "invitation.declined",
      company_id: company.id,
      actor_id: null,
    });
    const links = "SELECT id FROM mails WHERE invitation_id = ? AND link_ended_at IS NULL";
    expect(await rowsOf(links, id)).toEqual([]);
    for (const again of ["accept", "decline"]) {
      const refused = call(`/invitations/${code}/${again}`, { method: "POST", token: user.token });
      expect((await problemOf(refused, 409)).code).toBe("invitation_ended");
    }
    // The company may ask once more.
    const json = { email: user.email, company_id: company.id, access_id: 3 };
    await bodyOf(call("/invitations", { method: "POST", token: owner.token, json }), 201);
  },
);

test("nobody else declines it, nor an account that may not be the person's", async () => {
  const user = await createUser({ confirmed: false });
  const { owner, id, code } = await invited(user.email, 3);
  expect((await problemOf(decline(code, user.token), 403)).code).toBe("email_not_confirmed");
  expect((await problemOf(decline(code, owner.token), 403)).code).toBe("forbidden");
  for (const token of [user.token, owner.token]) await problemOf(decline(id, token), 404);
  const [row] = await rowsOf("SELECT declined_at, revoked_at FROM invitations WHERE id = ?", id);
  expect(row).toEqual({ declined_at: null, revoked_at: null });
});
