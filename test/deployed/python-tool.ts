import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, openSync, rmSync } from 'node:fs'
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
  try {
    // Where pyenv keeps several versions, it asks which is meant.
    const env = python === 'python3' ? process.env : { ...process.env, PYENV_VERSION: python.replace('python', '') }
    execFileSync(python, ['-m', 'venv', environment], { stdio: 'inherit', env })
  } catch (cause) {
    throw new Error(`${name} ${version} needs ${python} with its module venv; install them with your system's packages.`, {
      cause,
    })
  }
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]
  execFileSync(program, pip, { stdio: 'inherit' })
  closeSync(openSync(complete, 'w'))
  return program
}
