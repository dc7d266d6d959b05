import { describe, expect, test } from "vitest";
import { bodyOf, call, problemOf } from "../../../harness/api.ts";
import { agent, company, find, ids, manager, prepareSearch } from "./searched.ts";

prepareSearch();

describe("finds", () => {
  test.each([
    ["a whole word", "romero", ["lucia"]],
    ["a part of one", "omer", ["lucia"]],
    ["without its accents", "nandu", ["lucia"]],
    ["with accents that it does not have", "rómero", ["lucia"]],
    ["an accent written as two characters", "Luci\u0301a", ["lucia"]],
    ["in any case", "ivÁN", ["ivan"]],
    ["all of several words, in any order", "one.test lucia", ["lucia"]],
    ["none where one is missing", "lucia two.test", []],
    ["an e-mail address", "lu@one.test", ["lucia"]],
    ["a phone as it is kept", "+525512345678", ["lucia"]],
    ["a phone as people write it", "55 1234-5678", ["lucia"]],
    ["a phone that could not be read", "77-88", ["li"]],
    ["a company", "café aurora", ["ivan"]],
    ["a short word beside its neighbour", "li wang", ["li"]],
    ["no short word elsewhere", "wang li", []],
    ["a percent sign that is one", "00% a", ["ivan"]],
    ["no percent sign that is none", "caf%a", []],
    ["an underscore that is one", "n_x@", ["ivan"]],
    ["no underscore that is none", "iv_n_x", []],
    ["a quote that is one", '"hi"', ["odd"]],
    ["a star that is one", '" *', ["odd"]],
    ["no star that is none", "rom*", []],
    ["NEAR", "near(a)", ["odd"]],
    ["emoji", "😀😀😀", ["odd"]],
    ["nothing by operators", "lucia OR ivan", []],
    ["nothing by a column", "lead_name:lucia", []],
    ["nothing of what hangs together by accents alone", "\u0301\u0301\u0301", []],
    ["nothing of a deleted lead", "gone@one", []],
    ["nothing of a neighbour", "neighbour", []],
  ])("%s: %s", async (_, q, wanted) => {
    expect(await find(q)).toEqual(wanted);
  });

  test("in the order in which leads came, the latest first", async () => {
    expect(await find(".test")).toEqual(["odd", "ivan", "lucia"]);
    expect(await find(".test", "sort=created_at")).toEqual(["lucia", "ivan", "odd"]);
  });

  test("beside filters, and an agent their own", async () => {
    expect(await find(".test", `assigned_to_eq=${agent.id}`)).toEqual(["ivan"]);
    expect(await find(".test", "first_name_start=luc&phone_null=false")).toEqual(["lucia"]);
    expect(await find(".test", "", agent.token)).toEqual(["ivan"]);
    expect(await find("romero", "", agent.token)).toEqual([]);
  });

  test("what is exported, too", async () => {
    const path = `/companies/${company.id}/leads/export?q=romero%20one.test`;
    const answer = await call(path, { token: manager.token });
    const file = await answer.text();
    expect(answer.status).toBe(200);
    expect(file).toContain("lu@one.test");
    expect(file.trimEnd().split("\r\n")).toHaveLength(2);
  });

  test("page by page, and counts where that is asked", async () => {
    for (const sort of ["-created_at", "created_at"]) {
      const all = await find(".test", `sort=${sort}`);
      const seen: string[] = [];
      let cursor: string | null = "";
      while (cursor !== null) {
        const path: string = `/companies/${company.id}/leads?q=.test&limit=1&sort=${sort}&cursor=${cursor}`;
        const page = await bodyOf(call(path, { token: manager.token }));
        expect(page.meta.total_records).toBeNull();
        seen.push(
          ...page.leads.map(({ id }: { id: number }) => Object.keys(ids).find((name) => ids[name] === id)),
        );
        cursor = page.meta.next_cursor;
      }
      expect(seen).toEqual(all);
    }
    const path = `/companies/${company.id}/leads?q=.test&limit=1&count=exact`;
    expect((await bodyOf(call(path, { token: manager.token }))).meta.total_records).toBe(3);
    const agents = await bodyOf(call(path, { token: agent.token }));
    expect(agents.meta.total_records).toBe(1);
  });

  test.each(["ab", "😀", "%00%00%00", "x".repeat(256), "x".repeat(2000)])("refuses %s", async (q) => {
    const problem = await problemOf(
      call(`/companies/${company.id}/leads?q=${q}`, { token: manager.token }),
      400,
    );
    expect(problem.errors).toMatchObject([{ pointer: "/q" }]);
  });
});
