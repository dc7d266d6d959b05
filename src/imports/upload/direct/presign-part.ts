import { AwsV4Signer } from "aws4fetch";
import type { DirectBucket } from "../../../env.ts";
import { countParts } from "../parts/open-upload.ts";
import type { OpenUpload } from "../parts/queries.ts";
import { partLength } from "../parts/receive-part.ts";

/** How long an address is good at the longest: a part of 8 MiB comes within it on any line. */
const GOOD_FOR_SECONDS = 60 * 60;

/** Where a client sends a part to. */
export interface PresignedPart {
  /** From 1. */
  number: number;
  url: string;
  /** How many bytes it has: the signature covers `Content-Length`, so that R2 refuses any other number. */
  bytes: number;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/**
 * Signs the addresses of parts of an upload, with which a client without other rights sends exactly these parts to R2.
 *
 * @param from the first of them, from 1.
 * @param limit how many at the most.
 * @param now milliseconds since 1970.
 * @returns none beyond the last part.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export async function presignParts(
  bucket: DirectBucket,
  upload: OpenUpload,
  { from, limit }: { from: number; limit: number },
  now: number,
): Promise<PresignedPart[]> {
  const last = Math.min(countParts(upload), from + limit - 1);
  const numbers = Array.from({ length: Math.max(0, last - from + 1) }, (_, at) => from + at);
  const seconds = Math.min(GOOD_FOR_SECONDS, Math.floor((upload.expiresAt - now) / 1000));
  // The key that a day's signatures are made with is derived once.
  const cache = new Map<string, ArrayBuffer>();
  return await Promise.all(
    numbers.map(async (number) => {
      const bytes = partLength(upload, number);
      const url = await presignPut(bucket, addressOf(bucket, upload, number, seconds), bytes, now, cache);
      return { number, url, bytes, expiresAt: now - (now % 1000) + seconds * 1000 };
    }),
  );
}

function addressOf({ url }: DirectBucket, upload: OpenUpload, number: number, seconds: number): URL {
  const address = new URL(`${url}/${upload.fileKey}`);
  address.searchParams.set("partNumber", String(number));
  address.searchParams.set("uploadId", upload.multipartId);
  address.searchParams.set("X-Amz-Expires", String(Math.max(1, seconds)));
  return address;
}

async function presignPut(
  { accessKeyId, secretAccessKey }: DirectBucket,
  address: URL,
  bytes: number,
  now: number,
  cache: Map<string, ArrayBuffer>,
): Promise<string> {
  const signer = new AwsV4Signer({
    method: "PUT",
    url: address.href,
    headers: { "Content-Length": String(bytes) },
    ...{ accessKeyId, secretAccessKey, cache },
    ...{ service: "s3", region: "auto", signQuery: true },
    // By default the length is not among what is signed.
    allHeaders: true,
    datetime: new Date(now).toISOString().replace(/[:-]|\.\d{3}/g, ""),
  });
  return (await signer.sign()).url.href;
}
