// Calls the API as Core and doors do, and the database as functions do, through one service: it takes seconds of work to start, and so do its
// renderers.
import '../database/migrations.ts'
import '../database/references.ts'
import '../database/roles.ts'
import '../database/broken-connection.ts'
import './calls/bad-requests.ts'
import './calls/codes.ts'
import './calls/door.ts'
import './calls/download.ts'
import './calls/heavy-templates.ts'
import './calls/keys.ts'
import './calls/single-ticket.ts'
import './calls/templates.ts'
