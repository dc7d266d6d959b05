import { type AppError, fieldError } from "../../errors.ts";
import type { ImageFields } from "../schemas.ts";
import { kindOfImage } from "./image.ts";
import { type ImageKind, mediaTypeOf } from "./image-kinds.ts";

/** An image that may become an avatar. */
export interface AvatarImage {
  bytes: Uint8Array;
  kind: ImageKind;
}

/**
 * Takes the image out of a body.
 *
 * @param fields with exactly one of `avatar_base64` and `file`.
 * @throws 413 for an image that is too large, 422 for what is none, or not the one that it is said to be.
 */
export function receivedImage({ avatar_base64: text = "", file, type }: ImageFields): AvatarImage {
  if (file) return checked(file, "file", { type });
  const [prefix = "", said] = /^data:([\w.+-]{1,64}\/[\w.+-]{1,64});base64,/i.exec(text) ?? [];
  const bytes = decode(text.slice(prefix.length));
  return checked(bytes, "avatar_base64", { type, avatar_base64: said?.toLowerCase() });
}

/** @param said what the image is said to be, by the field that says it. */
function checked(bytes: Uint8Array, field: string, said: Record<string, string | undefined>): AvatarImage {
  const kind = kindOfImage(bytes, field);
  const type = mediaTypeOf(kind);
  for (const [where, word = type] of Object.entries(said)) {
    if (word !== type)
      throw invalid(where, `says ${word}, but the image is ${type}: say that, or leave it out`);
  }
  return { bytes, kind };
}

/** Node itself takes anything for base64 and passes over what is none. */
function decode(text: string): Uint8Array {
  const bytes = Buffer.from(text, "base64");
  if (bytes.toString("base64") === text) return bytes;
  const detail =
    "must be base64 (RFC 4648, section 4), padded and without line breaks; a data: URL begins like data:image/png;base64,";
  throw invalid("avatar_base64", detail);
}

function invalid(field: string, detail: string): AppError {
  return fieldError("invalid_image", field, "invalid_image", detail);
}
