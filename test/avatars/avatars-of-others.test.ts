import { describe, expect, test } from "vitest";
import { gif, png } from "../fixtures/images.ts";
import {
  avatarOf,
  base64,
  imageOf,
  keptAvatars,
  namedAvatars,
  putForm,
  putJson,
  remove,
} from "../harness/accounts/avatars.ts";
import { bodyOf, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestUser } from "../harness/factories.ts";
import { dumpDirectory } from "../harness/failing-statement.ts";
import { eventsOf } from "../harness/people.ts";
import { company, field, file, manager, owner, prepareOwners } from "./avatar-owners.ts";

prepareOwners();

describe("the avatar of somebody else", () => {
  const change = (token: string | undefined, userId: unknown) =>
    putJson("users", token, { user_id: userId, avatar_base64: base64(png()) });

  test("is changed by who manages all of their accesses, in the name of their primary company", async () => {
    const child = await createCompany({ parent: company });
    const other = await createCompany({ parent: company });
    const user = await createUser({
      access: [
        { company: child, role: "agent" },
        { company: other, role: "viewer" },
      ],
    });
    const { user: seen } = await bodyOf(change(manager.token, user.id));
    expect(seen.id).toBe(user.id);
    expect(seen.primary_company.id).toBe(child.id);
    await bodyOf(putForm("users", manager.token, [field("user_id", user.id), file(gif())]));
    expect(await imageOf(await avatarOf("users", user.id))).toEqual(gif());
    await bodyOf(remove("users", manager.token, { user_id: user.id }));
    const event = { company_id: child.id, actor_id: manager.id, details: {} };
    expect(await eventsOf("user", user.id)).toEqual([
      { action: "user.avatar_changed", ...event },
      { action: "user.avatar_changed", ...event },
      { action: "user.avatar_removed", ...event },
    ]);
  });

  test("is changed by an operator, in nobody's name", async () => {
    const user = await createUser({ access: [{ company, role: "owner" }] });
    const operator = await createUser({ operator: true });
    await bodyOf(change(operator.token, user.id));
    expect(await eventsOf("user", user.id)).toEqual([
      { action: "user.avatar_changed", company_id: null, actor_id: operator.id, details: {} },
    ]);
  });

  test("is nobody else's to change or remove", async () => {
    const outside = await createCompany();
    const user = await createUser({ access: [{ company, role: "agent" }] });
    const shared = await createUser({
      access: [
        { company, role: "agent" },
        { company: outside, role: "viewer" },
      ],
    });
    await bodyOf(putJson("users", shared.token, { avatar_base64: base64(png()) }));
    const peer = await createUser({ access: [{ company, role: "agent" }] });
    const stranger = await createUser({ access: [{ company: outside, role: "owner" }] });
    const tried: [who: TestUser, whose: number, status: number][] = [
      [manager, shared.id, 403],
      [owner, shared.id, 403],
      [manager, owner.id, 403],
      [peer, user.id, 403],
      [user, manager.id, 403],
      [stranger, user.id, 404],
      [stranger, 9_007_199_254_740_991, 404],
    ];
    const before = [await dumpDirectory(), await keptAvatars()];
    for (const [who, whose, status] of tried) {
      for (const asked of [
        change(who.token, whose),
        putForm("users", who.token, [field("user_id", whose), file(png())]),
        remove("users", who.token, { user_id: whose }),
      ]) {
        const problem = await problemOf(asked, status);
        expect(problem.errors).toEqual([expect.objectContaining({ pointer: "/user_id" })]);
      }
      await problemOf(remove("users", who.token, undefined, `?user_id=${whose}`), status);
    }
    await problemOf(change(undefined, user.id), 401);
    expect([await dumpDirectory(), await keptAvatars()]).toEqual(before);
  });

  test("is not removed where the body and the query name different users: both are named", async () => {
    const user = await createUser({ access: [{ company, role: "viewer" }] });
    await bodyOf(
      putJson("users", user.token, { avatar_base64: base64(png()), name: "a", type: "image/png" }),
    );
    const { errors } = await problemOf(
      remove("users", manager.token, { user_id: user.id }, `?user_id=${manager.id}`),
      422,
    );
    expect(errors).toEqual([
      {
        pointer: "/user_id",
        code: "contradiction",
        detail: `is ${user.id} in the body and ${manager.id} in the query: send one of them, or the same in both`,
      },
    ]);
    expect(await avatarOf("users", user.id)).not.toBeNull();
    await bodyOf(remove("users", manager.token, { user_id: user.id }, `?user_id=${user.id}`));
    expect(await avatarOf("users", user.id)).toBeNull();
  });

  test("is not changed in place of one's own because an id cannot be read", async () => {
    const before = [await dumpDirectory(), await keptAvatars()];
    for (const id of ["1", 0, -1, 1.5, null, [owner.id], { id: owner.id }, true]) {
      const problem = await problemOf(change(manager.token, id), 422);
      expect(problem.errors[0].pointer).toBe("/user_id");
      await problemOf(remove("users", manager.token, { user_id: id }), 422);
    }
    for (const id of ["0", "-1", "1e0", " 1", "me", "1.0"]) {
      const parts = [field("user_id", id), file(png())];
      expect((await putForm("users", manager.token, parts)).status).toBe(422);
    }
    await problemOf(remove("users", manager.token, undefined, "?user_id=me"), 404);
    expect([await dumpDirectory(), await keptAvatars()]).toEqual(before);
  });
});

test("in the end, each image that is kept is named, and each that is named is kept", async () => {
  expect(await keptAvatars()).toEqual(await namedAvatars());
  expect(await keptAvatars()).not.toEqual([]);
});
