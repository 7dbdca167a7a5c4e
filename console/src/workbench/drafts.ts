export interface Draft {
  mode: 'query' | 'script'
  code: string
  name: string
}

const drafts: Draft[] = []
const listeners = new Set<() => void>()

/** Opens a text in a new tab of the workbench, from another view. */
export function draft(text: Draft): void {
  drafts.push(text)
  listeners.forEach((listener) => listener())
  location.hash = '#/workbench'
}

export const takeDraft = (): Draft | undefined => drafts.shift()

export function whenDrafted(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
