import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, existsSync, globSync, openSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** A program in Python that CI uses: the Python it needs, as its command is called, and what pip installs. */
export interface PythonTool {
  name: string
  version: string
  python: string
  packages: string[]
}

/** The folder of this project. */
export const project = path.join(import.meta.dirname, '../..')

/** Makes the Python environment, unless it is complete, and gives its Python. */
export function installPython({ name, version, python, packages }: PythonTool): string {
  const environment = path.join(project, `node_modules/.cache/${name}-${version}`)
  const program = path.join(environment, 'bin/python')
  const complete = path.join(environment, 'complete')
  if (existsSync(complete)) return program
  rmSync(environment, { recursive: true, force: true })
  execFileSync(findPython(python, `${name} ${version}`), ['-m', 'venv', environment], { stdio: 'inherit' })
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]
  execFileSync(program, pip, { stdio: 'inherit' })
  closeSync(openSync(complete, 'w'))
  return program
}

/** Finds a Python that starts: on the path, or among those that pyenv keeps, which its own commands hide. */
function findPython(command: string, user: string): string {
  const kept = path.join(process.env.PYENV_ROOT ?? path.join(os.homedir(), '.pyenv'), 'versions/*/bin', command)
  const found = [command, ...globSync(kept)].find((each) => spawnSync(each, ['-c', 'import venv']).status === 0)
  if (!found) throw new Error(`${user} needs ${command} with its module venv; install them with your system's packages.`)
  return found
}
