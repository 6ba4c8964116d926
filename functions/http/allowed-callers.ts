/**
 * Returns whether ALLOWED_CALLERS lists a caller. A role's sessions count as the role; an account stands for
 * everyone in it. `userArn` is null unless API Gateway verified a signature.
 */
export function isAllowedCaller(allowed: readonly string[], userArn: string | null): boolean {
  if (allowed.includes('anyone')) return true
  const [, account] = /^arn:aws[a-z-]*:(?:iam|sts)::([0-9]{12}):/.exec(userArn ?? '') ?? []
  if (userArn === null || account === undefined) return false
  const caller = roleOf(userArn) ?? userArn
  return allowed.some((one) => one === account || (roleOf(one) ?? one) === caller)
}

/**
 * Returns the ARN of the role behind a session or role, without its path, which sessions omit; undefined for
 * others. Role names are unique in an account. Source: IAM User Guide, "IAM identifiers".
 */
export function roleOf(arn: string): string | undefined {
  const session = /^(arn:aws[a-z-]*):sts::([0-9]{12}):assumed-role\/([\w+=,.@-]+)\/[\w+=,.@-]+$/.exec(arn)
  const role = /^(arn:aws[a-z-]*):iam::([0-9]{12}):role\/(?:.+\/)?([\w+=,.@-]+)$/.exec(arn)
  const [, partition, account, name] = session ?? role ?? []
  return name && `${partition}:iam::${account}:role/${name}`
}
