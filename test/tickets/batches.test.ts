// Takes batches through all that can happen to them, in a service of their own beside that of with-service.test.ts, so that two cores have work.
// The one of 10,000 comes last, so that PostgreSQL looks through its rows for no other.
import './with-service/change-batch.ts'
import './with-service/accept-batch.ts'
