// Characters that change how other text looks, or that can't be seen: they are shown as symbols, as editors do.
// eslint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g

/** The text with a symbol for each character that can't be seen or that reorders text. */
export function clean(text: string): string {
  return text.replace(UNSEEN, symbol)
}

/** Likewise, with line ends and tabs as they are. */
export function cleanLines(text: string): string {
  return text.replace(UNSEEN, (character) => (character === '\n' || character === '\t' ? character : symbol(character)))
}

function symbol(character: string): string {
  const code = character.charCodeAt(0)
  if (code < 0x20) {
    return String.fromCharCode(0x2400 + code)
  }
  return code === 0x7f ? '␡' : `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`
}

/** The first characters of a text, without half of a pair of surrogates at the end. */
export function cut(text: string, length: number): string {
  if (text.length <= length) {
    return text
  }
  const end = /[\ud800-\udbff]/.test(text[length - 1]!) ? length - 1 : length
  return `${text.slice(0, end)}…`
}
