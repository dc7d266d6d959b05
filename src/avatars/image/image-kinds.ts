/** What an avatar may be. Never SVG, which is a document with scripts of its own. */
export const IMAGE_KINDS = ["png", "jpeg", "webp", "gif"] as const;

export type ImageKind = (typeof IMAGE_KINDS)[number];

/** The media type of a kind. */
export function mediaTypeOf<Kind extends ImageKind>(kind: Kind): `image/${Kind}` {
  return `image/${kind}`;
}
