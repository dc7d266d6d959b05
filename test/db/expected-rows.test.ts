import { env } from "cloudflare:test";
import { expect, test } from "vitest";
import { openDirectory } from "../../src/db/clients.ts";
import { expectRows } from "../../src/db/expected-rows.ts";
import { namesOfAuthors } from "../../src/users/queries.ts";
import { createUser } from "../harness/factories.ts";

/** Loads names of users, and keeps which it was asked for. */
function names() {
  const asked: number[][] = [];
  const load = (ids: number[]) => {
    asked.push(ids);
    return namesOfAuthors(openDirectory(env.DIRECTORY), ids);
  };
  return { asked, load };
}

const rename = (id: number, name: string) =>
  env.DIRECTORY.prepare("UPDATE users SET first_name = ?, last_name = '' WHERE id = ?").bind(name, id).run();

test("rows that a list pointed to last are asked for at once, and are as they are now", async () => {
  const [first, second] = [await createUser(), await createUser()];
  const place = crypto.randomUUID();
  const { asked, load } = names();
  await expectRows(place, load)([first.id]);
  await rename(first.id, "Renamed");
  const later = expectRows(place, load);
  expect(asked).toEqual([[first.id], [first.id]]);
  expect((await later([first.id])).get(first.id)?.fullName).toBe("Renamed");
  expect(asked).toHaveLength(2);
  const both = await expectRows(place, load)([first.id, second.id]);
  expect([...both.keys()].sort()).toEqual([first.id, second.id].sort());
  expect(asked.at(-1)).toEqual([second.id]);
});

test("a list that points to nothing expects nothing the next time", async () => {
  const user = await createUser();
  const place = crypto.randomUUID();
  const { asked, load } = names();
  await expectRows(place, load)([user.id]);
  await expectRows(place, load)([]);
  expectRows(place, load);
  expect(asked).toHaveLength(2);
});

test("what fails early is told where a page needs it, and nowhere else", async () => {
  const place = crypto.randomUUID();
  await expectRows(place, async () => new Map([[1, "one"]]))([1]);
  const failing = async () => {
    throw new Error("out of order");
  };
  await expect(expectRows(place, failing)([1])).rejects.toThrow("out of order");
  expect(await expectRows(place, failing)([])).toEqual(new Map());
});
