import { imageDimensionsFromData } from "image-dimensions";
import { fieldError } from "../../errors.ts";
import { endOfImage } from "./end-of-image.ts";
import { IMAGE_KINDS, type ImageKind } from "./image-kinds.ts";

export const MAX_IMAGE_BYTES = 2 * 1024 * 1024;
const MAX_PIXELS_A_SIDE = 4096;

/** The first bytes of each kind, in Latin-1: nothing else gets as far as being read. */
const BEGINNINGS: Record<ImageKind, string> = {
  png: "\x89PNG\r\n\x1a\n",
  jpeg: "\xff\xd8\xff",
  webp: "RIFF",
  gif: "GIF8",
};

/**
 * Tells what kind of image some bytes are, from their headers: no pixel is ever unpacked here.
 *
 * @param field the field that they came in.
 * @throws 413 for more than 2 MiB, 422 for anything but one whole image of at most 4096 × 4096 pixels with nothing
 * behind it.
 */
export function kindOfImage(bytes: Uint8Array, field: string): ImageKind {
  const refuse = (detail: string) => fieldError("invalid_image", field, "invalid_image", detail);
  if (bytes.length > MAX_IMAGE_BYTES) {
    const detail = `has ${bytes.length} bytes: an image has at most ${MAX_IMAGE_BYTES}`;
    throw fieldError("payload_too_large", field, "too_big", detail);
  }
  const head = Buffer.from(bytes.subarray(0, 8)).toString("latin1");
  const kind = IMAGE_KINDS.find((one) => head.startsWith(BEGINNINGS[one]));
  if (!kind) throw refuse("is not a PNG, JPEG, WebP or GIF image: save it as one of these");
  const size = imageDimensionsFromData(bytes);
  if (size?.type !== kind) throw refuse("is damaged: its size cannot be read; save it again");
  const { width, height } = size;
  if (Math.max(width, height) > MAX_PIXELS_A_SIDE) {
    const limit = `at most ${MAX_PIXELS_A_SIDE} × ${MAX_PIXELS_A_SIDE} are taken`;
    throw refuse(`has ${width} × ${height} pixels: ${limit}`);
  }
  if (Math.min(width, height) < 1) throw refuse(`has ${width} × ${height} pixels: at least 1 × 1 are needed`);
  const end = endOfImage(kind, bytes);
  if (end === null) throw refuse("is cut off or damaged: save it again");
  if (end < bytes.length) {
    throw refuse(
      `has ${bytes.length - end} bytes behind the image's end: save it again, without anything else`,
    );
  }
  return kind;
}
