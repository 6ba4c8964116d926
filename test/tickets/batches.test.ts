// Takes batches through all that can happen to them, in one service: it takes seconds of work to start, and so do its renderers.
// The one of 10,000 comes last, so that PostgreSQL looks through its rows for no other.
import './batches/change-batch.ts'
import './batches/register-guests.ts'
import './batches/render-tickets.ts'
import './batches/revoke-ticket.ts'
import './batches/sweep.ts'
import './batches/accept-batch.ts'
