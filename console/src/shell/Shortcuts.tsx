import { Dialog } from '../ui/Dialog'

const KEYS = [
  ['Ctrl+Enter', 'Run the selection, or all of the editor'],
  ['Ctrl+Shift+Enter', 'Explain'],
  ['Ctrl+Space', 'Complete'],
  ['Ctrl+F', 'Search in the editor'],
  ['Ctrl+/', 'Comment'],
  ['Escape, then Tab', 'Leave the editor'],
  ['Arrow keys, Home, End, Page Up, Page Down', 'Move in the result'],
  ['Ctrl+C', 'Copy the selected cells as TSV'],
  ['Enter', 'Show the whole cell'],
  ['g w, g r, g c', 'Go to the workbench, runs or the catalog'],
  ['?', 'Show this help'],
] as const

export function Shortcuts({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl className="keys">
        {KEYS.map(([keys, meaning]) => (
          <div key={keys}>
            <dt><kbd>{keys}</kbd></dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
