SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  displayRequestDuration: true,
  // Swagger's own validator would be asked over the network.
  validatorUrl: null,
});
