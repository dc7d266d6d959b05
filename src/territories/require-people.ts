import type { DirectoryDb } from "../db/clients.ts";
import { fieldErrors, pointerTo } from "../errors.ts";
import { peopleIn } from "../user-accesses/grant/people.ts";

/**
 * Makes sure that users may be given a territory. The directory shares no transaction with the territories: a user who
 * loses the access at the same moment is kept, and shown as little as those who lose it later.
 *
 * @param ids as the body has them in `user_ids`.
 * @returns their names, by id.
 * @throws 422 for users without an access in the company or above it, with a pointer to each.
 */
export async function requirePeople(
  db: DirectoryDb,
  companyId: number,
  ids: number[],
): Promise<Map<number, string>> {
  const people = await peopleIn(db, companyId, ids);
  const errors = ids.flatMap((id, index) => (people.has(id) ? [] : [strangerAt(index)]));
  if (errors.length > 0) throw fieldErrors("invalid_body", errors);
  return people;
}

function strangerAt(index: number) {
  const detail = "must be a user with an access in the company or above it";
  return { pointer: pointerTo(["user_ids", index]), code: "not_found", detail };
}
