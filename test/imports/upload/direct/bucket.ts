/** The bindings of an installation whose clients may send parts straight to R2; `s3.ts` stands for the API there. */
export const DIRECT_BUCKET = {
  R2_S3_URL: "https://0123456789abcdef.r2.cloudflarestorage.com/leadsy-files",
  R2_ACCESS_KEY_ID: "the-id-of-a-key",
  R2_SECRET_ACCESS_KEY: "the-secret-of-a-key/+=",
};
