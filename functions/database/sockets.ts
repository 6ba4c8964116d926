import { connect, type Socket } from 'node:net'

/** The address that postgres connects to: the first host, or the path of a Unix socket. */
interface Address {
  host: [string, ...string[]]
  port: [number, ...number[]]
  path: string | false
}

/** The sockets of a pool. */
export type Sockets = ReturnType<typeof keepSockets>

/** Keeps the sockets of a pool, because postgres itself cannot end a connection whose server is silent. */
export function keepSockets() {
  let sockets: Socket[] = []
  const list = () => sockets.filter((socket) => !socket.destroyed)
  return {
    list,
    /** Opens a socket, as the option `socket` of postgres; the host name is resolved again each time. */
    open({ host: [host], port: [port], path }: Address): Socket {
      const socket = path ? connect(path) : connect({ host, port })
      sockets = [...list(), socket]
      // The name that a certificate is checked against.
      return Object.assign(socket, { host })
    },
    /** Destroys the sockets, which rejects every statement in progress; the next statement reconnects. */
    destroy() {
      for (const socket of list()) socket.destroy()
    },
  }
}
