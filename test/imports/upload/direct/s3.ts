import { env } from "cloudflare:test";
import { createHash, createHmac } from "node:crypto";
import { DIRECT_BUCKET } from "./bucket.ts";

/** What comes to the S3 API of the bucket. */
export interface Sent {
  method?: string;
  url: string;
  body: Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
  /** Milliseconds since 1970. */
  at?: number;
}

const BUCKET = new URL(DIRECT_BUCKET.R2_S3_URL);
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * What the S3 API of R2 makes of a presigned `UploadPart`: the signature is checked as its documentation says, by code
 * that shares nothing with the product, then the part goes into the upload that R2 has.
 *
 * @returns the ETag as a header has it, or the code of the error.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export async function sendToS3({
  method = "PUT",
  url,
  body,
  headers = {},
  at = Date.now(),
}: Sent): Promise<string> {
  const { host, pathname, searchParams } = new URL(url);
  if (host !== BUCKET.host || !pathname.startsWith(`${BUCKET.pathname}/`)) return "NoSuchBucket";
  const asked = Object.fromEntries(searchParams);
  const date = asked["X-Amz-Date"] ?? "";
  const begins = Date.parse(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5"));
  if (!(at < begins + Number(asked["X-Amz-Expires"]) * 1000)) return "AccessDenied";
  const all: Record<string, string> = { host, "content-length": String(body.length), ...headers };
  const signed = (asked["X-Amz-SignedHeaders"] ?? "").split(";");
  if (!signed.includes("host")) return "AccessDenied";
  const request = [
    method,
    pathname.split("/").map(decodeURIComponent).map(encode).join("/"),
    Object.entries(asked)
      .filter(([name]) => name !== "X-Amz-Signature")
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .toSorted()
      .join("&"),
    ...signed.map((name) => `${name}:${all[name]}`),
    "",
    signed.join(";"),
    "UNSIGNED-PAYLOAD",
  ].join("\n");
  const scope = `${date.slice(0, 8)}/auto/s3/aws4_request`;
  if (asked["X-Amz-Credential"] !== `${DIRECT_BUCKET.R2_ACCESS_KEY_ID}/${scope}`) return "InvalidAccessKeyId";
  const hash = createHash("sha256").update(request).digest("hex");
  const key = scope.split("/").reduce<string | Buffer>(hmac, `AWS4${DIRECT_BUCKET.R2_SECRET_ACCESS_KEY}`);
  const signature = hmac(key, ["AWS4-HMAC-SHA256", date, scope, hash].join("\n")).toString("hex");
  if (signature !== asked["X-Amz-Signature"]) return "SignatureDoesNotMatch";
  const upload = env.FILES.resumeMultipartUpload(
    pathname.slice(BUCKET.pathname.length + 1),
    asked.uploadId ?? "",
  );
  return `"${(await upload.uploadPart(Number(asked.partNumber), body)).etag}"`;
}
