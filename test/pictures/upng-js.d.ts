declare module 'upng-js' {
  const upng: {
    /** Encodes RGBA pixels as a PNG of at most `colours` colours. */
    encode(frames: ArrayBufferLike[], width: number, height: number, colours: number): ArrayBuffer
  }
  export default upng
}
