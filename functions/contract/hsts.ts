/** The header that tells browsers to use HTTPS alone for a year; they ignore it over HTTP. RFC 6797. */
export const hsts = { name: 'strict-transport-security', value: 'max-age=31536000' } as const
