import { after } from 'node:test'
import { startBatches } from '../batch-service.ts'

// A PDF need not be large to be too large.
process.env.MAX_FILE_SIZE = '60000'

/** Is the service that all tests of batches in this process share; each file orders tickets of events of its own. */
export const service = await startBatches()
after(() => service.stop())

/** Gives the notifications of a batch until now, each as often as it came. */
export const heard = await service.listen()
