import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import worker from "../../src/index.ts";
import { gif, jpeg, png } from "../fixtures/images.ts";
import {
  avatarOf,
  base64,
  imageOf,
  keptAvatars,
  namedAvatars,
  type Owned,
  putJson,
  remove,
} from "../harness/accounts/avatars.ts";
import { bodyOf, type Call, problemOf, requestOf } from "../harness/api.ts";
import { type Around, surround } from "../harness/bindings.ts";
import { createCompany, createUser } from "../harness/factories.ts";
import { dumpDirectory, failAtEveryStatement } from "../harness/failing-statement.ts";

// Every failure that is forced here is logged, as it should be.
let logged: { event: string; key?: string; name?: string }[] = [];
beforeEach(() => {
  logged = [];
  vi.spyOn(console, "error").mockImplementation((line: string) => void logged.push(JSON.parse(line)));
});
afterEach(() => void vi.restoreAllMocks());

/** A user, or a company with its owner, with an avatar; and how to ask for a change. */
async function createOwned(owned: Owned) {
  const company = await createCompany();
  const user = await createUser({ access: [{ company, role: "owner" }] });
  const id = owned === "users" ? user.id : company.id;
  const named = owned === "users" ? { user_id: id } : { company_id: id };
  const change = (bytes: Uint8Array) => ({ ...named, avatar_base64: base64(bytes) });
  await bodyOf(putJson(owned, user.token, change(png())));
  return { id, token: user.token, named, change, name: () => avatarOf(owned, id) };
}

const state = async () => [await dumpDirectory(), await keptAvatars()];

/** Makes a request to the Worker with something around its bindings. */
async function disturbed(path: string, asked: Call, around: Around): Promise<Response> {
  const context = createExecutionContext();
  const bindings = surround(env, around, async () => {});
  const answer = await worker.fetch(requestOf(path, asked) as never, bindings, context);
  await waitOnExecutionContext(context);
  return answer as Response;
}

describe.each(["users", "companies"] as const)("%s", (owned) => {
  const path = `/${owned}/avatar`;

  test("a failure at any statement of a change leaves no image and no other row", async () => {
    const { token, change, name } = await createOwned(owned);
    const before = await state();
    const asked = { method: "PUT", token, json: change(gif()) };
    const { failures, answer } = await failAtEveryStatement(path, asked, async (failed) => {
      await problemOf(failed, 500);
      expect(await state()).toEqual(before);
    });
    await bodyOf(answer);
    // Who asks, whose it is, what is shown; before, after, and after each of three.
    expect(failures).toBeGreaterThanOrEqual(6);
    expect(await imageOf(await name())).toEqual(gif());
    expect(await keptAvatars()).toEqual(await namedAvatars());
  });

  test("a failure at any statement of a removal leaves all as it was", async () => {
    const { token, named, name } = await createOwned(owned);
    const before = await state();
    const asked = { method: "DELETE", token, json: named };
    const { failures, answer } = await failAtEveryStatement(path, asked, async (failed) => {
      await problemOf(failed, 500);
      expect(await state()).toEqual(before);
    });
    await bodyOf(answer);
    expect(failures).toBeGreaterThanOrEqual(6);
    expect(await name()).toBeNull();
    expect(await keptAvatars()).toEqual(await namedAvatars());
  });

  test.each(["before", "after"])(
    "an image that fails to be stored, %s it was, changes nothing",
    async (when) => {
      const { token, change } = await createOwned(owned);
      const before = await state();
      const answer = await disturbed(
        path,
        { method: "PUT", token, json: change(gif()) },
        async (operation, call) => {
          if (operation.name !== "put") return call();
          if (when === "after") await call();
          throw new Error("R2 is down");
        },
      );
      await problemOf(answer, 500);
      expect(await state()).toEqual(before);
    },
  );

  test("an old image that fails to be removed fails no request, and the log says which one it is", async () => {
    const { token, change, named, name } = await createOwned(owned);
    const noDelete: Around = async (operation, call) => {
      if (operation.name === "delete") throw new Error("R2 is down");
      return call();
    };
    const first = await name();
    await bodyOf(disturbed(path, { method: "PUT", token, json: change(gif()) }, noDelete));
    const second = await name();
    expect(await imageOf(second)).toEqual(gif());
    await bodyOf(disturbed(path, { method: "DELETE", token, json: named }, noDelete));
    expect(await name()).toBeNull();
    expect(logged).toEqual(
      [first, second].map((one) =>
        expect.objectContaining({ event: "avatar.left_behind", key: `avatars/${one}` }),
      ),
    );
    await env.FILES.delete([`avatars/${first}`, `avatars/${second}`]);
  });

  test("a change of which only the answer is lost keeps its image", async () => {
    const { token, change, name } = await createOwned(owned);
    const old = await name();
    const answer = await disturbed(
      path,
      { method: "PUT", token, json: change(gif()) },
      async (operation, call) => {
        const result = await call();
        if (operation.name === "batch" && !operation.reads) throw new Error("the connection is gone");
        return result;
      },
    );
    await problemOf(answer, 500);
    expect(await name()).not.toBe(old);
    expect(await imageOf(await name())).toEqual(gif());
    await env.FILES.delete(`avatars/${old}`);
  });

  test("a change of which nobody can tell keeps its image, and the log says so", async () => {
    const { token, change, name } = await createOwned(owned);
    const old = await name();
    let lost = false;
    const answer = await disturbed(
      path,
      { method: "PUT", token, json: change(gif()) },
      async (operation, call) => {
        if (operation.name === "batch" && !operation.reads) lost = true;
        if (lost && operation.binding === "DIRECTORY") throw new Error("D1 is down");
        return call();
      },
    );
    await problemOf(answer, 500);
    expect(await name()).toBe(old);
    const [undecided] = logged.filter(({ event }) => event === "avatar.undecided");
    expect(await imageOf(undecided?.name ?? null)).toEqual(gif());
    await env.FILES.delete(`avatars/${undecided?.name}`);
  });

  test("of two changes at once one stays, with its image alone", async () => {
    const { token, change, name } = await createOwned(owned);
    const others = (await keptAvatars()).length - 1;
    const won = { gif: 0, jpeg: 0 };
    for (let run = 0; run < 50; run++) {
      await Promise.all([gif(), jpeg()].map((bytes) => bodyOf(putJson(owned, token, change(bytes)))));
      const [kept, now] = [await keptAvatars(), await name()];
      expect(kept).toHaveLength(others + 1);
      expect(kept).toContain(now);
      const bytes = await imageOf(now);
      expect([gif(), jpeg()]).toContainEqual(bytes);
      won[now?.endsWith(".gif") ? "gif" : "jpeg"] += 1;
    }
    expect(won.gif + won.jpeg).toBe(50);
    expect(await keptAvatars()).toEqual(await namedAvatars());
  });

  test("of a change and a removal at once one comes last, and nothing is left behind", async () => {
    const { token, change, named, name } = await createOwned(owned);
    const others = (await keptAvatars()).length - 1;
    for (let run = 0; run < 50; run++) {
      await Promise.all([bodyOf(putJson(owned, token, change(gif()))), bodyOf(remove(owned, token, named))]);
      const now = await name();
      expect(await keptAvatars()).toHaveLength(others + (now === null ? 0 : 1));
      if (now !== null) expect(await imageOf(now)).toEqual(gif());
    }
    expect(await keptAvatars()).toEqual(await namedAvatars());
  });
});
