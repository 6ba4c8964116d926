// Looks at the synthesized stacks from every side, in one process: loading the CDK takes a second or two, and so does synthesizing a stage.
import './synthesized/api.ts'
import './synthesized/findings.ts'
import './synthesized/limits.ts'
import './synthesized/monitoring.ts'
import './synthesized/permissions.ts'
import './synthesized/stack.ts'
