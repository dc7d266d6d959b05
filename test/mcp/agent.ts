import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

export interface Said {
  isError: boolean;
  text: string;
  /** The text as JSON, where it is no error. */
  // biome-ignore lint/suspicious/noExplicitAny: a test asserts on what is there.
  json: any;
}

/** An agent with the official client of the protocol. */
export interface Agent {
  client: Client;
  call(name: string, args?: Record<string, unknown>): Promise<Said>;
}

/**
 * Connects an agent.
 *
 * @param token an API key or an access token.
 * @param version the only one that it speaks; without it, those that begin with `initialize`.
 */
export async function connect(url: string, token: string, version?: string): Promise<Agent> {
  const versionNegotiation = { mode: version ? { pin: version } : ("legacy" as const) };
  const client = new Client({ name: "test", version: "1.0.0" }, { versionNegotiation });
  const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp`), {
    requestInit: { headers: { Authorization: `Bearer ${token}` } },
  });
  await client.connect(transport);
  return {
    client,
    async call(name, args = {}) {
      const { content, isError = false } = (await client.callTool({ name, arguments: args })) as {
        content: { text: string }[];
        isError?: boolean;
      };
      const text = content.map((part) => part.text).join("\n");
      return { isError, text, json: isError ? null : JSON.parse(text) };
    },
  };
}
