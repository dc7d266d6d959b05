import { call } from "../harness/api.ts";
import type { TestUser } from "../harness/factories.ts";

export const put = (caller: TestUser, user: { id: number }, userAccesses: unknown) =>
  call(`/users/${user.id}/user_access`, {
    token: caller.token,
    method: "PUT",
    json: { user_accesses: userAccesses },
  });

export const want = (company: { id: number }, access: number, more = {}) => ({
  company_id: company.id,
  access_id: access,
  ...more,
});

export const pointersOf = (problem: { errors: { pointer: string }[] }) =>
  problem.errors.map(({ pointer }) => pointer);
