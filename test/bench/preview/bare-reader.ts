/** The least that a preview costs: the bytes come, and are looked at no further. */
export default {
  async fetch(request: Request): Promise<Response> {
    const bytes = await request.arrayBuffer();
    return Response.json({ bytes: bytes.byteLength });
  },
};
