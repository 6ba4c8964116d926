import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { installPython, project } from './python-tool.ts'

/**
 * Checks the CloudFormation templates with cfn-lint, whose errors fail, and that of production with checkov,
 * whose exceptions stand with their reasons in `checkov.yaml`: `npm run lint:templates`.
 */
const { values } = parseArgs({ options: { stage: { type: 'string', multiple: true, default: ['production', 'dev'] } } })
const python = installPython({
  name: 'template-linters',
  version: '1',
  python: 'python3',
  packages: ['cfn-lint==1.58.0', 'checkov==3.3.30'],
})
const folder = mkdtempSync(path.join(os.tmpdir(), 'templates-'))
try {
  for (const stage of values.stage) {
    execFileSync('npm', ['run', '--silent', 'synth', '--', '-c', `stage=${stage}`, '--output', folder], {
      cwd: project,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const template = path.join(folder, `tickets-${stage}.template.json`)
    run('cfn-lint', ['--non-zero-exit-code', 'error', '--ignore-checks', 'W', '--template', template])
    const config = path.join(import.meta.dirname, 'checkov.yaml')
    // A stage for developers has no second database instance, for one.
    if (stage === 'production') run('checkov', ['--config-file', config, '--file', template])
    console.log(`The template of ${stage} is good.`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function run(program: string, args: string[]): void {
  const { status } = spawnSync(path.join(path.dirname(python), program), args, { cwd: folder, stdio: 'inherit' })
  if (status !== 0) throw new Error(`${program} found problems; see above.`)
}
