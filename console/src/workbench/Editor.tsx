import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { python, pythonLanguage } from '@codemirror/lang-python'
import { PostgreSQL, sql } from '@codemirror/lang-sql'
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language'
import { lintGutter, setDiagnostics } from '@codemirror/lint'
import { EditorState } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers, placeholder } from '@codemirror/view'
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search'
import { tags } from '@lezer/highlight'
import { forwardRef, useEffect, useImperativeHandle, useRef } from 'react'
import { clean } from '../ui/clean'
import { completeScript, completeSql } from './completion'
import type { Span } from './errors'

export interface EditorHandle {
  /** The selected text and where it begins, or all of it. */
  chosen: () => { code: string; offset: number }
  focus: () => void
}

interface Props {
  tab: string
  mode: 'query' | 'script'
  code: string
  problem: { span: Span; message: string } | null
  onChange: (tab: string, code: string) => void
  onRun: () => void
  onExplain: () => void
}

// Colours are variables of the page, which has both themes.
const highlighting = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword, tags.definitionKeyword, tags.moduleKeyword], color: 'var(--code-keyword)', fontWeight: '600' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--code-string)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--code-number)' },
  { tag: [tags.comment, tags.lineComment, tags.blockComment], color: 'var(--code-comment)', fontStyle: 'italic' },
  { tag: [tags.function(tags.variableName), tags.standard(tags.name), tags.typeName], color: 'var(--code-function)' },
])

const theme = EditorView.theme({
  '&': { height: '100%', fontSize: '13.5px', backgroundColor: 'var(--surface)', color: 'var(--text)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.6' },
  '.cm-content': { caretColor: 'var(--text)', padding: '10px 0' },
  '.cm-gutters': { backgroundColor: 'var(--surface)', color: 'var(--faint)', border: 'none' },
  '.cm-activeLine': { backgroundColor: 'var(--line-active)' },
  '.cm-activeLineGutter': { backgroundColor: 'var(--line-active)', color: 'var(--text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--selection)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)', borderLeftWidth: '2px' },
  '.cm-placeholder': { color: 'var(--muted)' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--red) 1.5px', textUnderlineOffset: '4px' },
  '.cm-lint-marker-error': { content: 'none', width: '8px', height: '8px', margin: '6px 3px', borderRadius: '4px', backgroundColor: 'var(--red)' },
  '.cm-tooltip': { backgroundColor: 'var(--raised)', color: 'var(--text)', border: '1px solid var(--border)', borderRadius: '8px', boxShadow: 'var(--shadow)', overflow: 'hidden' },
  '.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', fontSize: '12.5px', maxHeight: '16em' },
  '.cm-tooltip-autocomplete > ul > li': { padding: '3px 8px !important' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--accent)', color: 'var(--on-accent)' },
  '.cm-completionDetail': { color: 'var(--muted)', fontStyle: 'normal', marginLeft: '1em' },
  'li[aria-selected] .cm-completionDetail': { color: 'inherit' },
  '.cm-completionInfo': { padding: '6px 10px', fontFamily: 'var(--sans)', fontSize: '12.5px' },
  '.cm-panels': { backgroundColor: 'var(--raised)', color: 'var(--text)', borderColor: 'var(--border)' },
  '.cm-textfield': { backgroundColor: 'var(--surface)', borderColor: 'var(--border)', borderRadius: '4px' },
  '.cm-button': { backgroundImage: 'none', backgroundColor: 'var(--surface)', borderColor: 'var(--border)', borderRadius: '4px' },
  '.cm-searchMatch': { backgroundColor: 'var(--match)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--match)' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--red)', padding: '6px 10px', fontFamily: 'var(--sans)', maxWidth: '60ch', whiteSpace: 'pre-wrap' },
})

/**
 * The editor is below a shadow root: there CodeMirror uses style sheets of the document's own, where it would write a style into the
 * page otherwise, which the Content-Security-Policy refuses.
 */
export const Editor = forwardRef<EditorHandle, Props>(function Editor({ tab, mode, code, problem, onChange, onRun, onExplain }, handle) {
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(null)
  const states = useRef(new Map<string, EditorState>())
  const opened = useRef('')
  const callbacks = useRef({ onChange, onRun, onExplain })
  callbacks.current = { onChange, onRun, onExplain }

  useEffect(() => {
    const root = host.current!.shadowRoot ?? host.current!.attachShadow({ mode: 'open' })
    const editor = new EditorView({ parent: root as unknown as Element, root })
    view.current = editor
    opened.current = ''
    return () => {
      editor.destroy()
      view.current = null
    }
  }, [])

  useEffect(() => {
    const editor = view.current!
    const id = `${tab} ${mode}`
    if (opened.current !== id) {
      if (opened.current) {
        states.current.set(opened.current, editor.state)
      }
      opened.current = id
      const kept = states.current.get(id)
      editor.setState(kept && kept.doc.toString() === code ? kept : state(tab, mode, code, callbacks))
    } else if (editor.state.doc.toString() !== code) {
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: code } })
    }
  }, [tab, mode, code])

  useEffect(() => {
    const editor = view.current!
    const length = editor.state.doc.length
    const diagnostics = problem ? [{ from: Math.min(problem.span.from, length), to: Math.min(problem.span.to, length), severity: 'error' as const, message: clean(problem.message) }] : []
    editor.dispatch(setDiagnostics(editor.state, diagnostics))
  }, [problem, tab])

  useImperativeHandle(handle, () => ({
    chosen: () => {
      const { from, to } = view.current!.state.selection.main
      const text = view.current!.state.doc.toString()
      const selected = text.slice(from, to)
      return selected.trim() ? { code: selected, offset: from } : { code: text, offset: 0 }
    },
    focus: () => view.current?.focus(),
  }))

  return <div ref={host} className="editor" />
})

function state(tab: string, mode: Props['mode'], code: string, callbacks: { current: Pick<Props, 'onChange' | 'onRun' | 'onExplain'> }): EditorState {
  const language = mode === 'query' ? sqlSupport() : [python(), pythonLanguage.data.of({ autocomplete: completeScript })]
  return EditorState.create({
    doc: code,
    extensions: [
      keymap.of([
        { key: 'Mod-Enter', run: () => (callbacks.current.onRun(), true) },
        { key: 'Mod-Shift-Enter', run: () => (callbacks.current.onExplain(), true) },
      ]),
      lineNumbers(),
      highlightActiveLineGutter(),
      highlightSpecialChars(),
      history(),
      drawSelection(),
      indentOnInput(),
      bracketMatching(),
      closeBrackets(),
      autocompletion({ icons: false }),
      highlightActiveLine(),
      highlightSelectionMatches(),
      lintGutter(),
      syntaxHighlighting(highlighting),
      theme,
      language,
      keymap.of([...closeBracketsKeymap, ...completionKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
      placeholder(mode === 'query' ? 'SELECT …' : 'result = scan("default.flowers")'),
      EditorView.contentAttributes.of({ 'aria-label': mode === 'query' ? 'SQL editor' : 'Script editor' }),
      EditorView.domEventHandlers({ beforeinput: replaceSelected }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) {
          callbacks.current.onChange(tab, update.state.doc.toString())
        }
      }),
    ],
  })
}

// Chromium would keep the style of the replaced text in an attribute of its own, which the policy of the page refuses.
function replaceSelected(event: InputEvent, view: EditorView): boolean {
  const { from, to, empty } = view.state.selection.main
  const { data } = event
  if (event.inputType !== 'insertText' || !data || empty || view.composing) {
    return false
  }
  const change = () => view.state.update(view.state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true })
  if (!view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, data, change))) {
    view.dispatch(change())
  }
  event.preventDefault()
  return true
}

function sqlSupport() {
  return [sql({ dialect: PostgreSQL, upperCaseKeywords: true }).language, PostgreSQL.language.data.of({ autocomplete: completeSql })]
}
