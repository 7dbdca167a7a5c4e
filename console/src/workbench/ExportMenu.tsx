import { Download } from '../ui/icons'
import { Menu } from '../ui/Menu'
import { send } from '../api/client'
import { toast, toastError } from '../ui/toasts'

const FORMATS = [
  ['CSV', 'text/csv', 'csv'],
  ['Parquet', 'application/vnd.apache.parquet', 'parquet'],
  ['Arrow', 'application/vnd.apache.arrow.stream', 'arrow'],
] as const

/** Fetches the whole result in another format, and gives it to the browser as a file. */
export function ExportMenu({ run }: { run: string }) {
  const save = async (type: string, extension: string) => {
    toast('Preparing the file…')
    const response = await send(`/api/v2/runs/${run}/result`, { headers: { Accept: type } })
    const url = URL.createObjectURL(await response.blob())
    const anchor = document.createElement('a')
    anchor.href = url
    anchor.download = `nerium-${run.slice(0, 8)}.${extension}`
    anchor.click()
    setTimeout(() => URL.revokeObjectURL(url), 60_000)
  }
  return (
    <Menu label={<><Download />Export</>} title="Export">
      {FORMATS.map(([name, type, extension]) => (
        <button key={name} role="menuitem" onClick={() => void save(type, extension).catch(toastError)}>{name}</button>
      ))}
    </Menu>
  )
}
