export const MARKUP = '<img src=x onerror=document.title=1>'
/** Turns the text after it around. */
export const REVERSING = '\u202E'
export const HOSTILE = `${MARKUP}${REVERSING}gnp.exe`
/** How the console shows it. */
export const SHOWN = `${MARKUP}⟨U+202E⟩gnp.exe`
