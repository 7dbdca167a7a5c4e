/** A part of a text, as offsets of characters. */
export interface Span {
  from: number
  to: number
}

const POSITION = /[Ll]ine:? ?(\d+)(?:,? ?[Cc]olumn:? ?(\d+))?/
const TRACEBACK = /File "<?script>?[^"\n]*", line (\d+)/g
const NAME = /['"“`]([^'"”`\n]{1,200})['"”`]/g

/**
 * Where the text of an error places the problem in the code: by its line and column, else at a name that the error quotes and that the
 * code has once or more.
 */
export function locate(code: string, error: string): Span | null {
  const traced = [...error.matchAll(TRACEBACK)].at(-1)?.[1]
  const [, line, column] = traced ? [, traced, undefined] : (POSITION.exec(error) ?? [])
  if (line) {
    const span = atLine(code, Number(line), column ? Number(column) : 0)
    if (span) {
      return span
    }
  }
  for (const [, name] of error.matchAll(NAME)) {
    const span = word(code, name!)
    if (span) {
      return span
    }
  }
  return null
}

function atLine(code: string, line: number, column: number): Span | null {
  const lines = code.split('\n')
  const text = lines[line - 1]
  if (text === undefined) {
    return null
  }
  const begin = lines.slice(0, line - 1).reduce((sum, before) => sum + before.length + 1, 0)
  const skipped = column > 0 && column <= text.length ? column - 1 : text.length - text.trimStart().length
  const end = column > 0 ? skipped + (/^[\w$]+|^\S/.exec(text.slice(skipped))?.[0].length ?? 0) : text.trimEnd().length
  return end > skipped ? { from: begin + skipped, to: begin + end } : { from: begin, to: begin + text.length }
}

function word(code: string, name: string): Span | null {
  const pattern = new RegExp(`(?<![\\w])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w])`, 'i')
  const at = code.search(pattern)
  return at < 0 ? null : { from: at, to: at + name.length }
}
