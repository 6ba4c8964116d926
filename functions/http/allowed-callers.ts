/**
 * Tells whether a caller is in the list of ALLOWED_CALLERS. Sessions of a role count as the role; an account stands for everyone in it, and
 * "anyone" for everyone, signed or not.
 * @param userArn The caller as API Gateway names it once it has verified the signature; null where it has not.
 */
export function isAllowedCaller(allowed: readonly string[], userArn: string | null): boolean {
  if (allowed.includes('anyone')) return true
  const [, account] = /^arn:aws[a-z-]*:(?:iam|sts)::([0-9]{12}):/.exec(userArn ?? '') ?? []
  if (userArn === null || account === undefined) return false
  const caller = roleOf(userArn) ?? userArn
  return allowed.some((one) => one === account || (roleOf(one) ?? one) === caller)
}

/**
 * Gives the ARN of the role that a session is of, or of a role itself, without its path: names of roles are unique in their account, and
 * a session's ARN leaves the path out. Gives undefined for what is no role. Source: IAM User Guide, "IAM identifiers".
 */
export function roleOf(arn: string): string | undefined {
  const session = /^(arn:aws[a-z-]*):sts::([0-9]{12}):assumed-role\/([\w+=,.@-]+)\/[\w+=,.@-]+$/.exec(arn)
  const role = /^(arn:aws[a-z-]*):iam::([0-9]{12}):role\/(?:.+\/)?([\w+=,.@-]+)$/.exec(arn)
  const [, partition, account, name] = session ?? role ?? []
  return name && `${partition}:iam::${account}:role/${name}`
}
