import { deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { kindOfImage } from "../../src/avatars/image/image.ts";
import {
  bytesOf,
  gif,
  gifHeader,
  gifPicture,
  IMAGES,
  JPEG_END,
  JPEG_START,
  jpeg,
  jpegFrame,
  jpegScan,
  jpegSegment,
  jpegTables,
  PNG_SIGNATURE,
  png,
  pngChunk,
  pngHeader,
  vp8l,
  webp,
  webpCanvas,
  webpOf,
} from "../fixtures/images.ts";
import { below, pick, type Random, randomOf } from "../fixtures/random.ts";
import { avatarOf, imageOf, keptAvatars, namedAvatars } from "../harness/accounts/avatars.ts";
import { bodyOf, problemOf } from "../harness/api.ts";
import { costOf } from "../harness/runtime/cost.ts";
import { howMany } from "../harness/runtime/how-many.ts";
import { prepareUser, refused, sendForm, sendJson, state, user } from "./refused-avatars.ts";

prepareUser();

const MIB = 1024 * 1024;
const ALL = Object.values(IMAGES).flat();
const SMALL = ALL.filter((bytes) => bytes.length < 1000);

describe("an image of the wrong size", () => {
  const sizes: Record<string, [bytes: Uint8Array, size: string]> = {
    "a PNG of 5000 × 300 that is all header": [bytesOf(PNG_SIGNATURE, pngHeader(5000, 300)), "5000 × 300"],
    "a PNG of 4097 × 1": [png(4097, 1), "4097 × 1"],
    "a PNG of 1 × 4097": [png(1, 4097), "1 × 4097"],
    "a PNG of 2³¹ − 1 squared": [
      bytesOf(PNG_SIGNATURE, pngHeader(2_147_483_647, 2_147_483_647), png().subarray(33)),
      "2147483647 × 2147483647",
    ],
    "a PNG of 2³² − 1 squared": [
      bytesOf(PNG_SIGNATURE, pngHeader(4_294_967_295, 4_294_967_295)),
      "4294967295",
    ],
    "a PNG without width": [bytesOf(PNG_SIGNATURE, pngHeader(0, 5), png().subarray(33)), "0 × 5"],
    "a JPEG of 65535 × 65535": [
      bytesOf(JPEG_START, jpegTables, jpegFrame(65_535, 65_535), jpegScan(4), JPEG_END),
      "65535 × 65535",
    ],
    "a JPEG whose frame comes first, and a small one later": [
      bytesOf(JPEG_START, jpegFrame(65_535, 65_535), jpegTables, jpegFrame(1, 1), jpegScan(1), JPEG_END),
      "65535 × 65535",
    ],
    "a JPEG behind fill bytes, and a small one later": [
      bytesOf(
        JPEG_START,
        [0xff, 0xff],
        jpegFrame(9000, 9000),
        jpegTables,
        jpegFrame(1, 1),
        jpegScan(1),
        JPEG_END,
      ),
      "9000 × 9000",
    ],
    "a JPEG with a small thumbnail in front": [
      bytesOf(
        JPEG_START,
        jpegSegment(0xe1, ...bytesOf("Exif\0\0"), ...jpeg(8, 8)),
        jpegTables,
        jpegFrame(8000, 10),
        jpegScan(1),
        JPEG_END,
      ),
      "8000 × 10",
    ],
    "a JPEG without height": [
      bytesOf(JPEG_START, jpegTables, jpegFrame(8, 0), jpegScan(1), JPEG_END),
      "8 × 0",
    ],
    "a GIF of 65535 × 65535": [gif(65_535, 65_535), "65535 × 65535"],
    "a GIF of 0 × 0": [gif(0, 0), "0 × 0"],
    "a WebP of 16384 × 16384": [webp(16_384, 16_384), "16384 × 16384"],
    "a WebP canvas of 2²⁴ squared": [
      webpOf(["VP8X", webpCanvas(16_777_216, 16_777_216)], ["VP8L", vp8l(1, 1)]),
      "16777216 × 16777216",
    ],
    "a lossy WebP of 0 × 0": [
      webpOf(["VP8 ", bytesOf([0x30, 1, 0, 0x9d, 1, 0x2a, 0, 0, 0, 0, 0, 0])]),
      "0 × 0",
    ],
  };

  test.each(Object.entries(sizes))("%s", async (_, [bytes, size]) => {
    expect(await refused(bytes, 422, "invalid_image")).toContain(size);
  });

  test("a GIF with a picture larger than its screen, which browsers make room for", async () => {
    for (const [left, top, width, height] of [
      [0, 0, 6000, 5000],
      [1, 0, 1, 1],
      [0, 1, 1, 1],
    ] as const) {
      const bytes = bytesOf(gifHeader(1, 1), gifPicture(left, top, width, height), [0x3b]);
      await refused(bytes, 422, "invalid_image");
    }
  });

  test("more than 2 MiB, and more than any image of 2 MiB can take", async () => {
    const text = (bytes: number) => pngChunk("tEXt", new Uint8Array(bytes).fill(65));
    const above = png(1, 1, [text(2 * MIB - png().length - 12 + 1)]);
    expect(above.length).toBe(2 * MIB + 1);
    expect(await refused(above, 413, "payload_too_large")).toContain("2097152");
    const before = await state();
    const far = png(1, 1, [text(4 * MIB)]);
    for (const asked of [sendJson(far), sendForm(far)]) {
      expect((await problemOf(asked, 413)).code).toBe("payload_too_large");
    }
    expect(await state()).toEqual(before);
  });

  test("a PNG whose data would become 1 GiB is not unpacked", async () => {
    const bomb = png(4096, 4096, [pngChunk("IDAT", gibibyteOfZeros())]);
    expect(bomb.length).toBeLessThan(2 * MIB);
    const plain = png(4096, 4096, [
      pngChunk("IDAT", new Uint8Array(bomb.length - png(4096, 4096).length - 12)),
    ]);
    expect(plain.length).toBe(bomb.length);
    await bodyOf(sendForm(plain));
    // Unpacking it takes a second, and eight times the memory that there is.
    const cost = await costOf(500, () => bodyOf(sendForm(bomb)));
    expect(cost).toBeLessThan(500);
    expect(await imageOf(await avatarOf("users", user.id))).toEqual(bomb);
  });
});

describe("an image that is cut off", () => {
  test("is refused wherever that is", () => {
    let cuts = 0;
    for (const bytes of SMALL) {
      for (let length = 0; length < bytes.length; length++) {
        expect(() => kindOfImage(bytes.slice(0, length), "file")).toThrow();
        cuts += 1;
      }
      expect(() => kindOfImage(bytes, "file")).not.toThrow();
    }
    expect(cuts).toBeGreaterThan(900);
  });

  test.each(Object.entries(IMAGES))("a %s", async (_, list) => {
    const bytes = list.at(-1);
    if (!bytes) throw new Error("no image");
    for (const length of [bytes.length - 1, bytes.length >> 1, 20]) {
      expect(await refused(bytes.slice(0, length), 422, "invalid_image")).toMatch(/cut off|damaged/);
    }
  });

  test("one without a picture in it", async () => {
    for (const bytes of [
      bytesOf(PNG_SIGNATURE, pngHeader(5, 5), pngChunk("IEND")),
      bytesOf(JPEG_START, jpegTables, jpegFrame(5, 5), JPEG_END),
      bytesOf(gifHeader(5, 5), [0x3b]),
      webpOf(["VP8X", webpCanvas(5, 5)]),
    ]) {
      await refused(bytes, 422, "invalid_image");
    }
  });
});

const RUNS = howMany(160, 400);

describe("random bytes", () => {
  /** An image with some of its bytes changed, taken out or doubled. */
  function mangled(random: Random): Uint8Array {
    const bytes = [...(SMALL[below(random, SMALL.length)] ?? [])];
    for (let changes = 1 + below(random, 4); changes > 0; changes--) {
      const at = below(random, bytes.length);
      pick(random, [
        () => bytes.splice(at, 1, below(random, 256)),
        () => bytes.splice(at, 1 + below(random, 8)),
        () => bytes.splice(at, 0, ...bytes.slice(at, at + 1 + below(random, 8))),
        () => bytes.splice(at, 2, 0xff, below(random, 256)),
        () => bytes.splice(at, 4, ...Array(4).fill(pick(random, [0, 0x7f, 0x80, 0xff]))),
      ])();
    }
    return bytesOf(bytes);
  }

  test("are never an image", async () => {
    const before = await state();
    const heads = [PNG_SIGNATURE, JPEG_START, bytesOf([0xff, 0xd8, 0xff]), "RIFF....WEBPVP8L", "GIF89a", ""];
    for (let run = 0; run < RUNS; run++) {
      const random = randomOf(20_260_217, run);
      const noise = Array.from({ length: below(random, 600) }, () => below(random, 256));
      const head = heads[below(random, heads.length)] ?? "";
      const answer = await (run % 2 === 0 ? sendJson : sendForm)(bytesOf(head, noise));
      expect((await problemOf(answer, 422)).code, `run ${run}`).toBe("invalid_image");
    }
    expect(await state()).toEqual(before);
  });

  test("in an image: it is refused, or kept as it came", async () => {
    const seen = { kept: 0, refused: 0 };
    for (let run = 0; run < RUNS; run++) {
      const bytes = mangled(randomOf(4096, run));
      const answer = await (run % 2 === 0 ? sendJson : sendForm)(bytes);
      if (answer.status === 200) {
        const { user: now } = await bodyOf(answer);
        const name = await avatarOf("users", user.id);
        expect(now.avatar_route, `run ${run}`).toBe(`/api/v1/avatars/${name}`);
        expect(await imageOf(name)).toEqual(bytes);
        seen.kept += 1;
      } else {
        expect((await problemOf(answer, 422)).code, `run ${run}`).toBe("invalid_image");
        seen.refused += 1;
      }
    }
    expect(Math.min(seen.kept, seen.refused)).toBeGreaterThan(RUNS / 16);
    expect(await keptAvatars()).toEqual(await namedAvatars());
  });

  test("20,000 more, without a request, end", () => {
    for (let run = 0; run < 20_000; run++) {
      try {
        kindOfImage(mangled(randomOf(31_337, run)), "file");
      } catch (error) {
        expect(error).toMatchObject({ code: "invalid_image" });
      }
    }
  });

  test("2 MiB that ask for the most steps end at once", async () => {
    const filled = (head: Uint8Array, ...bytes: number[]) => {
      const whole = new Uint8Array(2 * MIB);
      for (let at = 0; at < whole.length; at += bytes.length)
        whole.set(bytes.slice(0, whole.length - at), at);
      whole.set(head);
      return whole;
    };
    for (const bytes of [
      filled(bytesOf(PNG_SIGNATURE, pngHeader(1, 1)), 0),
      filled(bytesOf(JPEG_START, jpegTables, jpegFrame(8, 8), jpegScan(4)), 0xff, 0),
      filled(bytesOf(JPEG_START, jpegTables, jpegFrame(8, 8), jpegScan(4)), 0xff),
      filled(JPEG_START, 0xff),
      filled(bytesOf(JPEG_START, jpegFrame(8, 8)), 0xff, 0xfe, 0, 2),
      filled(gifHeader(1, 1), 0x21, 0, 0),
      filled(bytesOf(gifHeader(1, 1), [0x21, 0]), 1),
      filled(bytesOf("RIFF", [0xf8, 0xff, 0x1f, 0], "WEBP", "VP8L", [6, 0, 0, 0], vp8l(1, 1)), 0),
    ]) {
      const cost = await costOf(300, () => expect(() => kindOfImage(bytes, "file")).toThrow());
      expect(cost).toBeLessThan(300);
    }
  });
});

/** A zlib stream: one block, flushed whole so that it can follow itself, again and again. */
function gibibyteOfZeros(): Uint8Array {
  const block = deflateRawSync(Buffer.alloc(16 * MIB), { finishFlush: 3 });
  return bytesOf([0x78, 0x9c], ...Array<Uint8Array>(64).fill(block), [3, 0]);
}
