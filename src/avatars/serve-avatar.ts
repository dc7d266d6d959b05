import { notFound } from "../errors.ts";
import { matchesETag } from "../http/answer/entity-tag.ts";
import type { Call } from "../http/request/call.ts";
import { findAvatar, kindOfAvatar } from "./avatar-files.ts";
import { mediaTypeOf } from "./image/image-kinds.ts";

/**
 * Sends an avatar to any client that knows its name, for pages anywhere to show as a picture and never as a page.
 *
 * @throws 404 where there is none of that name.
 */
export async function serveAvatar(call: Call, name: string): Promise<Response> {
  const kind = kindOfAvatar(name);
  if (!kind) throw notFound();
  // What a name stands for never changes, so the name is its own tag.
  const tag = `"${name.replace(`.${kind}`, "")}"`;
  const known = matchesETag(call.header("If-None-Match"), tag);
  const image = await findAvatar(call.env, name, !known && call.request.method !== "HEAD");
  if (!image) throw notFound();
  const headers = {
    ETag: tag,
    "Cache-Control": "public, max-age=31536000, immutable",
    "Cross-Origin-Resource-Policy": "cross-origin",
  };
  if (known) return new Response(null, { status: 304, headers });
  return new Response(image.body, {
    headers: {
      ...headers,
      "Content-Type": mediaTypeOf(kind),
      "Content-Length": String(image.size),
      "Content-Disposition": `attachment; filename="avatar.${kind}"`,
      "Content-Security-Policy": "sandbox; default-src 'none'",
    },
  });
}
