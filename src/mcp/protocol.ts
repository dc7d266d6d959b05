import * as z from "zod";

/** The version without sessions: each request tells all. */
export const STATELESS_VERSION = "2026-07-28";

/** Versions that begin with `initialize`, the latest first. */
export const HANDSHAKE_VERSIONS = ["2025-11-25", "2025-06-18", "2025-03-26"] as const;

/** Errors of JSON-RPC, and those of the protocol. */
export const RPC = {
  parse: -32_700,
  invalidRequest: -32_600,
  methodNotFound: -32_601,
  invalidParams: -32_602,
  headerMismatch: -32_020,
  unsupportedVersion: -32_022,
} as const;

/** A message that is no request of the protocol, or one that cannot be answered. */
export class RpcError extends Error {
  readonly code: number;
  readonly status: number;
  readonly data: unknown;

  /** @param status of the answer over HTTP. */
  constructor(
    code: number,
    message: string,
    { status = 200, data }: { status?: number; data?: unknown } = {},
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.data = data;
  }
}

export const Message = z.object({
  jsonrpc: z.literal("2.0"),
  id: z.union([z.string().max(255), z.number()]).optional(),
  method: z.string().max(255).optional(),
  params: z.record(z.string(), z.unknown()).optional(),
  result: z.unknown().optional(),
  error: z.unknown().optional(),
});

export type RpcMessage = z.output<typeof Message>;

/** Whether a message answers one of the server's, which sends none. */
export function isResponse({ method, result, error }: RpcMessage): boolean {
  return method === undefined && (result !== undefined || error !== undefined);
}

/** The version that a request tells itself; `undefined` of the older ones. */
export function toldVersion({ params }: RpcMessage): string | undefined {
  const meta = params?._meta as Record<string, unknown> | undefined;
  const version = meta?.["io.modelcontextprotocol/protocolVersion"];
  return typeof version === "string" ? version : undefined;
}

/**
 * Compares what the headers of a request say with its body.
 *
 * @throws {RpcError} where they differ, or name a version that is not spoken.
 */
export function checkVersion(message: RpcMessage, headers: Headers): void {
  const told = toldVersion(message);
  if (told === undefined) {
    // The body of the handshake tells what the client would like, before any version is agreed upon.
    if (message.method !== "initialize") checkHandshake(headers.get("MCP-Protocol-Version"));
    return;
  }
  if (told !== STATELESS_VERSION) throw unsupported(told, [STATELESS_VERSION]);
  const name = message.params?.name ?? message.params?.uri;
  const expected = { "MCP-Protocol-Version": told, "Mcp-Method": message.method, "Mcp-Name": name };
  for (const [header, value] of Object.entries(expected)) {
    const sent = headers.get(header);
    if (sent !== null && sent !== value) {
      throw new RpcError(RPC.headerMismatch, `${header} is not what the body says.`, { status: 400 });
    }
  }
}

/**
 * Of a request of the older versions the header alone tells which one; none is the oldest of them.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#protocol-version-header
 */
function checkHandshake(version: string | null): void {
  if (version === null || (HANDSHAKE_VERSIONS as readonly string[]).includes(version)) return;
  if (version === STATELESS_VERSION) {
    throw new RpcError(RPC.headerMismatch, "MCP-Protocol-Version is not what the body says.", {
      status: 400,
    });
  }
  throw unsupported(version, HANDSHAKE_VERSIONS);
}

function unsupported(requested: string, supported: readonly string[]): RpcError {
  const detail = `This server does not speak the version that was asked for: ${supported.join(", ")} in requests like this.`;
  return new RpcError(RPC.unsupportedVersion, detail, { status: 400, data: { supported, requested } });
}
