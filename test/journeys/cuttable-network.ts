import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'

/**
 * Opens a way to the service that can be cut and mended, as a phone's network is. Nothing gets through while it is cut; a browser's own
 * offline mode sets in late, at a reload too, and lets single requests through.
 */
export async function openNetwork(serviceUrl: string) {
  const { hostname, port } = new URL(serviceUrl)
  const sockets = new Set<net.Socket>()
  let isCut = false
  let isStalled = false
  const keep = (socket: net.Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy())
  }
  const entrance = net.createServer((phone) => {
    keep(phone)
    if (isCut) return phone.destroy()
    if (isStalled) return
    const service = net.connect(Number(port), hostname)
    keep(service)
    phone.pipe(service).pipe(phone)
    phone.on('close', () => service.destroy())
    service.on('close', () => phone.destroy())
  })
  await once(entrance.listen(0, '127.0.0.1'), 'listening')
  const destroyAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `http://127.0.0.1:${(entrance.address() as AddressInfo).port}`,
    cut() {
      isCut = true
      destroyAll()
    },
    /** Takes whatever is sent from now on, and never answers. */
    stall() {
      isStalled = true
      destroyAll()
    },
    mend() {
      isCut = false
      isStalled = false
    },
    close() {
      entrance.close()
      destroyAll()
    },
  }
}
