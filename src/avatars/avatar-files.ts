import { randomBytes } from "node:crypto";
import { describeError, log } from "../log.ts";
import { IMAGE_KINDS, type ImageKind, mediaTypeOf } from "./image/image-kinds.ts";
import type { AvatarImage } from "./image/received-image.ts";

const NAME = /^[0-9a-f]{32}\.([a-z]{3,4})$/;
const keyOf = (name: string) => `avatars/${name}`;

/** Makes a name that nobody guesses and that is used once: what it stands for never changes. */
export function newAvatarName(kind: ImageKind): string {
  return `${randomBytes(16).toString("hex")}.${kind}`;
}

/** The kind of image that a name stands for, or `null` where it is no name of an avatar. */
export function kindOfAvatar(name: string): ImageKind | null {
  const [, kind] = NAME.exec(name) ?? [];
  return IMAGE_KINDS.find((one) => one === kind) ?? null;
}

/** Keeps the image of a name. */
export async function putAvatar(env: Env, name: string, { bytes, kind }: AvatarImage): Promise<void> {
  await env.FILES.put(keyOf(name), bytes, { httpMetadata: { contentType: mediaTypeOf(kind) } });
}

/**
 * Finds the image of a name.
 *
 * @param read whether its bytes are wanted, and not only whether it is there.
 * @returns `null` where there is none.
 */
export async function findAvatar(
  env: Env,
  name: string,
  read: boolean,
): Promise<{ size: number; body: ReadableStream | null } | null> {
  if (read) return env.FILES.get(keyOf(name));
  const object = await env.FILES.head(keyOf(name));
  return object && { size: object.size, body: null };
}

/**
 * Removes an image that no row names any more. What is left behind because that fails harms nobody, so a request
 * does not fail by it: the log says what it is.
 */
export async function deleteAvatar(env: Env, name: string): Promise<void> {
  try {
    await env.FILES.delete(keyOf(name));
  } catch (error) {
    log("error", "avatar.left_behind", { key: keyOf(name), ...describeError(error) });
  }
}
