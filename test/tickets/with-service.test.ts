// Takes tickets and batches through all that can happen to them, in one service: it takes seconds of work to start, and so do its renderers.
// The batch of 10,000 comes last, so that PostgreSQL looks through its rows for no other.
import './with-service/change-batch.ts'
import './with-service/check-in-ticket.ts'
import './with-service/generate-ticket.ts'
import './with-service/lock-order.ts'
import './with-service/make-download.ts'
import './with-service/register-guests.ts'
import './with-service/reissue-key.ts'
import './with-service/render-tickets.ts'
import './with-service/revoke-ticket.ts'
import './with-service/sweep.ts'
import './with-service/accept-batch.ts'
