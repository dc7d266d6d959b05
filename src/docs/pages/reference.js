Scalar.createApiReference("#reference", {
  url: "/openapi.json",
  // Nothing is asked of any other origin: no fonts, no proxy, no telemetry, no services of Scalar's.
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: "never",
  documentDownloadType: "direct",
  defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
  authentication: { preferredSecurityScheme: "bearer" },
  defaultOpenFirstTag: true,
  persistAuth: false,
});
