import { useEffect, useMemo, useRef, useState } from 'react'
import type { Workload } from '../api/runs'
import { locate, type Span } from './errors'
import { Editor, type EditorHandle } from './Editor'
import { Options } from './Options'
import { parseParams, values } from './params'
import { Outcome } from './Outcome'
import { Splitter } from './Splitter'
import { type Tab, useTabs } from './tabs'
import { TabBar } from './TabBar'
import { Toolbar } from './Toolbar'
import { type Execution, useExecution } from './useExecution'
import { takeDraft, whenDrafted } from './drafts'
import './workbench.css'

/** The editor with its tabs, the options of a run, and below them what the last run of the tab returned. */
export default function Workbench({ active }: { active: boolean }) {
  const { tabs, open, setOpenId, change, add, close } = useTabs()
  const executions = useExecution()
  const editor = useRef<EditorHandle>(null)
  const [options, setOptions] = useState(false)
  const execution = executions.of(open.id)
  const problem = useMemo(() => problemOf(open, execution), [open, execution])

  useEffect(() => {
    const open = () => {
      for (let draft = takeDraft(); draft; draft = takeDraft()) {
        add(draft.mode, draft.code, draft.name)
      }
    }
    open()
    return whenDrafted(open)
  }, [add])
  useEffect(() => {
    if (active) {
      editor.current?.focus()
    }
  }, [active, open.id])

  const start = (how: 'run' | 'explain') => {
    const { code, offset } = open.mode === 'query' ? editor.current!.chosen() : { code: open.code, offset: 0 }
    if (code.trim()) {
      void executions[how](open.id, workload(open, code), offset)
    }
  }
  const run = () => start('run')
  const explain = () => start('explain')
  const running = execution !== undefined && execution.endedAt === undefined

  return (
    <div className="workbench">
      <TabBar
        tabs={tabs}
        open={open}
        isRunning={(id) => {
          const one = executions.of(id)
          return one !== undefined && one.endedAt === undefined
        }}
        onOpen={setOpenId}
        onAdd={add}
        onRename={(id, name) => change(id, { name })}
        onClose={(id) => {
          executions.cancel(id)
          executions.forget(id)
          close(id)
        }}
      />
      <Toolbar
        tab={open}
        running={running}
        cancelling={execution?.cancelling ?? false}
        options={options}
        onRun={run}
        onExplain={explain}
        onCancel={() => executions.cancel(open.id)}
        onOptions={() => setOptions(!options)}
        onChange={(part) => change(open.id, part)}
      />
      {options && <Options tab={open} onChange={(part) => change(open.id, part)} />}
      <Splitter
        top={
          <Editor
            ref={editor}
            tab={open.id}
            mode={open.mode}
            code={open.code}
            problem={problem}
            onChange={(tab, code) => change(tab, { code })}
            onRun={run}
            onExplain={explain}
          />
        }
        bottom={<Outcome execution={execution} key={execution?.id ?? open.id} onCancel={() => executions.cancel(open.id)} />}
      />
    </div>
  )
}

function workload(tab: Tab, code: string): Workload {
  const { mode, vcpus, destination, saveMode } = tab
  return { mode, code, params: values(mode, parseParams(tab.params)), vcpus, destination: destination.trim(), saveMode }
}

/** The place of the last error in the text, as long as the text there is still the one that ran. */
function problemOf(tab: Tab, execution: Execution | undefined): { span: Span; message: string } | null {
  if (!execution?.error || execution.error.code === 'CANCELLED') {
    return null
  }
  const { workload, offset, error } = execution
  if (tab.code.slice(offset, offset + workload.code.length) !== workload.code) {
    return null
  }
  const span = locate(workload.code, `${error.message}\n${error.details}`)
  const message = error.details && error.details !== error.message ? `${error.message}\n${error.details}` : error.message
  return span && { span: { from: span.from + offset, to: span.to + offset }, message }
}
