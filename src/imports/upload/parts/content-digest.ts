import { fieldError } from "../../../errors.ts";

const MEMBER = /^\s*([a-z*][a-z0-9_.*-]{0,63})=:([A-Za-z0-9+/]{0,200}={0,2}):\s*$/;
const SHA256_BYTES = 32;

/**
 * Reads the SHA-256 that a `Content-Digest` header names (RFC 9530); digests of other kinds beside it are passed over.
 *
 * @returns it in hexadecimal; `null` without a header.
 * @throws 400 where it is malformed, or names none of SHA-256: nobody is to believe that something was checked.
 */
export function readContentDigest(header: string | undefined): string | null {
  if (header === undefined) return null;
  let sha256: Buffer | undefined;
  for (const member of header.split(",")) {
    const [, algorithm, digest = ""] = MEMBER.exec(member) ?? [];
    if (algorithm === undefined) throw refused("invalid_digest");
    if (algorithm === "sha-256") sha256 = Buffer.from(digest, "base64");
  }
  if (sha256?.length !== SHA256_BYTES) throw refused("unsupported_digest");
  return sha256.toString("hex");
}

function refused(rule: string) {
  const detail = "must be such as sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=: (RFC 9530)";
  return fieldError("invalid_parameter", "Content-Digest", rule, detail);
}
