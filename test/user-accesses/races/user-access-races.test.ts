import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import worker from "../../../src/index.ts";
import { accessEvents, accessesInDatabase, rolesInDatabase } from "../../harness/accounts/user-accesses.ts";
import { bodyOf, type Call, call, problemOf, requestOf } from "../../harness/api.ts";
import { surround } from "../../harness/bindings.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import { howMany } from "../../harness/runtime/how-many.ts";

const RUNS = Array.from({ length: howMany(12, 50) }, (_, run) => run);
const parent = await createCompany();
const owner = await createUser({ access: [{ company: parent, role: "owner" }] });
const operator = await createUser({ operator: true });

const remove = async (caller: TestUser, user: TestUser, company: TestCompany) => {
  const row = (await accessesInDatabase(user)).find((one) => one.company === company.id);
  const path = `/users/${user.id}/user_access/${row?.id}`;
  return () => call(path, { token: caller.token, method: "DELETE" });
};
const send =
  (method: "POST" | "PUT", caller: TestUser, user: TestUser, wanted: [TestCompany, number][]) => () =>
    call(`/users/${user.id}/user_access`, {
      token: caller.token,
      method,
      json: { user_accesses: wanted.map(([{ id }, access]) => ({ company_id: id, access_id: access })) },
    });
const atOnce = (...requests: (() => Promise<Response>)[]) =>
  Promise.all(requests.map((request) => request()));
const statuses = (answers: Response[]) => answers.map(({ status }) => status).sort();

async function ownersOf(company: TestCompany): Promise<number[]> {
  const { results } = await env.DIRECTORY.prepare(
    "SELECT user_id FROM user_accesses WHERE company_id = ? AND access_id = 1",
  )
    .bind(company.id)
    .all<{ user_id: number }>();
  return results.map((row) => row.user_id);
}

describe("of the last two owners of a company, one stays", () => {
  const twoOwners = async () => {
    const company = await createCompany();
    const [one, two] = [
      await createUser({ access: [{ company, role: "owner" }] }),
      await createUser({ access: [{ company, role: "owner" }] }),
    ];
    return { company, one, two };
  };
  type Owners = Awaited<ReturnType<typeof twoOwners>>;

  test.each<[string, (owners: Owners) => Promise<(() => Promise<Response>)[]>, number]>([
    [
      "somebody removes both",
      async ({ company, one, two }) => [
        await remove(operator, one, company),
        await remove(operator, two, company),
      ],
      204,
    ],
    [
      "both step down",
      async ({ company, one, two }) => [
        send("PUT", one, one, [[company, 2]]),
        send("PUT", two, two, [[company, 2]]),
      ],
      200,
    ],
    [
      "both are replaced by nothing",
      async ({ one, two }) => [send("PUT", operator, one, []), send("PUT", operator, two, [])],
      200,
    ],
  ])("where %s at once, several times", async (_, requests, success) => {
    for (const _run of RUNS) {
      const owners = await twoOwners();
      const answers = await atOnce(...(await requests(owners)));
      expect(statuses(answers)).toEqual([success, 409]);
      const refused = answers.findIndex(({ status }) => status === 409);
      expect((await problemOf(answers[refused] as Response, 409)).code).toBe("last_owner");
      const [stays, goes] = refused === 0 ? [owners.one, owners.two] : [owners.two, owners.one];
      expect(await ownersOf(owners.company)).toEqual([stays.id]);
      expect(await accessEvents(stays)).toEqual([]);
      expect(await accessEvents(goes)).toHaveLength(1);
    }
  });
});

test("of two removals of one access one happens, several times", async () => {
  for (const _run of RUNS) {
    const user = await createUser({ access: [{ company: parent, role: "agent" }] });
    const request = await remove(user, user, parent);
    expect(statuses(await atOnce(request, request))).toEqual([204, 404]);
    expect(await accessesInDatabase(user)).toEqual([]);
    expect(await accessEvents(user)).toHaveLength(1);
  }
});

test("of two grants of one access one happens, several times", async () => {
  const [a, b] = [await createCompany({ parent }), await createCompany({ parent })];
  for (const _run of RUNS) {
    const user = await createUser({ access: [{ company: parent, role: "viewer" }] });
    const answers = await atOnce(
      send("POST", owner, user, [[a, 3]]),
      send("POST", owner, user, [
        [b, 3],
        [a, 4],
      ]),
    );
    expect(statuses(answers)).toEqual([201, 409]);
    const [first] = answers;
    expect(await rolesInDatabase(user)).toEqual(
      first?.status === 201 ? { [parent.id]: 4, [a.id]: 3 } : { [parent.id]: 4, [b.id]: 3, [a.id]: 4 },
    );
    expect(await accessEvents(user)).toHaveLength(first?.status === 201 ? 1 : 2);
  }
});

describe("of two sets for one user", () => {
  test("one stands, whole, and the trail tells how it came about, several times", async () => {
    const [a, b, c, d] = [
      await createCompany({ parent }),
      await createCompany({ parent }),
      await createCompany({ parent }),
      await createCompany({ parent }),
    ];
    const sets: [TestCompany, number][][] = [
      [
        [a, 2],
        [b, 3],
        [c, 4],
      ],
      [
        [b, 4],
        [c, 3],
        [d, 2],
      ],
    ];
    const asRoles = (set: [TestCompany, number][]) =>
      Object.fromEntries(set.map(([{ id }, access]) => [id, access]));
    const stood = new Set<string>();
    for (const run of RUNS) {
      const user = await createUser({ access: [{ company: a, role: "viewer" }] });
      const order = run % 2 === 0 ? sets : sets.toReversed();
      const answers = await atOnce(...order.map((set) => send("PUT", owner, user, set)));
      // Each was done as it was asked for, one after the other.
      for (const [index, answer] of answers.entries()) {
        const { user_accesses: set } = await bodyOf(answer, 200);
        const shown = set.map((one: Record<string, number>) => [one.company_id, one.access_id]);
        expect(Object.fromEntries(shown)).toEqual(asRoles(order[index] ?? []));
      }
      const roles = await rolesInDatabase(user);
      expect(sets.map(asRoles)).toContainEqual(roles);
      stood.add(JSON.stringify(roles));
      expect((await accessesInDatabase(user)).filter(({ primary }) => primary)).toHaveLength(1);
      expect(await replayed({ [a.id]: 4 }, user)).toEqual(roles);
    }
    expect(stood.size).toBe(2);
  });

  /** What a user's accesses are by the trail alone, each event having found what the one before it left. */
  async function replayed(start: Record<number, number>, user: TestUser): Promise<Record<number, number>> {
    const roles: Record<number, number | undefined> = { ...start };
    for (const { company, details } of await accessEvents(user)) {
      expect(details.previous_access_id).toBe(roles[Number(company)] ?? null);
      roles[Number(company)] = details.access_id ?? undefined;
    }
    return JSON.parse(JSON.stringify(roles));
  }
});

describe("what changes between the look at the caller and the transaction counts", () => {
  /** A request that finds the directory changed when it comes to write. */
  async function overtaken(path: string, asked: Call, change: () => Promise<unknown>): Promise<Response> {
    let pending = true;
    const bindings = surround(
      env,
      async ({ binding, name, reads }, happen) => {
        if (binding === "DIRECTORY" && name === "batch" && !reads && pending) {
          pending = false;
          await change();
        }
        return happen();
      },
      async () => {},
    );
    const context = createExecutionContext();
    const answer = (await worker.fetch(requestOf(path, asked) as never, bindings, context)) as Response;
    await waitOnExecutionContext(context);
    expect(pending).toBe(false);
    return answer;
  }

  const scene = async () => {
    const [company, elsewhere] = [await createCompany(), await createCompany()];
    const manager = await createUser({ access: [{ company, role: "manager" }] });
    const user = await createUser({ access: [{ company, role: "agent" }] });
    const [row] = await accessesInDatabase(user);
    const promote = () =>
      env.DIRECTORY.prepare("UPDATE user_accesses SET access_id = 2 WHERE id = ?").bind(row?.id).run();
    const join = () =>
      env.DIRECTORY.prepare("INSERT INTO user_accesses SELECT NULL, ?, ?, 4, 0, 0, NULL")
        .bind(user.id, elsewhere.id)
        .run();
    return { company, elsewhere, manager, user, row, promote, join, path: `/users/${user.id}/user_access` };
  };
  const asking = (manager: TestUser, method: string, wanted?: unknown[]) => ({
    token: manager.token,
    method,
    ...(wanted && { json: { user_accesses: wanted } }),
  });

  test("an agent who was made manager is not removed by a manager", async () => {
    const { manager, user, row, promote, path } = await scene();
    await problemOf(await overtaken(`${path}/${row?.id}`, asking(manager, "DELETE"), promote), 403);
    expect(await accessesInDatabase(user)).toEqual([{ ...row, access: 2 }]);
  });

  test("nor changed, nor left out", async () => {
    const { company, manager, user, row, promote, path } = await scene();
    const wanted = [{ company_id: company.id, access_id: 4 }];
    const { errors } = await problemOf(await overtaken(path, asking(manager, "PUT", wanted), promote), 403);
    expect(errors[0].pointer).toBe("/user_accesses/0/access_id");
    await bodyOf(call(path, asking(manager, "PUT", [])));
    expect(await accessesInDatabase(user)).toEqual([{ ...row, access: 2 }]);
    expect(await accessEvents(user)).toEqual([]);
  });

  test("an access that is given meanwhile is there already", async () => {
    const { elsewhere, user, join, path } = await scene();
    const wanted = [{ company_id: elsewhere.id, access_id: 3 }];
    const problem = await problemOf(await overtaken(path, asking(operator, "POST", wanted), join), 409);
    expect(problem.code).toBe("access_exists");
    expect(problem.errors[0].pointer).toBe("/user_accesses");
    expect((await accessesInDatabase(user)).map(({ access }) => access)).toEqual([3, 4]);
  });

  test("somebody who joins another company meanwhile chooses their primary access themselves", async () => {
    for (const method of ["POST", "PUT"]) {
      const { company, manager, user, join, path } = await scene();
      const child = await createCompany({ parent: company });
      const wanted = [{ company_id: child.id, access_id: 4, primary: true }];
      const { errors } = await problemOf(await overtaken(path, asking(manager, method, wanted), join), 403);
      expect(errors[0].pointer).toBe("/user_accesses/0/primary");
      expect((await accessesInDatabase(user)).map(({ primary }) => primary)).toEqual([true, false]);
    }
  });

  test("and does so even in the request that it overtakes", async () => {
    const { company, elsewhere, manager } = await scene();
    const child = await createCompany({ parent: company });
    const join = () =>
      env.DIRECTORY.prepare("INSERT INTO user_accesses SELECT NULL, ?, ?, 4, 0, 0, NULL")
        .bind(manager.id, elsewhere.id)
        .run();
    const wanted = [{ company_id: child.id, access_id: 4, primary: true }];
    const path = `/users/${manager.id}/user_access`;
    await bodyOf(await overtaken(path, asking(manager, "POST", wanted), join), 201);
    const rows = await accessesInDatabase(manager);
    expect(rows.map((row) => [row.company, row.primary])).toEqual([
      [company.id, false],
      [elsewhere.id, false],
      [child.id, true],
    ]);
  });
});
