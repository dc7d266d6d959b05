import { describe, expect, test } from "vitest";
import {
  bytesOf,
  gif,
  IMAGES,
  JPEG_START,
  jpeg,
  jpegSegment,
  PNG_SIGNATURE,
  png,
  pngChunk,
  pngHeader,
  vp8l,
  webp,
  webpCanvas,
  webpOf,
} from "../fixtures/images.ts";
import { base64, putJson } from "../harness/accounts/avatars.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { prepareUser, refused, sendForm, state, user } from "./refused-avatars.ts";

prepareUser();

const HTML = "<!doctype html><script>alert(document.domain)</script>";
const SVG = `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`;

describe("what is no image of the four kinds", () => {
  const box = (name: string, data: string) => bytesOf([0, 0, 0, data.length + 8], name, data);
  const others: Record<string, Uint8Array> = {
    nothing: bytesOf(),
    "one byte": bytesOf([0x89]),
    SVG: bytesOf(SVG),
    "SVG behind a byte order mark": bytesOf([0xef, 0xbb, 0xbf], `<?xml version="1.0"?>`, SVG),
    HTML: bytesOf(HTML),
    JavaScript: bytesOf("GIF=1;alert(1)//"),
    PDF: bytesOf("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
    ZIP: bytesOf("PK\x03\x04\x14\0\0\0\x08\0"),
    BMP: bytesOf("BM", [70, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]),
    ICO: bytesOf([0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 32, 0, 48, 0, 0, 0, 22, 0, 0, 0]),
    TIFF: bytesOf("II*\0\x08\0\0\0"),
    PSD: bytesOf("8BPS\0\x01\0\0\0\0\0\0\0\x03\0\0\0\x01\0\0\0\x01\0\x08\0\x03"),
    AVIF: bytesOf(box("ftyp", "avif\0\0\0\0avifmif1"), box("meta", "\0\0\0\0")),
    HEIC: bytesOf(box("ftyp", "heic\0\0\0\0mif1heic"), box("meta", "\0\0\0\0")),
    "JPEG XL": bytesOf([0, 0, 0, 12], "JXL \r\n\x87\n"),
    "a WAVE sound": bytesOf("RIFF", [36, 0, 0, 0], "WAVEfmt "),
    "a GIF of another version": bytesOf("GIF88a", gif().subarray(6)),
    "a GIF in lower case": bytesOf("gif89a", gif().subarray(6)),
    "a PNG whose signature went through a text editor": bytesOf("\x89PNG\n\x1a\n", png().subarray(8)),
    "a PNG behind a space": bytesOf(" ", png()),
    "a MIME part with a PNG": bytesOf("Content-Type: image/png\r\n\r\n", png()),
  };

  test.each(Object.entries(others))("%s", async (_, bytes) => {
    expect(await refused(bytes, 422, "invalid_image")).toMatch(
      /is not a PNG, JPEG, WebP or GIF image|is damaged/,
    );
  });
});

describe("an image and something else", () => {
  test.each(Object.entries(IMAGES))("a %s with anything behind its end", async (_, [bytes]) => {
    if (!bytes) throw new Error("no image");
    const tails = [
      HTML,
      SVG,
      "\0",
      "\n",
      "<?php system($_GET[0]); ?>",
      "PK\x03\x04\x14\0\0\0",
      bytes,
      png(),
      jpeg(),
    ];
    for (const tail of tails) {
      const whole = bytesOf(bytes, tail);
      expect(await refused(whole, 422, "invalid_image")).toMatch(/behind the image's end|cut off or damaged/);
    }
  });

  const woven: Record<string, Uint8Array> = {
    "HTML in the data of a PNG's end": bytesOf(png().subarray(0, -12), pngChunk("IEND", HTML)),
    "a PNG with a second header": png(1, 1, [pngHeader(9000, 9000)]),
    "a PNG whose first chunk is none of its header": bytesOf(
      PNG_SIGNATURE,
      pngChunk("CgBI", "\x50\0\x20\x06"),
      png().subarray(8),
    ),
    "a GIF that is a script": bytesOf("GIF89a/*", gif().subarray(8), "*/=1;alert(1)"),
    "a GIF and a Java archive": bytesOf(
      gif(),
      "PK\x03\x04",
      new Uint8Array(30),
      "PK\x05\x06",
      new Uint8Array(18),
    ),
    "HTML before a JPEG's first marker": bytesOf(JPEG_START, [0xff], HTML, jpeg().subarray(2)),
    "HTML between two segments of a JPEG": bytesOf(jpeg().subarray(0, 20), HTML, jpeg().subarray(20)),
    "a JPEG with a second beginning": bytesOf(JPEG_START, jpegSegment(0xd8, 0, 0), jpeg().subarray(2)),
    "a JPEG with a restart before its picture": bytesOf(
      JPEG_START,
      jpegSegment(0xd0, 0, 0),
      jpeg().subarray(2),
    ),
    "a WebP whose size goes past its end": bytesOf("RIFF", [0xff, 0xff, 0xff, 0x7f], webp().subarray(8)),
    "a WebP whose size ends before its end": bytesOf("RIFF", [12, 0, 0, 0], webp().subarray(8)),
    "a WebP that is a script": bytesOf("RIFF/*", [0, 0], webp().subarray(8), "*/;alert(1)"),
    "a WebP whose last chunk goes past its end": bytesOf(
      webpOf(["VP8L", vp8l(1, 1)]).subarray(0, 16),
      [99, 0, 0, 0],
      vp8l(1, 1),
      [0],
    ),
  };

  test.each(Object.entries(woven))("%s", async (_, bytes) => {
    expect(await refused(bytes, 422, "invalid_image")).toMatch(/end|damaged|pixels/);
  });

  test("text that belongs to an image is kept, and is nothing but an image when it is served", async () => {
    for (const bytes of [
      png(1, 1, [pngChunk("tEXt", `Comment\0${HTML}`), pngChunk("iTXt", `XML\0\0\0\0\0${SVG}`)]),
      jpeg(1, 1, [jpegSegment(0xfe, ...bytesOf(HTML))]),
      gif(1, 1, [bytesOf([0x21, 0xfe, HTML.length], HTML, [0])]),
      webpOf(["VP8X", webpCanvas(1, 1)], ["VP8L", vp8l(1, 1)], ["XMP ", bytesOf(SVG)]),
    ]) {
      const { user: seen } = await bodyOf(sendForm(bytes));
      const answer = await call(seen.avatar_route.replace("/api/v1", ""));
      expect(answer.headers.get("Content-Type")).toMatch(/^image\/(png|jpeg|gif|webp)$/);
      expect(answer.headers.get("X-Content-Type-Options")).toBe("nosniff");
      expect(answer.headers.get("Content-Disposition")).toMatch(/^attachment;/);
      expect(answer.headers.get("Content-Security-Policy")).toBe("sandbox; default-src 'none'");
      expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytes);
    }
  });
});

describe("what an image is said to be", () => {
  test.each([
    ["image/png", jpeg()],
    ["image/jpeg", png()],
    ["image/gif", webp()],
    ["image/webp", gif()],
  ])("%s, and it is not", async (type, bytes) => {
    const before = await state();
    const image = base64(bytes);
    const said = await problemOf(putJson("users", user.token, { avatar_base64: image, type }), 422);
    expect(said).toMatchObject({ code: "invalid_image", errors: [{ pointer: "/type" }] });
    expect(said.detail).toContain(type);
    const url = await problemOf(
      putJson("users", user.token, { avatar_base64: `data:${type};base64,${image}` }),
      422,
    );
    expect(url).toMatchObject({ code: "invalid_image", errors: [{ pointer: "/avatar_base64" }] });
    const twice = await problemOf(
      putJson("users", user.token, { avatar_base64: `data:${type};base64,${image}`, type }),
      422,
    );
    expect(twice.code).toBe("invalid_image");
    expect(await state()).toEqual(before);
  });
});

describe("base64 that is none", () => {
  const good = base64(png());
  test.each([
    ["====", "padding alone"],
    [good.replace(/=+$/, ""), "without padding"],
    [`${good}=`, "with too much padding"],
    [`${good}\n`, "with a line break behind"],
    [good.replace(/(.{20})/, "$1\r\n"), "with a line break in it"],
    [` ${good}`, "with a space before"],
    [
      base64(bytesOf([0xfb, 0xff]))
        .replace("+", "-")
        .replace("/", "_"),
      "of the URL alphabet",
    ],
    [good.replace(/.==$/, "/=="), "with bits that nobody reads"],
    [`${good.slice(0, 40)}*${good.slice(41)}`, "with a star"],
    [`${good.slice(0, 40)}\u0000${good.slice(41)}`, "with a NUL"],
    [`${good.slice(0, 40)}é${good.slice(41)}`, "with a letter beyond ASCII"],
    [good + good, "twice"],
    [`data:image/png,${good}`, "as a data: URL of another encoding"],
    [`data:;base64,${good}`, "as a data: URL without a type"],
    [`data:image/png;base64,data:image/png;base64,${good}`, "as a data: URL of a data: URL"],
    [`data:image/${"x".repeat(65)};base64,${good}`, "as a data: URL of an endless type"],
    [`data:image/svg+xml;utf8,${SVG}`, "as a data: URL of SVG"],
    ["https://example.com/me.png", "as an address"],
    ["file:///etc/passwd", "as a path"],
  ])("%j, %s", async (text) => {
    const before = await state();
    const problem = await problemOf(putJson("users", user.token, { avatar_base64: text }), 422);
    expect(problem).toMatchObject({ code: "invalid_image", errors: [{ pointer: "/avatar_base64" }] });
    expect(problem.detail).toContain("base64");
    expect(await state()).toEqual(before);
  });
});
