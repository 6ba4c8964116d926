import { apiHandler } from '../http/handler.ts'

const page = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width">
  <title>Ticket Generator Service</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
  <div id="contract"></div>
  <script src="docs/swagger-ui-bundle.js"></script>
  <script>SwaggerUIBundle({ url: 'openapi.json', dom_id: '#contract', deepLinking: true, validatorUrl: null })</script>
</body>
</html>
`

/** Handles `get-docs`. */
export const handler = await apiHandler('get-docs', async () => ({
  media: 'text/html; charset=utf-8',
  content: Buffer.from(page),
  cacheSeconds: 300,
}))
