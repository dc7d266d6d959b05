import { expect, test } from "vitest";
import { dropBody } from "../../../src/http/body/body-chunks.ts";

const MIB = 1024 * 1024;

/** A body that says how much of it was asked for. */
function bodyOf(pieces: number, headers: Record<string, string> = {}) {
  const seen = { bytes: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (seen.bytes >= pieces * 65_536) return controller.close();
        seen.bytes += 65_536;
        controller.enqueue(new Uint8Array(65_536));
      },
      cancel() {
        seen.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { seen, request: new Request("https://api.test", { method: "POST", body, headers }) };
}

test("a small body that was refused is read to its end, so that its client reads the answer", async () => {
  const { seen, request } = bodyOf(8);
  await dropBody(request);
  expect(seen).toEqual({ bytes: 8 * 65_536, cancelled: false });
});

test("of a large one, hardly more than a megabyte is read", async () => {
  const { seen, request } = bodyOf(1600);
  await dropBody(request);
  expect(seen.cancelled).toBe(true);
  expect(seen.bytes).toBeLessThanOrEqual(MIB + 3 * 65_536);
});

test("of one that says that it is large, nothing is read", async () => {
  const { seen, request } = bodyOf(1600, { "Content-Length": String(100 * MIB) });
  await dropBody(request);
  expect(seen).toEqual({ bytes: 0, cancelled: true });
});
