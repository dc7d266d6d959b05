/**
 * Uses a limit up, as requests to other isolates would, however much of its window is over.
 *
 * @throws where it has no end.
 */
export async function useUp(limit: RateLimit, key: string): Promise<void> {
  for (let tries = 0, success = true; success; tries++) {
    if (tries > 5000) throw new Error("the limit has no end");
    ({ success } = await limit.limit({ key }));
  }
}
