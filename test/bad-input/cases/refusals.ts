import { problemOf } from "../../harness/api.ts";
import { written } from "./writes.ts";

/** The statuses of a request that is wrong in itself: these say which field it is. */
const NAMING = [400, 422];

/**
 * What is wrong with a refusal: nothing where it is a problem of the client's, names the field, and came to nothing.
 * Ask {@link written} before the request.
 *
 * @param pointer to the field, or to what holds it.
 */
export async function wrongWith(answer: Response, pointer: string): Promise<string[]> {
  const wrote = await written();
  return [
    ...(await wrongIn(answer, pointer)),
    ...(wrote.length > 0 ? [`${answer.status}, and wrote ${wrote}`] : []),
  ];
}

/** What is wrong with a refusal, whatever it came to. */
export async function wrongIn(answer: Response, pointer: string): Promise<string[]> {
  const { status } = answer;
  if (status < 400 || status >= 500 || status === 429) return [`${status} ${await answer.text()}`];
  const { code, errors = [] } = await problemOf(answer, status);
  // A field may also be wrong for want of another one beside it.
  const isNamed = errors.some(
    (one: { pointer: string; code: string }) => one.pointer.startsWith(pointer) || one.code === "missing",
  );
  return NAMING.includes(status) && !isNamed ? [`${status} ${code} names ${JSON.stringify(errors)}`] : [];
}
