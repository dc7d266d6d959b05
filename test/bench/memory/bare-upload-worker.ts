import { bodyChunks } from "../../../src/http/body/body-chunks.ts";

/**
 * The least that can put a file into R2 as the product does: parts of 5 MiB that stream through, without sign-in,
 * checks, hash, databases or an import. What it takes of memory is that of workerd and of the simulator of R2.
 */

const PART_BYTES = 5 * 1024 * 1024;

export default {
  async fetch(request, env) {
    let left = Number(request.headers.get("Content-Length"));
    const upload = await env.FILES.createMultipartUpload(`bare/${crypto.randomUUID()}`);
    const parts: Promise<R2UploadedPart>[] = [];
    let part: { writer: WritableStreamDefaultWriter; left: number } | undefined;
    for await (const chunk of bodyChunks(request, { reusing: true })) {
      for (let rest = chunk; rest.length > 0; ) {
        if (!part) {
          await parts.at(-1);
          const length = Math.min(left, PART_BYTES);
          const { readable, writable } = new FixedLengthStream(length);
          parts.push(upload.uploadPart(parts.length + 1, readable));
          part = { writer: writable.getWriter(), left: length };
        }
        const taken = rest.subarray(0, part.left);
        await part.writer.write(taken);
        rest = rest.subarray(taken.length);
        part.left -= taken.length;
        left -= taken.length;
        if (part.left > 0) continue;
        await part.writer.close();
        part = undefined;
      }
    }
    await upload.complete(await Promise.all(parts));
    return new Response(null, { status: 202 });
  },
} satisfies ExportedHandler<Env>;
